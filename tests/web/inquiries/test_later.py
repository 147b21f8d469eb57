"""A draft goes on later: here, on another device, after a lost connection."""

from __future__ import annotations

import pytest

from directory.core.text import Language
from tests.browser import Browser, read
from tests.web.inquiries.pages import (
    CONSENTS,
    ILLNESS,
    PERSON,
    WHERE,
    answer,
    code_of,
    go,
    rows,
    send,
)

NOBODYS = "0000-0000-0000-0000-0000-0000-0000-0000"
"""A code that fits its check and that nobody was given."""

GONE = "No draft has this code"


def draft_code(browser):
    return code_of(browser.open("/inquiries/later"))


def take_up(browser, code, status=303):
    page = browser.open("/inquiries/resume")
    response = browser.client.post(
        "/inquiries/resume",
        data={"csrf_token": page.value("csrf_token"), "code": code},
    )
    assert response.status_code == status
    return response


def test_a_draft_is_taken_up_on_another_device(app, browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    other = Browser(app)

    response = take_up(other, draft_code(browser).lower().replace("-", " "))

    assert response.headers["Location"] == "/inquiries/where"
    page = other.open("/inquiries/illness")
    assert str(ILLNESS["question"]) in "".join(next(page.all("textarea")).itertext())


def test_both_devices_go_on_with_one_draft_and_send_it_once(app, browser, clock):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    other = Browser(app)
    take_up(other, draft_code(browser))
    go(other, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")
    go(other, "/inquiries/consents", CONSENTS, "/inquiries/check")
    clock.move(minutes=5)

    pages = [(one, one.open("/inquiries/check")) for one in (browser, other)]
    for one, page in pages:
        response = one.client.post(
            "/inquiries/check",
            data={name: page.value(name) for name in ("csrf_token", "revision")},
        )
        assert response.headers["Location"] == "/inquiries/receipt"

    assert rows(app) == ["received"]
    codes = {code_of(one.open("/inquiries/receipt")) for one in (browser, other)}
    assert len(codes) == 1


def test_once_sent_its_code_opens_nothing_elsewhere(app, browser, clock):
    answer(browser)
    code = draft_code(browser)
    clock.move(minutes=5)
    send(browser)

    response = take_up(Browser(app), code, 422)

    assert GONE in response.get_data(as_text=True)


def test_codes_of_nobody_of_what_was_sent_and_of_what_is_old_get_one_answer(
    app, browser, clock
):
    answer(browser)
    sent = draft_code(browser)
    clock.move(minutes=5)
    send(browser)
    late = Browser(app)
    go(late, "/inquiries/new", PERSON, "/inquiries/illness")
    old = draft_code(late)
    clock.move(days=31)

    said = set()
    for code in (NOBODYS, sent, old):
        other = Browser(app)
        page = other.open("/inquiries/resume")
        shown = other.post(
            "/inquiries/resume",
            {"csrf_token": page.value("csrf_token"), "code": code},
            422,
        )
        said.add(shown.text)
    assert len(said) == 1
    assert GONE in said.pop()


def test_the_code_is_stored_nowhere_and_stands_in_no_address(app, browser, tools):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    code = draft_code(browser)
    response = take_up(Browser(app), code)

    assert code not in response.headers["Location"]
    files = [one for one in tools.settings.data.rglob("*") if one.is_file()]
    assert files
    for one in files:
        assert code.encode() not in one.read_bytes()
        assert code.replace("-", "").encode() not in one.read_bytes()


def test_a_receipt_code_typed_as_a_draft_code_is_told_apart(browser, clock):
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    receipt = code_of(browser.open("/inquiries/receipt"))

    page = browser.post("/inquiries/resume", {"code": receipt}, 422)

    assert "This is a receipt code" in page.text


@pytest.mark.parametrize("typed", ["", "ABCD", "!" * 32, "0" * 31 + "1", "0" * 500])
def test_what_cannot_be_a_code_is_refused_in_words(browser, typed):
    page = browser.post("/inquiries/resume", {"code": typed}, 422)

    assert page.by_class("nhsuk-error-summary")
    assert GONE not in page.text


def test_codes_are_tried_ten_times_and_no_more(limited):
    browser = Browser(limited)
    data = {"code": NOBODYS}
    statuses = [
        browser.client.post(
            "/inquiries/resume",
            data={
                "csrf_token": browser.open("/inquiries/resume").value("csrf_token"),
                **data,
            },
        ).status_code
        for _ in range(12)
    ]

    assert statuses == [422] * 10 + [429] * 2


def test_a_browser_that_holds_a_draft_is_told_what_happens_to_it(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    page = browser.open("/inquiries/resume")

    assert "This browser holds a draft already" in page.text
    assert page.link("Show its code") == "/inquiries/later"


def test_without_a_draft_there_is_no_code(browser):
    assert browser.client.get("/inquiries/later").status_code == 404


def test_a_page_whose_draft_is_gone_comes_back_with_everything_typed(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    token = browser.open("/inquiries/illness").value("csrf_token")
    browser.client.delete_cookie("draft")

    response = browser.client.post(
        "/inquiries/illness", data={"csrf_token": token, **ILLNESS}
    )
    page = read("/inquiries/illness", response)

    assert response.status_code == 404
    assert "cannot find your draft" in page.text
    assert str(ILLNESS["question"]) in "".join(next(page.all("textarea")).itertext())
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("url", ["later", "resume"])
def test_the_pages_are_sound_in_each_language(browser, language, url):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    assert browser.open(f"/{language.value}/inquiries/{url}")
