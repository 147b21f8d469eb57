"""What a center's page says of its capacity: by whom, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor, Role, system
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.model import Listing
from directory.submissions.actions.capacity import state_capacity
from directory.submissions.model import ListingKeeper
from directory.submissions.rules.states import CapacityState
from tests.browser import Browser, words
from tests.conftest import NOW
from tests.listings.documents import center
from tests.web.making import make_app
from tests.web.people import add_organization, add_person

__all__ = ["make_app"]

SLUG = "nanfang-hospital"


def said(app, language: str = "en") -> str:
    page = Browser(app).open(f"/{language}/centers/{SLUG}")
    return next(
        words(each) for each in page.all("section") if each.get("id") == "capacity"
    )


def state(app, given: CapacityState, weeks: int | None = None) -> None:
    with app.extensions["directory"].sessions.begin() as session:
        office = add_organization(
            session, OrganizationKind.HOSPITAL, "Invented <office>"
        )
        listing = session.scalars(select(Listing.id).where(Listing.slug == SLUG)).one()
        keeper = session.get(ListingKeeper, listing)
        if keeper is None:
            keeper = ListingKeeper(listing_id=listing, since=NOW)
            session.add(keeper)
        keeper.organization_id = office.id
        session.flush()
        actor = Actor(
            "person:editor",
            frozenset({Role.HOSPITAL_EDITOR}),
            person=add_person(session).id,
            organization=office.id,
        )
        state_capacity(Work(session, actor, NOW), SLUG, given, weeks)


@pytest.fixture
def app(make_app):
    return make_app()


def test_nothing_stated_is_not_a_no(app):
    assert "Not stated." in said(app)
    assert "That is not a no" in said(app)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_what_is_stated_names_the_office_and_its_days(app, language):
    state(app, CapacityState.WAITING_LIST, 6)

    shown = said(app, language)
    assert "Invented <office>" in shown
    if language == "en":
        assert "waiting list – a wait of about 6 weeks" in shown
        assert "Said on November 22, 2026 Counts until December 5, 2026" in shown


def test_a_page_that_was_kept_changes_at_once_and_by_itself_after_its_days(app):
    before = said(app)
    state(app, CapacityState.FULL)
    assert said(app) != before
    assert "Takes no new patients now" in said(app)

    tools = app.extensions["directory"]

    def on(day: int) -> str:
        moment = NOW + timedelta(days=day)
        app.extensions["directory"] = replace(tools, clock=lambda: moment)
        return said(app)

    assert "Takes no new patients now" in on(13)
    assert "Not stated." in on(14)


def test_an_earlier_version_says_nothing_of_it(app):
    state(app, CapacityState.OPEN)
    url = f"/en/centers/{SLUG}/versions/1"
    assert "Invented <office>" in Browser(app).open(url).text
    with app.extensions["directory"].sessions.begin() as session:
        work = Work(session, system("test"), NOW)
        publish(work, center(SLUG), authority="test")

    assert "Invented <office>" not in Browser(app).open(url).text
    assert "Invented <office>" in said(app)
