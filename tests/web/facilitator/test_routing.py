"""Facilitators read the rules in words, and try them on a case of their own."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from tests.web.inventing import invent, row


@pytest.fixture
def browser(desk):
    return desk.sit(Role.FACILITATOR)


def office(desk, browser):
    return desk.seat(browser).organization


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_every_rule_is_read_in_every_language(browser, language):
    page = browser.open(f"/{language}/facilitator/routing")

    assert "already-asked" in page.text
    assert "many-open-cases" in page.text


def test_rules_say_what_they_look_at_and_what_follows(browser):
    page = browser.open("/en/facilitator/routing")

    assert "No rule looks at prices or payments." in page.text
    assert "The center states that it treats the illness" in page.text
    assert "Left out if it is so" in page.text
    assert "Preferred, by 30" in page.text


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_case_of_ones_own_is_tried_and_stays_as_it_was(desk, browser, seed, language):
    reference = invent(desk, office(desk, browser), seed)
    before = row(desk, reference).version

    page = browser.open(f"/{language}/facilitator/routing?case={reference.lower()}")

    assert reference in page.text
    assert page.by_class("reasons__one")
    assert row(desk, reference).version == before


@pytest.mark.parametrize("asked", ["AAAA-AAAA", "a%00b", "' OR 1=1 --", "x" * 500])
def test_what_is_no_case_is_said_at_the_field(browser, asked):
    page = browser.open(f"/en/facilitator/routing?case={asked}", 404)

    assert "Your organization has no case of this number" in page.text


def test_anothers_case_is_none(desk, browser):
    other = desk.sit(Role.FACILITATOR)
    reference = invent(desk, office(desk, other))

    page = browser.open(f"/en/facilitator/routing?case={reference}", 404)

    assert "Your organization has no case of this number" in page.text


def test_hospitals_do_not_read_rules(desk):
    desk.sit(Role.HOSPITAL_EDITOR).open("/en/facilitator/routing", 403)
