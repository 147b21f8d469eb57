import re
from dataclasses import replace

import pytest

from directory.core.db import make_engine
from directory.web.context import EXTENSION
from tests.browser import Browser, read
from tests.web.inquiries.pages import (
    PERSON,
    answer,
    code_of,
    go,
    rows,
    send,
)


def test_somebody_asks_for_a_parent_from_first_page_to_receipt(app, browser, clock):
    answer(browser)
    page = browser.open("/inquiries/check")
    for words in (
        "Kazakhstan",
        "multiple myeloma",
        "Immunomodulator",
        "is a fourth line too late?",
        "East Invented",
        "Agreed: Showing it to East Invented",
        "Not agreed: Showing it to West Invented",
        "Without this, nothing is passed to West Invented",
    ):
        assert words in page.text
    clock.move(minutes=5)

    assert send(browser).headers["Location"] == "/inquiries/receipt"

    receipt = browser.open("/inquiries/receipt")
    code = code_of(receipt)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert "staff of this directory have your inquiry" in receipt.text
    assert "They act by November 24, 2026 at the latest" in receipt.text
    assert "East Invented\u2069 does not answer here" in receipt.text
    confirm = browser.open("/inquiries/confirm")
    (number,) = map(int, re.findall(r"Type group (\d)", confirm.text))
    assert code not in confirm.response.get_data(as_text=True)
    go(
        browser,
        "/inquiries/confirm",
        {"group": code.split("-")[number - 1].lower()},
        "/inquiries/done",
    )
    assert "not shown again" in browser.open("/inquiries/done").text
    assert rows(app) == ["received"]


def test_a_wrong_group_is_refused_and_the_code_can_be_seen_again(browser, clock):
    answer(browser)
    clock.move(minutes=5)
    send(browser)

    page = browser.post("/inquiries/confirm", {"group": "AAAA"}, 422)

    assert page.title.startswith("Error:")
    assert "not the group that we ask for" in page.text
    assert code_of(browser.open("/inquiries/receipt"))


def test_the_same_form_sent_twice_is_one_inquiry_with_one_receipt(app, browser, clock):
    answer(browser)
    page = browser.open("/inquiries/check")
    clock.move(minutes=5)
    data = {
        "csrf_token": page.value("csrf_token"),
        "revision": page.value("revision"),
    }

    first = browser.client.post("/inquiries/check", data=data)
    code = code_of(browser.open("/inquiries/receipt"))
    again = browser.client.post("/inquiries/check", data=data)

    assert first.status_code == again.status_code == 303
    assert again.headers["Location"] == "/inquiries/receipt"
    assert code_of(browser.open("/inquiries/receipt")) == code
    assert rows(app) == ["received"]


def test_the_back_button_after_sending_leads_to_the_receipt(browser, clock):
    answer(browser)
    clock.move(minutes=5)
    send(browser)

    for url in ("new", "illness", "where", "consents", "check"):
        response = browser.client.get(f"/inquiries/{url}")
        assert response.status_code == 303
        assert response.headers["Location"] == "/inquiries/receipt"


def test_what_changed_in_another_window_is_not_sent_unseen(app, browser, clock):
    answer(browser)
    page = browser.open("/inquiries/check")
    go(browser, "/inquiries/new", PERSON | {"country": "RU"}, "/inquiries/illness")
    clock.move(minutes=5)

    response = browser.client.post(
        "/inquiries/check",
        data={
            "csrf_token": page.value("csrf_token"),
            "revision": page.value("revision"),
        },
    )

    assert response.status_code == 422
    shown = read("/inquiries/check", response)
    assert "changed in another window" in shown.text
    assert "Russia" in shown.text
    assert rows(app) == ["draft"]


@pytest.mark.parametrize("revision", ["", "0", "-1", "x", "9" * 5000, "4.0", "\x00"])
def test_an_odd_revision_is_not_sent(app, browser, clock, revision):
    answer(browser)
    clock.move(minutes=5)

    browser.post("/inquiries/check", {"revision": revision}, 422)

    assert rows(app) == ["draft"]


def test_sending_at_once_asks_to_wait_and_loses_nothing(app, browser, clock):
    answer(browser)

    response = send(browser)

    assert response.status_code == 422
    assert "faster than we expect" in read("/inquiries/check", response).text
    clock.move(seconds=4)
    assert send(browser).status_code == 303
    assert rows(app) == ["received"]


def test_the_trap_on_the_check_keeps_programs_out(app, browser, clock):
    answer(browser)
    clock.move(minutes=5)
    page = browser.open("/inquiries/check")

    browser.post(
        "/inquiries/check",
        {"revision": page.value("revision"), "company": "We sell"},
        422,
    )

    assert rows(app) == ["draft"]


def test_a_draft_is_erased_on_request_and_at_once(app, browser):
    answer(browser)

    go(browser, "/inquiries/discard", {}, "/inquiries/discarded")

    assert rows(app) == []
    assert "holds no inquiry" in browser.open("/inquiries/discarded").text
    assert "You need no account" in browser.open("/inquiries/new").text


def test_starting_again_after_sending_keeps_what_was_sent(app, browser, clock):
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    assert "stays with us" in browser.open("/inquiries/discard").text

    go(browser, "/inquiries/discard", {}, "/inquiries/discarded")

    assert rows(app) == ["received"]
    browser.open("/inquiries/new")


def test_a_process_without_keys_says_so_and_serves_the_rest(app, tools):
    app.extensions[EXTENSION] = replace(tools, keys=None)
    blind = Browser(app)

    for url in ("new", "track", "mine", "illness", "leave"):
        page = blind.open(f"/inquiries/{url}", 503)
        assert "closed for now" in page.heading
        assert page.response.headers["Retry-After"] == "3600"
    assert blind.open("/").status == 200


def test_looking_changes_nothing(app, browser, clock):
    answer(browser)
    clock.move(minutes=5)
    engine = make_engine(str(app.extensions["directory"].engine.url))

    def all_rows():
        with engine.connect() as connection:
            return [
                connection.exec_driver_sql(f"SELECT * FROM {table}").all()
                for table in ("inquiry", "consent", "inquiry_target", "audit_entry")
            ]

    before = all_rows()
    for url in (
        *("new", "illness", "where", "consents", "check", "receipt", "confirm"),
        *("done", "discard", "discarded", "leave", "track", "mine", "erased"),
        *("mine/answers", "mine/withdraw", "mine/erase"),
    ):
        browser.client.get(f"/inquiries/{url}")

    assert all_rows() == before
    engine.dispose()
