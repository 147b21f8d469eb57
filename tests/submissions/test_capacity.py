"""Whether a center takes patients: who may say so, and for how long it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.listings.actions import publish, withdraw
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.outbox.model import Change
from directory.submissions.actions.capacity import state_capacity, take_back_capacity
from directory.submissions.model import ListingKeeper
from directory.submissions.queries.capacity import center_capacity
from directory.submissions.rules.capacity import CapacityError
from directory.submissions.rules.states import CapacityState
from tests.conftest import NOW
from tests.listings.documents import center, facilitator
from tests.web.people import add_organization, add_person

OPEN, WAITING, FULL = (
    CapacityState.OPEN,
    CapacityState.WAITING_LIST,
    CapacityState.FULL,
)
TODAY = NOW.date()
SLUG = "willow-hospital"


@pytest.fixture
def editor(work):
    """Return the work of an editor of the office that keeps both listings."""
    publish(work, center(), authority="seed")
    publish(work, facilitator(), authority="seed")
    office = add_organization(
        work.session, OrganizationKind.HOSPITAL, "Invented willow office"
    )
    for listing in work.session.scalars(select(Listing.id)):
        work.session.add(
            ListingKeeper(listing_id=listing, organization_id=office.id, since=NOW)
        )
    work.session.flush()
    person = add_person(work.session)
    actor = Actor(
        "person:editor",
        frozenset({Role.HOSPITAL_EDITOR}),
        person=person.id,
        organization=office.id,
    )
    return replace(work, actor=actor)


def test_what_is_stated_counts_for_fourteen_days(editor):
    state_capacity(editor, SLUG, WAITING, 6)

    def on(day):
        return center_capacity(editor.session, SLUG, today=TODAY + timedelta(days=day))

    found = on(0)
    assert found is not None
    assert (found.state, found.wait_weeks) == (WAITING, 6)
    assert (found.stated_on, found.office) == (TODAY, "Invented willow office")
    assert on(13) is not None
    assert on(14) is None
    subjects = editor.session.scalars(select(Change.subject)).all()
    assert subjects.count(f"center:{SLUG}") == 2


def test_the_same_again_counts_from_that_day(editor):
    state_capacity(editor, SLUG, OPEN)
    later = replace(editor, now=NOW + timedelta(days=10))

    state_capacity(later, SLUG, OPEN)

    found = center_capacity(editor.session, SLUG, today=TODAY + timedelta(days=20))
    assert found is not None
    assert found.wait_weeks is None


def test_what_is_taken_back_says_nothing(editor):
    state_capacity(editor, SLUG, FULL)

    take_back_capacity(editor, SLUG)
    take_back_capacity(editor, SLUG)

    assert center_capacity(editor.session, SLUG, today=TODAY) is None


@pytest.mark.parametrize(
    ("state", "weeks"), [(OPEN, -1), (WAITING, 105), (FULL, 3), (FULL, 0)]
)
def test_an_impossible_wait_is_refused(editor, state, weeks):
    with pytest.raises(CapacityError):
        state_capacity(editor, SLUG, state, weeks)


def test_another_office_is_told_that_there_is_no_such_center(editor):
    other = add_organization(editor.session, OrganizationKind.HOSPITAL)
    stranger = replace(editor, actor=replace(editor.actor, organization=other.id))

    for act in (
        lambda: state_capacity(stranger, SLUG, OPEN),
        lambda: take_back_capacity(stranger, SLUG),
        lambda: state_capacity(editor, "no-hospital", OPEN),
        lambda: state_capacity(editor, "willow-travel", OPEN),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_person_without_the_role_states_nothing(editor):
    reader = replace(
        editor, actor=replace(editor.actor, roles=frozenset({Role.PERSON}))
    )

    with pytest.raises(RefusedError):
        state_capacity(reader, SLUG, OPEN)


def test_what_was_withdrawn_has_no_capacity(work, editor):
    state_capacity(editor, SLUG, OPEN)

    withdraw(work, Kind.CENTER, SLUG, "Closed.")

    assert center_capacity(work.session, SLUG, today=TODAY) is None
