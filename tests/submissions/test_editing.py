"""What moderators bring in themselves passes a second one where it must."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.core.actor import VISITOR, Actor, Role, system
from directory.core.errors import NotFoundError, RefusedError
from directory.listings.actions import DoNotListError, draft, publish
from directory.listings.model import DoNotList, Draft, Listing
from directory.listings.rules.document import Kind
from directory.submissions.actions import reviewing
from directory.submissions.actions.editing import (
    AlreadyOpenError,
    FactUnfitError,
    NoChangeError,
    VersionPassedError,
    edit_fact,
    keep_from_listing,
    propose_held,
)
from directory.submissions.actions.verdicts import Verdicts
from directory.submissions.model import ListingKeeper, Submission
from directory.submissions.queries.cases import published_now
from directory.submissions.queries.held import do_not_list
from directory.submissions.rules.review import OwnSubmissionError
from tests.conftest import NOW
from tests.listings.documents import center
from tests.submissions.cases import as_, changed, moderator, publish_center, submit

SLUG = "willow-hospital"
NO = {
    "key": "icu",
    "value": "no",
    "basis": "unverified",
    "checked_on": "2026-11-22",
}
TRIAL = {"name": "OAK", "basis": "unverified", "checked_on": "2026-11-22"}
ALL = Verdicts(accept_rest=True)


@pytest.fixture
def at(work):
    """Return the work of a moderator, with a published center."""
    publish_center(work)
    return as_(work, moderator(work.session))


def edit(work, field: str = "capability.icu", after=NO, number: int = 1):
    return edit_fact(work, Kind.CENTER, SLUG, field, after, number=number)


def now_published(work, slug: str = SLUG) -> tuple[int, dict[str, Any]]:
    found = published_now(work.session, "center", slug)
    assert found is not None
    return found


def icu(work):
    number, document = now_published(work)
    return number, next(c for c in document["capabilities"] if c["key"] == "icu")


def test_a_fact_is_published_as_the_next_version(at):
    done = edit(at)

    assert (done.version, done.submission) == (2, None)
    assert icu(at) == (2, NO)


def test_the_log_says_who_changed_which_field(at):
    edit(at)

    last = at.session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert last.actor == at.actor.name
    assert (last.event, last.facts) == (
        "listing.fact-edited",
        {"field": "capability.icu", "number": 2},
    )


@pytest.mark.parametrize(
    ("field", "after"),
    [
        ("trial.1", TRIAL),
        ("trial.2", TRIAL),
        ("trial.1", None),
        ("treatment.1", {**TRIAL, "route": "not-stated"}),
    ],
)
def test_routes_trials_and_prices_wait_for_another_moderator(at, work, field, after):
    if field.startswith("treatment"):
        after = {k: v for k, v in after.items() if k != "name"}

    done = edit(at, field, after)
    with pytest.raises(OwnSubmissionError):
        reviewing.publish(at, done.submission, 1, ALL)
    number = reviewing.publish(
        as_(work, moderator(work.session)), done.submission, 1, ALL
    )

    assert (done.version, number) == (None, 2)


def test_one_submission_of_a_listing_is_open_at_a_time(at, work):
    submit(work, center(), changed())

    with pytest.raises(AlreadyOpenError):
        edit(at, "trial.1", TRIAL)


def test_the_page_must_show_the_version_that_stands(at):
    with pytest.raises(VersionPassedError):
        edit(at, number=7)


def test_the_same_again_is_no_change(at):
    edit(at)

    with pytest.raises(NoChangeError):
        edit(at, number=2)


@pytest.mark.parametrize(
    "after",
    [
        {**NO, "value": "perhaps"},
        {**NO, "basis": "sourced"},
        {**NO, "as_of": "May"},
        {**NO, "statement": "\u202ehidden"},
        {**NO, "more": 1},
    ],
)
def test_what_documents_do_not_allow_is_refused(at, after):
    with pytest.raises(FactUnfitError):
        edit(at, after=after)


def test_what_one_keeps_oneself_another_edits(at, work):
    listing = work.session.scalar(select(Listing.id))
    at.session.add(
        ListingKeeper(
            listing_id=listing, organization_id=at.actor.organization, since=NOW
        )
    )
    at.session.flush()

    with pytest.raises(OwnSubmissionError):
        edit(at)


def test_an_unknown_listing_is_not_found(at):
    with pytest.raises(NotFoundError):
        edit_fact(at, Kind.CENTER, "oak", "capability.icu", NO, number=1)


@pytest.mark.parametrize(
    "actor", [VISITOR, Actor("admin", frozenset({Role.ADMIN})), system("test")]
)
def test_only_moderators_edit_and_bring_in(at, actor):
    outside = as_(at, actor)

    with pytest.raises(RefusedError):
        edit(outside)
    with pytest.raises(RefusedError):
        propose_held(outside, Kind.CENTER, SLUG, "")


@pytest.fixture
def held(at):
    draft(as_(at, system("seed")), center("oak-hospital", state="draft"))
    return at.session.scalars(select(Draft.digest)).one()


def test_what_was_held_back_is_published_by_two(at, work, held):
    id_ = propose_held(at, Kind.CENTER, "oak-hospital", held)
    with pytest.raises(OwnSubmissionError):
        reviewing.publish(at, id_, 1, ALL)

    reviewing.publish(as_(work, moderator(work.session)), id_, 1, ALL)

    number, document = now_published(work, "oak-hospital")
    proposed = work.session.scalars(select(Submission.proposed)).one()
    assert number == 1
    assert document == proposed
    assert work.session.scalars(select(Draft)).all() == []


def test_it_is_brought_in_once(at, held):
    propose_held(at, Kind.CENTER, "oak-hospital", held)

    with pytest.raises(AlreadyOpenError):
        propose_held(at, Kind.CENTER, "oak-hospital", held)


def test_what_is_not_held_back_is_not_found(at, held):
    with pytest.raises(NotFoundError):
        propose_held(at, Kind.CENTER, SLUG, held)


def test_a_name_on_the_register_is_not_listed_however_it_is_written(at):
    first = keep_from_listing(at, Kind.CENTER, "  ŌAK-Hospital of  Beijing", "Asked.")
    again = keep_from_listing(at, Kind.CENTER, "oak hospital of beijing", "Asked.")

    assert (first, again) == (True, False)
    assert [one.reason for one in do_not_list(at.session, containing="oak")] == [
        "Asked."
    ]
    with pytest.raises(DoNotListError):
        publish(as_(at, system("seed")), center("oak-hospital"), authority="seed")


@pytest.mark.parametrize("name", ["", "!!!", "\u200b"])
def test_a_name_of_which_nothing_is_left_is_refused(at, name):
    with pytest.raises(FactUnfitError):
        keep_from_listing(at, Kind.CENTER, name, "Asked.")

    assert at.session.scalars(select(DoNotList)).all() == []
