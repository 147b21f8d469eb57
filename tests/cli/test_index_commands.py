"""``index`` and ``search`` as an operator types them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.adapters.index_searcher import open_searcher
from directory.adapters.index_states import SegmentIndex
from directory.cli import index as commands
from directory.cli.search import search
from directory.cli.wiring import Wiring
from directory.core.actor import system
from directory.core.config import Settings, load
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.listings.actions import publish
from directory.search.ports import Content
from directory.tools import Tools
from directory.vocabulary.actions import put_term
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore
from tests.listings.documents import center
from tests.search.catalogs import DAY, TERMS


def clock() -> datetime:
    return datetime.combine(DAY, NOW.timetz(), UTC)


class Operator:
    """Somebody with a terminal."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = make_engine(settings.database_url)
        self.index = SegmentIndex(settings.index_folder)
        self.wiring = Wiring(
            settings=lambda: settings,
            engine=lambda _: self.engine,
            files=lambda settings: self.tools(settings).files,
            tools=self.tools,
            app=lambda *_: pytest.fail("no application is needed"),
            background=lambda *_: pytest.fail("no thread is needed"),
            clock=clock,
        )

    def tools(self, settings: Settings) -> Tools:
        reading = make_sessions(self.engine, reading=True)
        searcher = open_searcher(settings.index_folder, reading, clock)
        sessions = make_sessions(self.engine)
        return Tools(
            settings,
            self.engine,
            sessions,
            reading,
            clock,
            searcher,
            keys=None,
            mailer=MemoryMailer(),
            files=MemoryStore(),
            cleaner=FakeCleaner(),
        )

    def type(self, *words: str) -> Result:
        group = {"index": commands.index, "search": search}[words[0]]
        return CliRunner().invoke(group, list(words[1:]), obj=self.wiring)

    def publish(self, slug: str, **fields: object) -> None:
        with make_sessions(self.engine).begin() as session:
            work = Work(session, system("test"), NOW)
            publish(work, center(slug, **fields), authority="test")


@pytest.fixture
def operator(sqlite_url: str, tmp_path: Path):
    operator = Operator(load({}, data=tmp_path / "data", database_url=sqlite_url))
    with make_sessions(operator.engine).begin() as session:
        for term in TERMS:
            put_term(Work(session, system("test"), NOW), term)
    operator.publish("amber-hospital")
    yield operator
    operator.engine.dispose()


def test_without_an_index_status_and_verify_say_so_in_one_line(operator):
    for command in ("status", "verify"):
        said = operator.type("index", command)

        assert said.exit_code == 1
        assert said.output == "index     unusable (missing)\n"


def test_a_rebuilt_index_is_as_the_database(operator):
    said = operator.type("index", "rebuild")
    assert said.exit_code == 0, said.output
    assert "1 documents, rebuilt in" in said.output

    verified = operator.type("index", "verify")
    assert verified.exit_code == 0, verified.output
    assert verified.output == (
        "index     1 documents in 1 segments, each as in the database, and each part"
        " as its documents give it\n"
    )
    status = operator.type("index", "status")
    assert "1 documents" in status.output
    assert "(0 behind)" in status.output


def test_every_sort_of_difference_is_named(operator):
    operator.publish("changed")
    operator.type("index", "rebuild")
    operator.publish("changed", aliases=["another"])
    operator.publish("new")
    found = operator.index.open()
    extra = [*found.documents()]
    extra.append(type(extra[0])(extra[0].kind, "extra", {"en": "Extra"}))
    operator.index.rebuild(Content(extra, TERMS, 1, DAY), NOW)

    said = operator.type("index", "verify")

    assert said.exit_code == 1
    assert [line.split() for line in said.output.splitlines()[:-1]] == [
        ["missing", "center:new"],
        ["left", "over", "center:extra"],
        ["different", "center:changed"],
    ]
    assert found.kept.name != operator.index.folder.current()


def test_setup_rebuilds_only_what_needs_it(operator):
    def needed() -> str:
        return commands.rebuild_if_needed(operator.settings, operator.engine, clock)

    assert "it was missing" in needed()
    name = operator.index.folder.current()
    assert needed() == "1 documents, up to date"
    assert operator.index.folder.current() == name
    operator.publish("new")
    assert needed().startswith("2 documents, brought up to date")
    next(operator.settings.index_folder.rglob("*.facts")).write_bytes(b"")
    assert "it was damaged" in needed()


def test_a_busy_writer_is_waited_for_and_then_named(operator, monkeypatch):
    monkeypatch.setattr(commands, "WAIT_S", 0.2)
    with operator.index.writing():
        said = operator.type("index", "rebuild")

    assert isinstance(said.exception, commands.IndexBusyError)


def test_explain_says_how_a_query_is_read_and_why_each_result_is_one(operator):
    operator.type("index", "rebuild")

    said = operator.type("search", "explain", "icu", "beijing")

    assert said.exit_code == 0, said.output
    assert "understood  capability:icu from 'icu' at 0-3" in said.output
    assert "understood  city:beijing from 'beijing' at 4-11" in said.output
    assert "clause      capability: icu\n" in said.output
    assert "center:amber-hospital" in said.output
    assert "capability icu: yes; city beijing: yes" in said.output
    assert "match: confirmed; known: 2 confirmed, 2 said, of 2" in said.output


def test_explain_says_what_each_word_is_worth_by_field_and_tier(operator):
    operator.type("index", "rebuild")

    said = operator.type("search", "explain", "zzqq", "hospital")

    assert said.exit_code == 0, said.output
    assert "words       zzqq hospital" in said.output
    assert "* hospital: 'hospit' in name, exact: 1000 + " in said.output
    assert "words: 1 as such, 1 in any way, of 2" in said.output
