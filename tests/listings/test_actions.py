"""Publishing, drafting and withdrawing, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.core.actor import VISITOR, system
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError, RefusedError
from directory.core.work import Work
from directory.knowledge.model import SourceRow
from directory.listings.actions import (
    DoNotListError,
    PublishedError,
    StateError,
    draft,
    publish,
    put_city,
    withdraw,
)
from directory.listings.model import (
    Current,
    DoNotList,
    Draft,
    Fact,
    Listing,
    Tombstone,
    Version,
)
from directory.listings.queries import (
    WithdrawnError,
    center_history,
    center_page,
    center_pages,
    center_version,
    city_profiles,
    counts,
    facilitator_page,
)
from directory.listings.rules.document import Kind
from directory.listings.rules.facts import facts
from directory.outbox.queries import changes_after, head
from tests.conftest import NOW
from tests.listings.documents import CHECKED, center, city, facilitator


def count(work, table):
    return work.session.scalar(select(func.count()).select_from(table))


def events(work):
    return list(work.session.scalars(select(Entry.event).order_by(Entry.seq)))


def test_publishing_makes_the_first_version(work):
    done = publish(work, center(), authority="seed")

    assert (done.number, done.changed) == (1, True)
    assert center_page(work.session, "willow-hospital", today=CHECKED).version == 1
    assert events(work) == ["listing.published"]
    assert changes_after(work.session, 0).subjects == ("center:willow-hospital",)


def test_publishing_the_same_again_changes_nothing(work):
    publish(work, center(), authority="seed")
    before = (events(work), head(work.session))

    done = publish(work, center(), authority="somebody-else")

    assert (done.number, done.changed) == (1, False)
    assert (events(work), head(work.session)) == before
    assert count(work, Version) == 1


def test_a_changed_document_is_the_next_version(work):
    publish(work, center(), authority="seed")

    done = publish(work, center(district="Haidian"), authority="submission:17")

    assert (done.number, done.changed) == (2, True)
    assert center_page(work.session, "willow-hospital", today=CHECKED).version == 2
    earlier = center_version(work.session, "willow-hospital", 1, today=CHECKED)
    assert (earlier.version, earlier.district) == (1, None)


def test_going_back_to_an_earlier_document_is_a_new_version(work):
    publish(work, center(), authority="seed")
    publish(work, center(district="Haidian"), authority="seed")

    assert publish(work, center(), authority="seed").number == 3


def test_facts_are_rows_that_say_what_the_document_says(work):
    publish(work, center(), authority="seed")

    rows = work.session.execute(
        select(Fact, SourceRow.url).outerjoin(SourceRow).order_by(Fact.id)
    ).all()
    said = facts(center())
    assert len(rows) == len(said)
    for (row, url), fact in zip(rows, said, strict=True):
        borne = fact.borne
        assert (row.part, row.field, row.value) == (fact.part, fact.field, fact.value)
        assert row.basis == (borne.basis and borne.basis.value)
        assert url == (borne.source and borne.source.url)
        assert (row.statement, row.as_of) == (borne.statement, borne.as_of)
        assert (row.checked_on, row.next_due) == (borne.checked_on, fact.next_due)


def test_a_source_that_two_listings_cite_is_one(work):
    publish(work, center(), authority="seed")
    publish(work, facilitator(), authority="seed")

    assert count(work, SourceRow) == 1


def test_a_draft_is_shown_to_nobody(work):
    assert draft(work, center(state="draft"))

    assert center_pages(work.session, today=CHECKED) == ()
    with pytest.raises(NotFoundError):
        center_page(work.session, "willow-hospital", today=CHECKED)
    assert counts(work.session, today=CHECKED).drafts == 1
    assert head(work.session) == 0


def test_drafting_the_same_again_changes_nothing(work):
    draft(work, center(state="draft"))

    assert not draft(work, center(state="draft"))

    assert events(work) == ["listing.drafted"]


def test_a_draft_can_be_changed(work):
    draft(work, center(state="draft"))

    assert draft(work, center(state="draft", district="Haidian"))

    kept = work.session.scalars(select(Draft.document)).one()
    assert kept["district"] == "Haidian"


def test_publishing_uses_a_draft_up(work):
    draft(work, center(state="draft"))

    publish(work, center(), authority="moderator")

    assert count(work, Draft) == 0
    assert counts(work.session, today=CHECKED).drafts == 0
    assert center_page(work.session, "willow-hospital", today=CHECKED).version == 1


def test_a_published_listing_does_not_become_a_draft(work):
    publish(work, center(), authority="seed")

    with pytest.raises(PublishedError) as refused:
        draft(work, center(state="draft"))

    assert refused.value.facts == {"kind": "center", "slug": "willow-hospital"}
    assert count(work, Draft) == 0


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda work, document: publish(work, document, authority="seed"), "draft"),
        (draft, "published"),
    ],
)
def test_a_document_goes_only_into_its_own_state(work, act, state):
    with pytest.raises(StateError):
        act(work, center(state=state))

    assert count(work, Listing) == 0


def test_withdrawing_takes_a_listing_out_of_every_query(work):
    publish(work, center(), authority="seed")
    publish(work, center(district="Haidian"), authority="seed")
    reached = head(work.session)

    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")

    look = work.session
    for gone in (
        lambda: center_page(look, "willow-hospital", today=CHECKED),
        lambda: center_version(look, "willow-hospital", 1, today=CHECKED),
        lambda: center_history(look, "willow-hospital"),
    ):
        with pytest.raises(WithdrawnError):
            gone()
    assert center_pages(look, today=CHECKED) == ()
    found = counts(look, today=CHECKED)
    assert (found.centers, found.facts, found.centers_by_city) == (0, {}, {})
    assert changes_after(look, reached).subjects == ("center:willow-hospital",)
    assert events(work)[-1] == "listing.withdrawn"
    assert look.scalars(select(Tombstone.reason)).one() == "It closed."


def test_what_was_withdrawn_keeps_its_versions_out_of_reach(work):
    publish(work, center(), authority="seed")

    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")

    assert count(work, Version) == 1
    assert count(work, Current) == 0


@pytest.mark.parametrize(
    "again",
    [
        center(),
        center("elm-hospital", names={"en": "Willow-Hospital  of BEIJING"}),
        center("elm-hospital", names={"en": "Elm", "zh": "willow-hospital医院"}),
        center("elm-hospital", names={"en": "Willow Hospital"}),
    ],
    ids=["the same", "name in English", "name in Chinese", "slug as a name"],
)
def test_what_was_withdrawn_does_not_come_back(work, again):
    publish(work, center(), authority="seed")
    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")

    with pytest.raises(DoNotListError):
        publish(work, again, authority="seed")
    with pytest.raises(DoNotListError):
        draft(work, again.model_copy(update={"state": "draft"}))


def test_a_name_that_was_dropped_before_the_withdrawal_is_kept_out_too(work):
    publish(work, center(names={"en": "Old Willow"}), authority="seed")
    publish(work, center(names={"en": "New Willow"}), authority="seed")
    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")

    with pytest.raises(DoNotListError):
        publish(work, center("elm", names={"en": "Old Willow"}), authority="seed")


def test_a_facilitator_may_have_the_name_of_a_withdrawn_center(work):
    publish(work, center(), authority="seed")
    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")

    done = publish(work, facilitator("willow-hospital"), authority="seed")

    assert done.changed


def test_withdrawing_twice_changes_nothing(work):
    publish(work, center(), authority="seed")
    withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")
    before = (events(work), head(work.session), count(work, DoNotList))

    withdraw(work, Kind.CENTER, "willow-hospital", "It closed again.")

    assert (events(work), head(work.session), count(work, DoNotList)) == before


def test_a_draft_can_be_withdrawn(work):
    draft(work, center(state="draft"))

    withdraw(work, Kind.CENTER, "willow-hospital", "It asked.")

    assert count(work, Draft) == 0
    with pytest.raises(DoNotListError):
        draft(work, center(state="draft"))


def test_withdrawing_what_is_not_there_is_an_error(work):
    with pytest.raises(NotFoundError):
        withdraw(work, Kind.CENTER, "willow-hospital", "It closed.")


def test_a_city_is_kept_once(work):
    assert put_city(work, city())
    assert not put_city(work, city())
    assert put_city(work, city(aliases=["Peking"]))

    assert city_profiles(work.session) == (city(aliases=["Peking"]),)
    assert events(work) == ["city.described", "city.described"]


@pytest.mark.parametrize(
    "act",
    [
        lambda work: publish(work, center(), authority="seed"),
        lambda work: draft(work, center(state="draft")),
        lambda work: withdraw(work, Kind.CENTER, "willow-hospital", "It closed."),
        lambda work: put_city(work, city()),
    ],
    ids=["publish", "draft", "withdraw", "put_city"],
)
def test_a_visitor_may_do_none_of_it(work, act):
    publish(work, center("elm-hospital"), authority="seed")
    before = events(work)

    with pytest.raises(RefusedError):
        act(replace(work, actor=VISITOR))

    assert events(work) == before


def test_every_change_is_in_the_sealed_log(work):
    publish(work, center(), authority="seed")
    publish(work, facilitator(), authority="seed")
    withdraw(work, Kind.FACILITATOR, "willow-travel", "It asked.")

    assert verify(work.session).broken_at is None
    with pytest.raises(WithdrawnError):
        facilitator_page(work.session, "willow-travel", today=CHECKED)


def test_two_writers_never_share_a_number(engine):
    """Each waits for the other, on a listing that neither has seen."""

    def write(district: str) -> int:
        with make_sessions(engine).begin() as session:
            here = Work(session, system("test"), NOW)
            return publish(here, center(district=district), authority="seed").number

    with ThreadPoolExecutor(4) as writers:
        numbers = sorted(writers.map(write, "ABCD"))

    assert numbers == [1, 2, 3, 4]
    with make_sessions(engine, reading=True)() as session:
        assert center_page(session, "willow-hospital", today=CHECKED).version == 4
        assert verify(session).broken_at is None
