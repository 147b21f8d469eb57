"""Up to three centers, in the order that is wished; what is known of each beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.rules.roles import OrganizationKind
from directory.cases.model import Referral
from directory.core.text import Language
from directory.listings.model import Listing
from directory.submissions.model import Capacity, ListingKeeper
from tests.conftest import NOW
from tests.web.inquiries.pages import (
    CONSENTS,
    ILLNESS,
    PERSON,
    WHERE,
    answer,
    go,
    send,
)
from tests.web.people import add_organization, add_person


@pytest.fixture
def kept(app):
    """Let an office keep one center and say that it has a waiting list."""
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        office = add_organization(session, OrganizationKind.HOSPITAL)
        person = add_person(session)
        listing = session.scalars(
            select(Listing).where(Listing.slug == "west-invented")
        ).one()
        session.add(
            ListingKeeper(listing_id=listing.id, organization_id=office.id, since=NOW)
        )
        session.add(
            Capacity(
                listing_id=listing.id,
                state="waiting-list",
                wait_weeks=6,
                stated_on=NOW.date(),
                expires_on=NOW.date() + timedelta(days=14),
                stated_by=person.id,
                organization_id=office.id,
            )
        )


def to_where(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")


@pytest.mark.usefixtures("kept")
def test_each_center_says_its_capacity_and_whether_it_answers_here(browser):
    to_where(browser)

    words = browser.open("/inquiries/where").text

    assert "onto a waiting list – a wait of about 6 weeks (said on" in words
    assert words.count("its own office answers here") == 1
    assert words.count("Whether it takes patients now: not stated") == 3


@pytest.mark.usefixtures("kept")
def test_what_is_known_stands_before_the_consent_too(browser):
    to_where(browser)
    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")

    words = browser.open("/inquiries/consents").text

    assert "its own office answers here" in words
    assert words.index("a wait of about 6 weeks") < words.index(
        "are shown to West Invented"
    )


@pytest.mark.usefixtures("kept")
def test_after_two_weeks_nothing_is_said_of_capacity(browser, clock):
    to_where(browser)
    clock.move(days=14)

    assert "waiting list" not in browser.open("/inquiries/where").text


def test_centers_are_asked_in_the_order_that_was_wished(app, browser, clock):
    answer(browser)
    go(
        browser,
        "/inquiries/consents",
        {**CONSENTS, "share-center-west-invented": "y"},
        "/inquiries/check",
    )
    go(
        browser,
        "/inquiries/order",
        {"place-east-invented": "2", "place-west-invented": "1"},
        "/inquiries/check",
    )
    page = browser.open("/inquiries/check")
    assert page.text.index("West Invented") < page.text.index("East Invented")
    assert page.text.count("Not agreed:") == 0
    clock.move(minutes=5)

    send(browser)

    with app.extensions["directory"].reading() as session:
        asked = session.execute(
            select(Referral.center, Referral.place).order_by(Referral.place)
        ).all()
    assert [tuple(one) for one in asked] == [("west-invented", 1), ("east-invented", 2)]


def test_choosing_again_keeps_the_order(browser):
    answer(browser)
    places = {"place-east-invented": "2", "place-west-invented": "1"}
    go(browser, "/inquiries/order", places, "/inquiries/check")

    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")

    page = browser.open("/inquiries/check")
    assert page.text.index("West Invented") < page.text.index("East Invented")


def test_two_centers_cannot_share_a_place(browser):
    answer(browser)
    same = {"place-east-invented": "1", "place-west-invented": "1"}

    page = browser.post("/inquiries/order", same, 422)

    assert "Another center has this place" in page.text
    assert page.by_class("nhsuk-error-summary")


@pytest.mark.parametrize("value", ["", "0", "3", "x"])
def test_a_place_that_is_none_is_refused(browser, value):
    answer(browser)
    odd = {"place-east-invented": value, "place-west-invented": "2"}

    assert browser.post("/inquiries/order", odd, 422)


def test_one_center_has_no_order(browser):
    to_where(browser)
    one = {"whom": "centers", "centers": ["east-invented"]}
    go(browser, "/inquiries/where", one, "/inquiries/documents")

    response = browser.client.get("/inquiries/order")

    assert response.headers["Location"] == "/inquiries/where"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("url", ["where", "order", "consents", "check"])
def test_the_pages_are_sound_in_each_language(browser, language, url):
    answer(browser)

    assert browser.open(f"/{language.value}/inquiries/{url}")
