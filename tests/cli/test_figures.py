"""``figures`` as an operator types it, and seeds whose figures cannot be relied on."""

from __future__ import annotations

import csv
import shutil
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from directory.cli.figures import HEADER, figures
from directory.cli.seed import validate_seed
from directory.cli.wiring import Wiring
from directory.core.actor import system
from directory.core.config import load
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.knowledge.actions import put_claim, put_guide
from directory.knowledge.model import GuideRow
from tests.conftest import NOW, ROOT
from tests.knowledge.seeds import claims, guides

SAFETY = "knowledge/guides/safety.yaml"


@pytest.fixture
def wiring(database_url, tmp_path):
    settings = load(
        environ={
            "DIRECTORY_DATA": str(tmp_path),
            "DIRECTORY_DATABASE_URL": database_url,
        }
    )
    engine = make_engine(database_url)
    yield Wiring(
        settings=lambda: settings,
        engine=lambda _settings: engine,
        files=lambda *_: pytest.fail("no store is needed"),
        tools=lambda *_: pytest.fail("no tools are needed"),
        app=lambda *_: pytest.fail("no application is needed"),
        background=lambda *_: pytest.fail("no thread is needed"),
        clock=lambda: NOW,
    )
    engine.dispose()


@pytest.fixture
def known(wiring):
    """The guide of side effects, with the claims that it cites."""
    with make_sessions(wiring.engine(wiring.settings())).begin() as session:
        work = Work(session, system("test"), NOW)
        for claim in claims().values():
            put_claim(work, claim)
        put_guide(work, guides()["safety"])


def typed(wiring: Wiring, *words: str) -> Result:
    return CliRunner().invoke(figures, list(words), obj=wiring)


def test_every_figure_stands_in_a_row_with_its_source(wiring, known):
    result = typed(wiring)

    assert result.exit_code == 0, result.output
    head, rule, *rows = result.stdout.splitlines()
    assert head == f"| {' | '.join(HEADER)} |"
    assert set(rule) == {"|", "-"}
    row = next(row for row in rows if "93.2" in row)
    assert row.startswith("| guide:safety | crs.")
    assert "https://" in row
    assert f"{len(rows)} places, 0 without a source" in result.stderr


def test_the_same_rows_come_as_csv_with_all_their_words(wiring, known):
    result = typed(wiring, "--csv")

    head, *rows = csv.reader(StringIO(result.stdout.lstrip("\ufeff")))
    assert tuple(head) == HEADER
    words = {
        point.text["en"] for s in guides()["safety"].sections for point in s.points
    }
    assert any(row[3] in words for row in rows)
    assert all(row[7].startswith("http") for row in rows if row[4] != "directory")


def test_a_figure_without_a_source_is_named_and_the_command_fails(wiring, known):
    with make_sessions(wiring.engine(wiring.settings())).begin() as session:
        row = session.scalars(select(GuideRow)).one()
        document = guides()["safety"].model_dump(mode="json")
        document["sections"][0]["points"][0] = {
            "text": {"en": "It happens to 12 in 100."},
            "basis": "unverified",
        }
        row.document = document

    result = typed(wiring)

    assert result.exit_code == 1
    assert "no source: guide:safety, crs.1" in result.stderr
    assert "1 without a source" in result.stderr


@pytest.fixture
def folder(tmp_path):
    """A copy of the seed files that a test may spoil."""
    return Path(shutil.copytree(ROOT / "seed", tmp_path / "seed"))


def add_point(folder: Path, point: str) -> list[str]:
    path = folder / SAFETY
    words = path.read_text(encoding="utf-8")
    assert "    points:\n" in words
    path.write_text(words.replace("    points:\n", f"    points:\n{point}", 1))
    return [str(error) for error in validate_seed(folder)]


def test_a_seed_with_a_figure_that_nothing_bears_out_is_refused(folder):
    errors = add_point(
        folder,
        "      - text:\n          en: It happens to 12 in 100.\n"
        "        basis: unverified\n",
    )

    assert len(errors) == 1
    assert errors[0].startswith(f"{SAFETY}: crs.1: expected a claim or a source")


def test_a_seed_that_says_another_figure_in_another_language_is_refused(folder):
    errors = add_point(
        folder,
        "      - text:\n          en: It happens to 12 in 100.\n"
        "          zh: 每100人中有21人。\n        claims:\n          - SC039\n",
    )

    assert len(errors) == 1
    assert "sections[0].points[0].text.zh" in errors[0]
    assert "without 12, with 21" in errors[0]
