"""Seed files are right, described, and say where each fact comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from directory.cli.seed import schemas, validate_seed
from tests.conftest import ROOT

SEED = ROOT / "seed"


def documents(folder: str) -> Iterator[tuple[str, Any]]:
    for path in sorted((SEED / folder).rglob("*.yaml")):
        yield (
            path.relative_to(SEED).as_posix(),
            # Days stay words, as in the program's own reading.
            yaml.load(path.read_text(), Loader=yaml.BaseLoader),
        )


def unsourced(value: Any, path: str = "") -> Iterator[str]:
    """Return the places of facts that neither name a source nor say they have none."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from unsourced(item, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unsourced(item, f"{path}.{key}")
        says = value.get("value") != "not-stated" and "checked_on" in value
        if says and "basis" not in value:
            yield f"{path}: no basis"
        if value.get("basis") == "sourced" and not value.get("source"):
            yield f"{path}: no source"


def test_every_seed_file_is_right():
    assert [str(error) for error in validate_seed(SEED)] == []


def test_the_described_format_is_the_one_that_is_read():
    kept = {
        path.name: path.read_text() for path in (SEED / "schema").glob("*.schema.json")
    }

    assert kept == schemas(), "cart-directory seed --write-schema brings it up to date"


def test_every_published_fact_has_a_source_or_says_that_it_has_none():
    found = [
        f"{name}{place}"
        for name, document in documents("listings")
        for place in unsourced(document)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ({"value": "yes", "checked_on": "2026-11-22"}, [": no basis"]),
        ({"value": "yes", "checked_on": "2026-11-22", "basis": "unverified"}, []),
        ({"value": "not-stated", "checked_on": "2026-11-22"}, []),
        ({"basis": "sourced", "checked_on": "2026-11-22"}, [": no source"]),
        ({"facts": [{"basis": "sourced"}]}, [".facts[0]: no source"]),
    ],
)
def test_a_fact_without_a_source_would_be_found(fact, found):
    assert list(unsourced(fact)) == found
