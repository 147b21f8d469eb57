"""The receipt says who has the inquiry and by when, on screen, paper and calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from icalendar import Calendar

from directory.core.links import Purpose
from directory.core.text import Language
from directory.web.context import EXTENSION
from tests.fakes import FakePaper
from tests.inquiries.invented import CANARY
from tests.web.inquiries.pages import (
    ILLNESS,
    PERSON,
    answer,
    code_of,
    go,
    press,
    send,
)


@pytest.fixture
def paper(app):
    """Return what sets pages as PDF, which keeps what it is given."""
    tools = app.extensions[EXTENSION]
    fake = FakePaper()
    app.extensions[EXTENSION] = replace(tools, paper=fake)
    return fake


@pytest.fixture
def sender(browser, clock):
    """Return a browser that has just sent an inquiry."""
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    return browser


def keep(browser):
    """Show that the code was saved."""
    code = code_of(browser.open("/inquiries/receipt"))
    page = browser.open("/inquiries/confirm")
    number = int(page.text.partition("Type group ")[2][0])
    group = code.split("-")[number - 1]
    go(browser, "/inquiries/confirm", {"group": group}, "/inquiries/done")
    return code


def test_it_says_who_has_it_and_by_which_day(sender):
    words = sender.open("/inquiries/receipt").text

    assert "The staff of this directory have your inquiry and look after it." in words
    assert "They act by November 24, 2026 at the latest." in words
    assert "East Invented\u2069 does not answer here" in words
    assert "A letter is on its way to your email address." in words
    for promise in ("when case handling opens", "we promise none"):
        assert promise not in words


def test_without_consent_no_center_has_it(browser, clock):
    answer(browser)
    go(browser, "/inquiries/consents", {}, "/inquiries/check")
    clock.move(minutes=5)
    send(browser)

    assert "No center has it yet." in browser.open("/inquiries/receipt").text


def test_the_day_is_that_of_the_clock_where_the_sender_is(browser, clock):
    go(
        browser,
        "/inquiries/new",
        {**PERSON, "country": "US", "time_zone": "Pacific/Honolulu"},
        "/inquiries/illness",
    )
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(browser, "/inquiries/where", {"whom": "advise"}, "/inquiries/documents")
    go(browser, "/inquiries/consents", {}, "/inquiries/check")
    assert "United States" in browser.open("/inquiries/check").text
    clock.move(minutes=5)
    send(browser)

    # The evening in China is not yet the day's morning there.
    words = browser.open("/inquiries/receipt").text
    assert "They act by November 24, 2026" in words


def test_a_country_with_several_clocks_asks_which(browser):
    page = browser.post("/inquiries/new", {**PERSON, "country": "RU"}, 422)

    assert "the country has several" in page.text
    several = {**PERSON, "country": "RU", "time_zone": "Asia/Yekaterinburg"}
    go(browser, "/inquiries/new", several, "/inquiries/illness")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 500])
def test_a_time_zone_that_is_none_is_refused(browser, zone):
    assert browser.post("/inquiries/new", {**PERSON, "time_zone": zone}, 422)


def test_the_slip_shows_the_code_and_an_address_without_it(sender):
    page = sender.open("/inquiries/receipt/slip")

    code = code_of(page)
    assert page.text.count(code) == 1
    assert "/en/inquiries/track" in page.text
    assert [one.get("role") for one in page.by_class("qr")] == ["img"]


@pytest.mark.parametrize("language", Language)
def test_the_slip_is_set_as_pdf_with_a_title_that_says_nothing(sender, paper, language):
    code = code_of(sender.open("/inquiries/receipt"))

    response = sender.client.get(f"/{language.value}/inquiries/receipt/slip.pdf")

    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment")
    [(html, title, given)] = paper.given
    assert given is language
    for group in code.split("-"):
        assert group in html
    assert CANARY not in html
    assert "CAR-T" not in title
    assert f'lang="{language.tag}"' in html


def test_where_no_pdf_can_be_made_the_page_says_what_to_do(sender, paper):
    paper.reason = "missing"

    response = sender.client.get("/inquiries/receipt/slip.pdf")

    assert response.status_code == 503
    assert "print the page instead" in response.get_data(as_text=True)


def test_the_reminder_is_on_the_day_and_tells_nothing(sender):
    code = code_of(sender.open("/inquiries/receipt"))

    response = sender.client.get("/inquiries/receipt/reminder.ics")

    assert response.mimetype == "text/calendar"
    [event] = Calendar.from_ical(response.data).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-24"
    words = response.get_data(as_text=True).replace("\r\n ", "")
    for secret in (*code.split("-"), CANARY, "CAR-T", "patient", "East"):
        assert secret not in words
    assert str(event["url"]).endswith("/inquiries/track")


@pytest.mark.parametrize("url", ["slip", "slip.pdf", "reminder.ics"])
def test_once_the_code_was_saved_nothing_shows_it(sender, paper, url):
    keep(sender)
    del paper

    response = sender.client.get(f"/inquiries/receipt/{url}")

    # This browser has forgotten its draft, too.
    assert response.status_code == 404


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("url", ["receipt", "receipt/slip", "confirm"])
def test_the_pages_are_sound_in_each_language(sender, language, url):
    assert sender.open(f"/{language.value}/inquiries/{url}")


# The address


@pytest.fixture
def token(app, sender, clock):
    """Return the end of the address in the letter."""
    tools = app.extensions[EXTENSION]
    with tools.reading() as session:
        inquiry = session.connection().exec_driver_sql("SELECT id FROM inquiry")
        subject = str(inquiry.scalar())
    until = clock.now.replace(year=clock.now.year + 1)
    return tools.links.sign(Purpose.CONFIRM_INQUIRY_EMAIL, subject, until)


def confirmed(app):
    with app.extensions[EXTENSION].reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT email_confirmed_at FROM inquiry"
        )
        return rows.scalar() is not None


def test_opening_the_letters_link_changes_nothing_and_its_button_does(
    app, browser, token
):
    browser.open(f"/inquiries/email/{token}")
    assert not confirmed(app)

    page = browser.post(f"/inquiries/email/{token}", {})

    assert "Your address is confirmed" in page.text
    assert confirmed(app)


def test_a_post_without_token_confirms_nothing(app, browser, token):
    response = browser.client.post(f"/inquiries/email/{token}")

    assert response.status_code == 400
    assert not confirmed(app)


@pytest.mark.parametrize("spoil", ["x", "", "longer"])
def test_a_link_that_was_cut_says_so(browser, token, spoil):
    url = f"/inquiries/email/{token[:-4]}{spoil}"

    response = browser.client.get(url)

    assert response.status_code == 404
    assert "This link opens nothing" in response.get_data(as_text=True)


def test_the_address_is_taken_back_with_one_press(app, sender, token):
    code = keep(sender)
    press(sender, "/inquiries/track", "/inquiries/track", code=code)
    assert "not confirmed yet" in sender.open("/inquiries/mine/email").text
    sender.post(f"/inquiries/email/{token}", {})
    assert "A letter says that" in sender.open("/inquiries/mine/email").text

    response = press(
        sender, "/inquiries/mine/email", "/inquiries/mine/email", do="take-back"
    )

    assert response.status_code == 303
    assert "No address is kept" in sender.open("/inquiries/mine/email").text
    assert not confirmed(app)
    dead = sender.client.get(f"/inquiries/email/{token}")
    assert dead.status_code == 200
    assert (
        "This link opens nothing"
        in sender.post(f"/inquiries/email/{token}", {}, 404).text
    )


def test_the_page_of_the_address_needs_the_code(browser):
    response = browser.client.get("/inquiries/mine/email")

    assert response.headers["Location"] == "/inquiries/track?ended=1"


@pytest.mark.parametrize("language", Language)
def test_the_pages_of_the_address_are_sound_in_each_language(sender, token, language):
    assert sender.open(f"/{language.value}/inquiries/email/{token}")
    code = keep(sender)
    press(sender, "/inquiries/track", "/inquiries/track", code=code)
    assert sender.open(f"/{language.value}/inquiries/mine/email")
