"""A daughter asks for her father, keeps her code, comes back, and takes it back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from directory.inquiries.rules.life import SOONEST_SENT
from tests.journeys.conftest import reading, serving

pytestmark = pytest.mark.browser

CODE = re.compile(r"^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name={name}][value='{value}']").check(force=True)


def go_on(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def say_who(page: Page) -> None:
    choose(page, "asker", "other")
    page.locator("input[name=relationship]").first.check(force=True)
    page.locator("input[name=standing]").first.check(force=True)
    choose(page, "age", "adult")
    page.locator("select[name=country]").select_option("KZ")
    page.locator("select[name=language]").select_option("ru")
    choose(page, "interpreter", "yes")
    choose(page, "way", "email")
    page.locator("input[name=email]").fill("daughter@example.org")
    page.locator("input[name=hours]").first.check(force=True)


def say_what(page: Page) -> None:
    page.locator("input[name=health]").check(force=True)
    page.locator("select[name=diagnosis]").select_option("mm")
    page.locator("input[name=lines]").last.check(force=True)
    page.locator("input[name=drug_classes]").first.check(force=True)
    for name in ("transplant", "performance", "travel"):
        page.locator(f"input[name={name}]").first.check(force=True)
    page.locator("input[name=wanted]").first.check(force=True)
    page.locator("textarea[name=question]").fill("Можно ли приехать весной?")


def fill_in(page: Page) -> None:
    """Go through all pages of questions, up to the check."""
    say_who(page)
    go_on(page)
    page.wait_for_url("**/inquiries/illness*")
    say_what(page)
    go_on(page)
    page.wait_for_url("**/inquiries/where*")
    choose(page, "whom", "centers")
    details = page.locator("details").first
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    choose(page, "centers", "nanfang-hospital")
    go_on(page)
    page.wait_for_url("**/inquiries/documents*")
    page.locator("main a.nhsuk-button").last.click()
    page.wait_for_url("**/inquiries/consents*")
    for box in page.locator("main input[type=checkbox]").all():
        box.check(force=True)
    go_on(page)
    page.wait_for_url("**/inquiries/check*")
    expect(page.locator("main")).to_contain_text("Можно ли приехать весной?")


def ask(page: Page) -> str:
    """Ask; return the receipt code."""
    fill_in(page)
    # Nobody answers five pages in less time than this, and it is held against it.
    page.wait_for_timeout(SOONEST_SENT / timedelta(milliseconds=1))
    go_on(page)
    page.wait_for_url("**/inquiries/**receipt*")
    code = page.locator(".receipt code").inner_text().replace("\n", "").strip()
    assert CODE.match(code), code
    return code


def keep(page: Page, code: str) -> None:
    """Show that the code was saved, by the group that is asked for."""
    page.locator("main a.nhsuk-button").click()
    page.wait_for_url("**/confirm*")
    label = page.locator("label[for=group]").inner_text()
    number = int(re.search(r"\d", label).group())
    page.locator("input[name=group]").fill(code.split("-")[number - 1])
    go_on(page)
    page.wait_for_url("**/done*")


@pytest.mark.parametrize(
    ("language", "width"), [("en", 1280), ("ru", 360), ("ar", 360), ("zh", 1280)]
)
def test_asking_keeping_coming_back_and_erasing(browser, server, language, width):
    with reading(browser, server, width=width, language=language) as somebody:
        prefix = f"/{language}"
        page = somebody.open(f"{prefix}/inquiries/new?center=nanfang-hospital")
        code = ask(page)
        somebody.is_within_its_width()
        keep(page, code)

        page = somebody.open(f"{prefix}/inquiries/track")
        assert code not in page.content()
        page.locator("input[name=code]").fill(code.lower().replace("-", " "))
        go_on(page)
        page.wait_for_url("**/inquiries/mine*")
        assert code not in page.url
        somebody.is_within_its_width()

        page.locator("a[href$='/inquiries/erase'], a[href*='/erase']").first.click()
        go_on(page)
        page.wait_for_url("**/erased*")
        page = somebody.open(f"{prefix}/inquiries/track")
        page.locator("input[name=code]").fill(code)
        go_on(page)
        expect(page.locator(".nhsuk-error-summary")).to_be_visible()


def test_what_was_forgotten_is_named_and_what_was_typed_stays(reader):
    page = reader.open("/inquiries/new")
    choose(page, "way", "email")
    page.locator("input[name=email]").fill("not an address")

    go_on(page)

    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    assert page.locator("input[name=email]").input_value() == "not an address"
    reader.is_within_its_width()


def test_going_back_and_sending_again_is_one_inquiry(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/inquiries/new")
        code = ask(page)

        page.go_back()
        if page.locator("main form button[type=submit]").count():
            go_on(page)
        page = somebody.open("/inquiries/receipt")

        again = page.locator(".receipt code").inner_text().replace("\n", "").strip()
        assert again == code


def test_without_script_everything_works_on_a_phone(browser, server):
    with reading(browser, server, width=360, script=False) as somebody:
        page = somebody.open("/inquiries/new")
        code = ask(page)
        somebody.is_within_its_width()
        page = somebody.open("/inquiries/receipt/slip")

        assert page.locator(".receipt code").inner_text().replace("\n", "") == code
        somebody.is_within_its_width()


def test_a_draft_goes_on_on_a_phone_and_is_sent_from_there(browser, server):
    with reading(browser, server) as desk, reading(browser, server, width=360) as phone:
        page = desk.open("/inquiries/new")
        say_who(page)
        go_on(page)
        page.wait_for_url("**/inquiries/illness*")
        page = desk.open("/inquiries/later")
        code = page.locator(".receipt code").inner_text().replace("\n", "").strip()

        page = phone.open("/inquiries/resume")
        page.locator("input[name=code]").fill(code.lower())
        go_on(page)
        page.wait_for_url("**/inquiries/illness*")
        phone.is_within_its_width()
        assert code not in page.url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_in_a_flood_people_get_through(browser, tmp_path, script):
    """With script a task is solved unseen; without, there is a question."""
    with serving(tmp_path, DIRECTORY_INQUIRIES_BEFORE_PROOF="1") as flooded:
        with reading(browser, flooded, script=False) as first:
            ask(first.open("/inquiries/new"))
        with reading(browser, flooded, width=360, script=script) as somebody:
            page = somebody.open("/inquiries/new")
            fill_in(page)
            page.wait_for_timeout(SOONEST_SENT / timedelta(milliseconds=1))
            go_on(page)
            question = page.locator("input[name=answer]")
            if script:
                expect(question).to_be_hidden()
                expect(page.locator("[data-task-status]")).to_contain_text("Ready")
                go_on(page)
                page.wait_for_url("**/inquiries/**receipt*")
            else:
                expect(question).to_be_visible()
                go_on(page)
                expect(page.locator(".nhsuk-error-summary")).to_be_visible()
            somebody.is_within_its_width()
