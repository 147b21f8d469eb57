"""Following the database into the index, whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import sessionmaker

from directory.adapters import analysis
from directory.adapters.index_searcher import IndexSearcher
from directory.core.actor import system
from directory.core.db import Session, make_engine, make_sessions
from directory.core.text import Language
from directory.core.work import Work
from directory.jobs import indexing
from directory.jobs.indexing import IndexKeeper
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind as Listed
from directory.outbox.actions import announce
from directory.search.ports import Content
from directory.search.queries import index_documents
from directory.search.rules.values import Asked, Concept, Kind
from directory.vocabulary.actions import put_term
from tests.adapters.states import damage, digests
from tests.conftest import NOW
from tests.listings.documents import center as listed
from tests.search.catalogs import DAY, TERMS, center


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


@pytest.fixture
def sessions(sqlite_url) -> sessionmaker[Session]:
    engine = make_engine(sqlite_url)
    return make_sessions(engine)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def searcher(tmp_path, sessions, clock) -> IndexSearcher:
    return IndexSearcher(tmp_path / "index", sessions, clock)


@pytest.fixture
def keeper(tmp_path, sessions, clock, searcher) -> IndexKeeper:
    return IndexKeeper(tmp_path / "index", sessions, clock, searcher)


def say(sessions: sessionmaker[Session], act: Callable[[Work], object]) -> None:
    with sessions.begin() as session:
        act(Work(session, system("test"), NOW))


def wait_for(what: Callable[[], object], seconds: float = 10.0) -> None:
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def add_terms(work: Work) -> None:
    for term in TERMS:
        put_term(work, term)


def add_a_center(work: Work) -> None:
    add_terms(work)
    publish(work, listed("willow-hospital"), authority="test")


def test_without_an_index_the_database_answers_and_says_so(searcher):
    results = searcher.search(Asked("beijing"), Language.EN)

    assert not results.full_text
    assert searcher.status().generation == "database"


def test_a_missing_index_is_written_and_then_followed(searcher, keeper, sessions):
    assert keeper.round()
    assert searcher.status().full_text
    assert searcher.status().position == 0
    assert not keeper.round()

    say(sessions, add_terms)

    assert keeper.round()
    wait_for(lambda: searcher.reading("beijing").understood)
    assert searcher.status().position > 0
    assert not keeper.round()


def test_what_is_no_longer_published_leaves_the_index(searcher, keeper, sessions):
    searcher.index.rebuild(Content([center("gone")], TERMS, 0, DAY), NOW)
    searcher.refresh()
    assert searcher.search(Asked(), Language.EN).total == 1

    say(sessions, lambda work: announce(work, "center:gone"))
    assert keeper.round()

    assert searcher.search(Asked(), Language.EN).total == 0
    assert searcher.index.state().position == 1


def test_facts_are_judged_anew_each_day(searcher, keeper, clock):
    keeper.round()
    assert searcher.status().day == NOW.date()

    clock.moment = NOW + timedelta(days=1)

    assert keeper.round()
    assert searcher.status().day == NOW.date() + timedelta(days=1)


def test_a_feed_that_was_cut_or_replaced_leads_to_a_rebuild(searcher, keeper):
    searcher.index.rebuild(Content([center("gone")], TERMS, 500, DAY), NOW)

    assert keeper.round()
    assert searcher.index.state().position == 0
    assert searcher.index.digests() == {}


@pytest.mark.parametrize("how", ["zero", "cut", "flip", "delete"])
def test_a_damaged_index_serves_on_from_memory_and_is_rebuilt(
    searcher, keeper, sessions, tmp_path, how
):
    say(sessions, add_a_center)
    keeper.round()
    before = searcher.status().generation
    path = next((tmp_path / "index").rglob("*.facts"))
    damage(path, how)

    searcher.refresh()
    assert searcher.status().generation == before
    keeper._checked_at = 0.0
    assert keeper.round()
    assert searcher.status().generation != before
    assert searcher.status().full_text


def test_a_disk_that_refuses_is_waited_for(searcher, keeper, clock):
    keeper.round()
    before = searcher.status().generation
    clock.moment = NOW + timedelta(days=1)
    searcher.index.folder.write = lambda *_: (_ for _ in ()).throw(OSError(28, "full"))

    assert not keeper.round()
    assert not keeper.round()
    assert keeper._failures == 1
    assert searcher.status().generation == before

    del searcher.index.folder.write
    keeper._wait_until = 0.0
    assert keeper.round()
    assert keeper._failures == 0


def test_another_process_sees_a_change_within_two_seconds(
    tmp_path, sessions, clock, searcher, keeper
):
    other = IndexSearcher(tmp_path / "index", sessions, clock)
    assert not other.search(Asked(), Language.EN).full_text
    keeper.start()
    try:
        say(sessions, add_terms)
        wait_for(lambda: other.reading("beijing").understood)
        wait_for(lambda: other.status().full_text)
        say(sessions, lambda work: announce(work, "center:none"))
        with sessions() as session:
            wanted = index_documents(session, today=DAY)
        place = searcher.status().position
        wait_for(lambda: other.status().position > place, seconds=2.0)
    finally:
        keeper.stop()

    assert other.index.digests() == digests(list(wanted))


def test_kinds_and_ids_are_told_apart():
    assert {center("a").id, replace(center("a"), kind=Kind.THERAPY).id} == {
        "center:a",
        "therapy:a",
    }


def test_what_was_withdrawn_is_not_suggested(searcher, keeper, sessions):
    searcher.index.rebuild(Content([center("amber")], TERMS, 0, DAY), NOW)
    searcher.refresh()
    assert searcher.suggest("amb", Language.EN)
    say(sessions, lambda work: announce(work, "center:amber"))
    keeper.round()

    assert searcher.suggest("amb", Language.EN) == ()
    assert searcher.search(Asked("amber hospital"), Language.EN).total == 0


SEVEN = [center(slug) for slug in ("amber", "b1", "b2", "b3", "b4", "b5", "b6")]


def test_once_it_is_quiet_nothing_withdrawn_is_left_in_the_files(
    searcher, keeper, sessions
):
    searcher.index.rebuild(Content(SEVEN, TERMS, 0, DAY), NOW)
    say(sessions, lambda work: announce(work, "center:amber"))
    keeper.round()
    assert searcher.index.state().removed == 1

    assert not keeper.round()
    keeper._changed_at -= 60

    assert keeper.round()
    assert searcher.index.state().removed == 0
    assert searcher.status().documents == 6
    assert not keeper.round()


def test_changes_go_on_while_a_large_merge_is_packed_beside(
    searcher, keeper, sessions, monkeypatch
):
    monkeypatch.setattr(indexing, "IN_TURN", 0)
    searcher.index.rebuild(Content(SEVEN, TERMS, 0, DAY), NOW)
    for slug in ("amber", "b1"):
        say(sessions, partial(announce, subject=f"center:{slug}"))
        keeper.round()
    keeper._merger.join(20)
    say(sessions, lambda work: announce(work, "center:b2"))

    assert keeper.round()
    assert searcher.index.state().removed
    wait_for(lambda: keeper.round() or not searcher.index.state().removed)
    wait_for(lambda: not keeper.round() and not keeper._merger.is_alive())
    assert searcher.index.digests().keys() == {one.id for one in SEVEN[3:]}
    assert (
        searcher.search(Asked(kinds=frozenset({Kind.CENTER})), Language.EN).total == 4
    )


def test_a_new_day_writes_only_what_is_judged_otherwise(
    searcher, keeper, sessions, clock
):
    say(sessions, add_a_center)
    keeper.round()
    before = segments(searcher)

    clock.moment = NOW + timedelta(days=1)
    assert keeper.round()
    assert segments(searcher) == before

    clock.moment = NOW + timedelta(days=2000)
    assert keeper.round()
    assert searcher.status().day == clock.moment.date()
    assert segments(searcher) != before
    with sessions() as session:
        wanted = index_documents(session, today=clock.moment.date())
    assert searcher.index.digests() == digests(wanted)


def segments(searcher: IndexSearcher) -> set[str]:
    return {one.name for one in searcher._index.open().about.segments}


def test_a_new_name_is_understood_with_its_words(searcher, keeper, sessions):
    say(sessions, add_a_center)
    keeper.round()
    assert searcher.reading("willow-hospital of Beijing").understood

    say(
        sessions,
        lambda work: withdraw(work, Listed.CENTER, "willow-hospital", "closed"),
    )
    keeper.round()

    kinds = [one.kind for one in searcher.reading("willow-hospital").understood]
    assert Concept.CENTER not in kinds


def test_rebuilds_that_do_not_help_become_rare(searcher, keeper):
    rounds = 20
    rebuilt = 0
    for _ in range(rounds):
        if keeper.round():
            rebuilt += 1
        kept = searcher.index.folder.check(0)
        again = {"format": "another"}
        searcher.index.folder.write({}, again, kept, kept.files)
        keeper._seen = None

    assert 3 <= rebuilt < 6
    keeper._repair_after = 0.0
    assert keeper.round()
    assert searcher.index.state().documents == 0
