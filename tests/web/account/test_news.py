"""Staff read what happened since they last looked."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from tests.web.cases import ask, coordinator_at, owner_of, press


@pytest.fixture
def hospital(desk):
    return coordinator_at(desk)


@pytest.fixture
def asked(desk, hospital):
    assert hospital
    desk.clock.move(minutes=5)
    return ask(desk)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_owner_and_hospital_read_what_happened(desk, hospital, asked, language):
    for browser in (owner_of(desk, asked), hospital):
        page = browser.open(f"/{language}/account/news")
        assert asked.reference in page.text


def test_what_was_seen_is_gone_and_what_comes_later_is_there(desk, hospital, asked):
    page = press(hospital, "/en/account/news", "/en/account/news/seen")

    assert asked.reference not in page.text
    assert "Nothing new." in page.text
    desk.clock.move(minutes=5)
    other = ask(desk)
    assert other.reference in hospital.open("/en/account/news").text


def test_nobody_reads_news_of_others(desk, asked):
    for role in (Role.FACILITATOR, Role.HOSPITAL_COORDINATOR, Role.HOSPITAL_EDITOR):
        page = desk.sit(role).open("/en/account/news")
        assert asked.reference not in page.text
        assert "Nothing new." in page.text


def test_the_menu_leads_to_news(desk, asked):
    page = owner_of(desk, asked).open("/en/account/news")

    assert "/en/account/news" in page.links()
