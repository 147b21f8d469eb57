import re

import pytest
from sqlalchemy import text

from directory.inquiries.rules.receipts import ALPHABET, written
from tests.browser import Browser, read
from tests.web.inquiries.pages import (
    ILLNESS,
    answer,
    code_of,
    go,
    press,
    rows,
    send,
)


@pytest.fixture
def code(browser, clock):
    """Return the receipt code of an inquiry that was sent and forgotten here."""
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    found = code_of(browser.open("/inquiries/receipt"))
    browser.client = browser.app.test_client()
    return found


def opened(browser, code):
    """Open an inquiry with its code."""
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    return browser.open("/inquiries/mine")


def events(app):
    with app.extensions["directory"].reading() as session:
        return list(
            session.scalars(
                text(
                    "SELECT event FROM audit_entry WHERE subject LIKE 'inquiry:%'"
                    " AND event NOT LIKE 'inquiry.view-%' ORDER BY seq"
                )
            )
        )


def test_the_code_opens_the_inquiry_and_answers_stay_covered(app, browser, code):
    page = opened(browser, code.lower().replace("-", " "))

    assert "Step 1 of 9" in page.text
    assert "It is the facilitator's turn" in page.text
    assert "East Invented" in page.text
    assert str(ILLNESS["question"]) not in page.text
    assert code not in page.response.get_data(as_text=True)
    assert events(app) == ["inquiry.received"]


def test_answers_are_shown_after_a_button_and_the_reading_is_noted(app, browser, code):
    opened(browser, code)

    response = press(browser, "/inquiries/mine/answers", "/inquiries/mine")

    page = read("/inquiries/mine/answers", response)
    assert response.status_code == 200
    assert str(ILLNESS["question"]) in page.text
    assert "Kazakhstan" in page.text
    assert events(app) == ["inquiry.received", "inquiry.opened"]
    again = browser.client.get("/inquiries/mine/answers")
    assert again.headers["Location"] == "/inquiries/mine"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda code: code[:-1], "Something is missing or too much"),
        (lambda code: code + "0", "Something is missing or too much"),
        (
            lambda code: code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32],
            "typing mistake",
        ),
        (lambda code: code.replace("-", "")[:27] + "U", "no code has"),
        (lambda _code: written(bytes(16)), "No inquiry has this code"),
        (lambda _code: "", "Type your receipt code"),
        (lambda _code: "\x00\ufffd" * 90, "code"),
        (lambda code: code * 50, "Something is missing or too much"),
    ],
)
def test_a_wrong_code_is_refused_in_words(browser, code, change, said):
    page = browser.post("/inquiries/track", {"code": change(code)}, 422)

    assert said in page.text
    assert page.title.startswith("Error:")


def test_an_erased_inquiry_and_one_that_never_was_look_the_same(browser, code):
    opened(browser, code)
    go(browser, "/inquiries/mine/erase", {}, "/inquiries/erased")

    def shown(typed):
        response = browser.send("/inquiries/track", {"code": typed})
        body = response.get_data(as_text=True).replace(typed, "")
        body = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", body)
        return response.status_code, body, response.headers.getlist("Set-Cookie")

    assert shown(code) == shown(written(bytes(range(16))))


def test_one_consent_is_taken_back_with_one_press(app, browser, code):
    opened(browser, code)

    response = press(browser, "/inquiries/mine/consents/3", "/inquiries/mine/consents")

    assert response.status_code == 303
    page = browser.open("/inquiries/mine/consents")
    assert page.text.count("Taken back on") == 1
    assert "took back the consent" in browser.open("/inquiries/mine").text
    assert events(app)[-1] == "consent.withdrawn"
    assert rows(app) == ["received"]


def test_without_the_health_consent_the_inquiry_ends(app, browser, code):
    opened(browser, code)
    press(browser, "/inquiries/mine/consents/1", "/inquiries/mine")

    assert "Withdrawn" in browser.open("/inquiries/mine").text
    assert rows(app) == ["withdrawn"]


def test_a_consent_that_is_not_there_is_no_page(browser, code):
    opened(browser, code)

    response = press(browser, "/inquiries/mine/consents/99", "/inquiries/mine")

    assert response.status_code == 404


def test_an_inquiry_is_taken_back_after_asking_once(app, browser, code):
    opened(browser, code)
    assert "cannot be undone" in browser.open("/inquiries/mine/withdraw").text
    assert rows(app) == ["received"]

    go(browser, "/inquiries/mine/withdraw", {}, "/inquiries/mine")

    assert "You took this inquiry back" in browser.open("/inquiries/mine").text
    assert "already" in browser.open("/inquiries/mine/withdraw").text
    assert rows(app) == ["withdrawn"]


def test_an_inquiry_is_erased_after_asking_once(app, browser, code):
    opened(browser, code)
    assert "Its key is destroyed" in browser.open("/inquiries/mine/erase").text

    go(browser, "/inquiries/mine/erase", {}, "/inquiries/erased")

    assert "Nobody can read your answers" in browser.open("/inquiries/erased").text
    assert rows(app) == ["erased"]
    assert browser.client.get("/inquiries/mine").headers["Location"] == (
        "/inquiries/track?ended=1"
    )


def test_a_view_closes_when_nothing_is_opened_for_twenty_minutes(browser, code, clock):
    opened(browser, code)
    clock.move(minutes=19)
    browser.open("/inquiries/mine")
    clock.move(minutes=19)
    browser.open("/inquiries/mine")
    clock.move(minutes=20)

    response = browser.client.get("/inquiries/mine")

    assert response.headers["Location"] == "/inquiries/track?ended=1"
    assert "20 minutes" in browser.open("/inquiries/track?ended=1").text


def test_a_view_closes_after_two_hours_however_busy(browser, code, clock):
    opened(browser, code)
    for _ in range(7):
        clock.move(minutes=15)
        browser.open("/inquiries/mine")
    clock.move(minutes=15)

    assert browser.client.get("/inquiries/mine").status_code == 303


def test_a_view_can_be_closed(browser, code):
    opened(browser, code)

    press(browser, "/inquiries/mine/close", "/inquiries/mine")

    assert browser.client.get("/inquiries/mine").status_code == 303


def test_leaving_quickly_closes_the_view(browser, code):
    opened(browser, code)

    page = browser.open("/inquiries/leave")

    assert page.title == "Closed"
    assert "CAR" not in page.response.get_data(as_text=True)
    assert browser.client.get("/inquiries/mine").status_code == 303


@pytest.mark.parametrize(
    "url",
    ["mine/answers", "mine/consents/1", "mine/close", "mine/withdraw", "mine/erase"],
)
def test_a_button_without_its_token_changes_nothing(app, browser, code, url):
    opened(browser, code)

    response = browser.client.post(f"/inquiries/{url}")

    assert response.status_code == 400
    read(url, response)
    assert rows(app) == ["received"]
    assert events(app) == ["inquiry.received"]


@pytest.mark.parametrize(
    "url",
    ["mine/answers", "mine/consents/1", "mine/close", "mine/withdraw", "mine/erase"],
)
def test_a_button_without_token_or_view_asks_for_the_code(browser, url):
    response = browser.client.post(f"/inquiries/{url}")

    assert response.status_code == 303
    assert response.headers["Location"] == "/inquiries/track?ended=1"


@pytest.mark.parametrize("url", ["mine", "mine/withdraw", "mine/erase"])
@pytest.mark.parametrize("value", ["", "x", "=" * 40, "QUFB" * 40, "A" * 3900])
def test_an_invented_view_opens_nothing(browser, url, value):
    browser.client.set_cookie("inquiry", value)

    response = browser.client.get(f"/inquiries/{url}")

    assert response.headers["Location"] == "/inquiries/track?ended=1"


def test_a_view_of_another_installation_opens_nothing(browser, code, app, tools):
    opened(browser, code)
    cookie = browser.client.get_cookie("inquiry")
    assert cookie is not None
    changed = cookie.value[:-6] + ("A" if cookie.value[-6] != "A" else "B")
    browser.client.set_cookie("inquiry", changed + cookie.value[-5:])

    assert browser.client.get("/inquiries/mine").status_code == 303
    assert app.extensions["directory"] is tools


@pytest.mark.parametrize("language", ["zh", "ru", "ar"])
def test_following_works_in_every_language(browser, code, language):
    go(
        browser,
        f"/{language}/inquiries/track",
        {"code": code},
        f"/{language}/inquiries/mine",
    )
    for url in ("mine", "mine/withdraw", "mine/erase", "erased", "track"):
        browser.open(f"/{language}/inquiries/{url}")


def test_codes_are_tried_ten_times_in_ten_minutes_and_no_more(limited):
    reader = Browser(limited)
    token = reader.open("/inquiries/track").value("csrf_token")

    statuses = [
        reader.client.post(
            "/inquiries/track",
            data={"csrf_token": token, "code": written(bytes(16))},
        ).status_code
        for _ in range(12)
    ]

    assert statuses == [422] * 10 + [429] * 2


def test_drafts_are_begun_twenty_times_an_hour_and_no_more(limited):
    reader = Browser(limited)
    token = reader.open("/inquiries/new").value("csrf_token")

    statuses = [
        reader.client.post("/inquiries/new", data={"csrf_token": token}).status_code
        for _ in range(22)
    ]

    assert statuses == [422] * 20 + [429] * 2


def test_inquiries_are_sent_ten_times_an_hour_and_no_more(limited):
    reader = Browser(limited)
    token = reader.open("/inquiries/track").value("csrf_token")

    statuses = [
        reader.client.post("/inquiries/check", data={"csrf_token": token}).status_code
        for _ in range(12)
    ]

    assert statuses == [404] * 10 + [429] * 2
