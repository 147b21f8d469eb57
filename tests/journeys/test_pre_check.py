"""A son goes through all questions on his telephone, and asks a center with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults_of
from tests.journeys.conftest import reading
from tests.journeys.test_inquiry import choose, go_on, say_who

pytestmark = pytest.mark.browser

ANSWERED = {"E05": "likely_ok", "E06": "likely_ok", "E10": "discuss"}
"""What he knows for certain and the inquiry asks too; the rest he leaves open."""


def press(page: Page, go: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(f"main button[name=go][value='{go}']").first.click()


def answer_all(page: Page) -> int:
    """Answer every question until all answers stand on one page; count them."""
    number = 0
    while not page.locator("button[value=outcome]").count():
        number += 1
        assert number <= 50
        name = page.locator("input[type=radio]").first.get_attribute("name") or ""
        value = ANSWERED.get(name, "unknown")
        page.locator(f"input[type=radio][value={value}]").check(force=True)
        press(page, "next")
    return number


@pytest.mark.parametrize("language", ["en", "ar"])
def test_all_questions_and_into_an_inquiry_without_script(browser, server, language):
    with reading(browser, server, width=360, language=language, script=False) as he:
        page = he.open(f"/{language}/pre-check")
        page.locator("input[type=radio][value=mm]").check(force=True)
        press(page, "start")
        assert answer_all(page) == 23
        assert page.url.endswith(f"/{language}/pre-check")
        press(page, "change-E10")
        expect(page.locator("input[value=discuss]")).to_be_checked()
        press(page, "next")
        press(page, "outcome")
        expect(page.locator(".outcome h1")).to_be_visible()
        assert page.url.endswith(f"/{language}/pre-check")
        assert [each["name"] for each in page.context.cookies()] in ([], ["session"])

        page.locator("form[action$='/inquiries/carry'] button").click()
        page.wait_for_url("**/inquiries/new*")
        say_who(page)
        go_on(page)
        page.wait_for_url("**/inquiries/illness*")
        expect(page.locator("select[name=diagnosis]")).to_have_value("mm")
        for value in ("proteasome-inhibitor", "immunomodulator"):
            box = page.locator(f"input[name=drug_classes][value={value}]")
            expect(box).to_be_checked()
        expect(page.locator("input[name=performance][value='2']")).to_be_checked()


def test_another_language_keeps_the_answers(browser, server):
    with reading(browser, server, width=360, script=False) as he:
        page = he.open("/en/pre-check")
        choose(page, "illness", "mm")
        press(page, "start")
        page.locator("input[type=radio][value=discuss]").check(force=True)
        page.get_by_role("button", name="Русский").click()

        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator("input[type=radio][value=discuss]")).to_be_checked()


def test_enter_goes_on_and_not_to_another_language(browser, server):
    with reading(browser, server) as he:
        page = he.open("/ar/pre-check")
        choose(page, "illness", "mm")
        press(page, "start")
        page.locator("input[type=radio][value=discuss]").check(force=True)
        before = page.locator("h1").inner_text()
        with page.expect_navigation():
            page.locator("input[type=radio][value=discuss]").press("Enter")

        expect(page.locator("html")).to_have_attribute("lang", "ar")
        expect(page.locator("h1")).not_to_have_text(before)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_axe_finds_nothing_on_answers_and_plans(browser, server, language):
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    faults = {}
    with reading(browser, server, language=language) as he:

        def look(name: str, page: Page) -> None:
            for width in (1280, 360, 320):
                page.set_viewport_size({"width": width, "height": 800})
                he.is_within_its_width()
                if found := faults_of(page):
                    faults[f"{name} at {width}"] = found

        page = he.open(f"/{language}/pre-check")
        page.locator("input[type=radio][value=mm]").check(force=True)
        press(page, "start")
        look("question", page)
        page.locator("input[type=radio][value=discuss]").check(force=True)
        press(page, "next")
        press(page, "next")
        look("refused", page)
        press(page, "summary")
        look("summary", page)
        press(page, "outcome")
        look("outcome", page)
        page = he.open(f"/{language}/pre-check")
        page.locator("input[type=radio][value=gastric]").check(force=True)
        press(page, "start")
        look("elsewhere", page)
        page = he.open(f"/{language}/plan?day={day}&city=beijing&companion=no")
        look("plan", page)

    assert not faults, faults
