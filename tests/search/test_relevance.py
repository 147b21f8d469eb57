"""Judged queries against the whole search, with a floor that it may not fall under.

A query is worth the mean of its parts: a named therapy, center or guide by the
place where it comes, a city by its being understood and by whether the first
centers lie in it, a capability or an illness by its being understood.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from directory.adapters.index_searcher import open_searcher
from directory.adapters.index_states import SegmentIndex
from directory.core.db import make_engine, make_sessions
from directory.core.text import Language
from directory.search.ports import Searcher
from directory.search.queries import content
from directory.search.rules.values import Asked
from tests.conftest import NOW
from tests.search.judging import Judged, figure, grouped, judge, table

MEAN_AT_LEAST = 0.97
FULLY_RIGHT_AT_LEAST = 0.92
KIND_AT_LEAST = 0.9
"""Source: the acceptance figures that the search was ordered with."""

HELD_OUT_MEAN_AT_LEAST = 0.95
"""Of queries that the search was not made with, once they were mended."""

LOOKED_AT = 10
"""Results that a reader looks at."""

SCRIPTS = (
    ("zh", "\u4e00", "\u9fff"),
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
)
"""First and last letters of the scripts by which a query's language is told."""

SORTS = (
    ("none", "negative"),
    ("page", "question"),
    ("center", "name"),
    ("therapy", "therapy"),
    ("capability", "capability"),
    ("indication", "indication"),
    ("city", "city"),
    ("hold", "therapy"),
)
"""Of what kind a query is whose kind was not written down: the first expected."""


def described(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a query with its kind and its language."""
    language = next(
        (
            name
            for name, first, last in SCRIPTS
            if any(first <= letter <= last for letter in query["q"])
        ),
        "latin",
    )
    kind = next(kind for part, kind in SORTS if part in query["expected"])
    return {"lang": language, "kind": kind, **query}


HERE = Path(__file__).parent
SETS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "shared": json.loads((HERE / "queries.json").read_text("utf-8")),
    "our own": [
        described(query)
        for query in yaml.safe_load((HERE / "more-queries.yaml").read_text("utf-8"))
    ],
    "held out": yaml.safe_load((HERE / "held-out.yaml").read_text("utf-8")),
}


@pytest.fixture(scope="module")
def searcher(
    seeded_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    """Return a searcher over an index of all seeds."""
    folder = tmp_path_factory.mktemp("relevance")
    shutil.copyfile(seeded_file, folder / "directory.sqlite")
    engine = make_engine(f"sqlite:///{folder / 'directory.sqlite'}")
    reading = make_sessions(engine, reading=True)
    index = SegmentIndex(folder / "index")
    with reading() as session, index.writing():
        index.rebuild(content(session, today=NOW.date()), NOW)
    yield open_searcher(folder / "index", reading, lambda: NOW)
    engine.dispose()


@pytest.fixture(scope="module")
def judged(searcher: Searcher) -> Callable[[str], Sequence[Judged]]:
    """Return the judgments of one set of queries, each answered once."""

    @cache
    def of(name: str) -> Sequence[Judged]:
        return [
            judge(
                query,
                searcher.search(Asked(query["q"], per_page=LOOKED_AT), Language.EN),
            )
            for query in SETS[name]
        ]

    return of


@pytest.mark.parametrize("name", ["shared", "our own"])
def test_judged_queries_stay_above_the_floor(judged, capsys, name):
    judgments = judged(name)
    whole = figure(judgments)

    with capsys.disabled():
        print(table(name, judgments))
    assert whole.mean >= MEAN_AT_LEAST
    assert whole.right >= FULLY_RIGHT_AT_LEAST


def test_queries_held_out_stay_above_the_floor(judged, capsys):
    judgments = judged("held out")

    with capsys.disabled():
        print(table("held out", judgments))
    assert figure(judgments).mean >= HELD_OUT_MEAN_AT_LEAST


@pytest.mark.parametrize("name", ["shared", "our own", "held out"])
@pytest.mark.parametrize("part", ["kind", "lang"])
def test_no_kind_and_no_language_falls_behind(judged, name, part):
    figures = grouped(judged(name), part)

    behind = {group: one for group, one in figures.items() if one.mean < KIND_AT_LEAST}
    assert not behind


@pytest.mark.parametrize(
    "query", ["shenzhen", "liver cancer shanghai", "guaranteed cure", "car-t for dogs"]
)
def test_what_is_not_covered_brings_no_center(searcher, query):
    results = searcher.search(Asked(query), Language.EN)

    assert results.reading.not_covered is not None
    assert not any(item.kind == "center" for item in results.items)
