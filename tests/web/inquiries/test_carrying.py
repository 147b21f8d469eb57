"""Answers of the pre-check come along, in the reader's own browser only."""

from __future__ import annotations

import pytest

from directory.core.text import Language
from tests.browser import Browser
from tests.web.inquiries.pages import ILLNESS, PERSON, go, rows

CARRIED = {
    name: ILLNESS[name]
    for name in (
        *("diagnosis", "lines", "drug_classes", "transplant"),
        *("performance", "wanted", "travel"),
    )
}


def carry(browser: Browser, data: dict[str, object], token: bool = True):
    """Post answers as the page of the pre-check does."""
    known = browser.open("/inquiries/new").value("csrf_token") if token else ""
    return browser.client.post("/inquiries/carry", data={"csrf_token": known, **data})


def chosen(page, name: str) -> list[str]:
    """Return which answers of a question stand on a page."""
    boxes = [
        field.get("value")
        for field in page.all("input", name=name)
        if "checked" in field.attrib
    ]
    return boxes or [
        option.get("value")
        for select in page.all("select", name=name)
        for option in select.iter("option")
        if "selected" in option.attrib
    ]


def test_answers_stand_on_the_page_about_the_illness(app, browser):
    response = carry(browser, CARRIED)

    assert response.status_code == 303
    assert response.headers["Location"] == "/inquiries/new"
    assert rows(app) == []
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    page = browser.open("/inquiries/illness")
    assert "answers of the pre-check" in page.text
    for name, given in CARRIED.items():
        expected = given if isinstance(given, list) else [given]
        assert chosen(page, name) == expected, name


def test_nothing_is_agreed_to_by_carrying(browser):
    carry(browser, {**CARRIED, "health": "y"})
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    assert chosen(browser.open("/inquiries/illness"), "health") == []


def test_the_cookie_tells_nothing_and_goes_when_its_page_is_saved(browser):
    few = carry(browser, {"diagnosis": "mm"}).headers["Set-Cookie"]
    many = carry(browser, CARRIED).headers["Set-Cookie"]
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    saved = go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")

    assert len(few) == len(many)
    assert "HttpOnly" in many
    assert any(
        cookie.startswith("carried=;") for cookie in saved.headers.getlist("Set-Cookie")
    )
    assert browser.client.get_cookie("carried") is None


def test_what_nobody_can_choose_is_left_out(browser):
    carry(
        browser,
        {
            "diagnosis": "<script>",
            "lines": "999",
            "drug_classes": ["steroid", "nonsense", "steroid"],
            "wanted": [""],
            "question": "free text is not taken",
        },
    )
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    page = browser.open("/inquiries/illness")

    assert chosen(page, "drug_classes") == ["steroid"]
    assert chosen(page, "lines") == []
    assert "free text" not in page.text


def test_answers_without_the_token_of_a_page_are_not_taken(browser):
    browser.open("/inquiries/new")

    response = carry(browser, CARRIED, token=False)

    assert response.status_code in {303, 400}
    assert browser.client.get_cookie("carried") is None


def test_a_cookie_that_was_changed_carries_nothing(browser):
    carry(browser, CARRIED)
    value = browser.client.get_cookie("carried").value
    other = "A" if value[40] != "A" else "B"
    browser.client.set_cookie("carried", value[:40] + other + value[41:])
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    page = browser.open("/inquiries/illness")

    assert "answers of the pre-check" not in page.text


def test_what_was_saved_before_goes_before_what_is_carried(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    carry(browser, {"lines": "1"})

    assert chosen(browser.open("/inquiries/illness"), "lines") == [ILLNESS["lines"]]


@pytest.mark.parametrize("language", Language)
def test_the_page_is_sound_in_each_language(browser, language):
    carry(browser, CARRIED)
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    assert browser.open(f"/{language.value}/inquiries/illness")
