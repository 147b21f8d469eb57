"""What a code opens in a browser ends on the server, wherever it was copied to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from directory.core.crypto import KeyRing
from directory.inquiries.queries import UnknownCodeError, tracked
from directory.inquiries.rules.receipts import written
from directory.web.context import BusyError
from tests.browser import Browser
from tests.web.inquiries.pages import answer, code_of, go, press, send


@pytest.fixture
def code(browser, clock):
    """Return the receipt code of an inquiry that was sent and forgotten here."""
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    found = code_of(browser.open("/inquiries/receipt"))
    browser.client = browser.app.test_client()
    return found


@pytest.fixture
def copied(browser, code):
    """Return a second browser that holds a copy of the first one's cookie."""
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    cookie = browser.client.get_cookie("inquiry")
    assert cookie is not None
    other = Browser(browser.app)
    other.client.set_cookie("inquiry", cookie.value)
    assert other.client.get("/inquiries/mine").status_code == 200
    return other


def is_open(browser):
    return browser.client.get("/inquiries/mine").status_code == 200


def views(app):
    with app.extensions["directory"].reading() as session:
        return session.execute(text("SELECT count(*) FROM inquiry_view")).scalar()


def test_closing_closes_the_copy_too(app, browser, copied):
    press(browser, "/inquiries/mine/close", "/inquiries/mine")

    assert not is_open(copied)
    assert views(app) == 0


def test_leaving_quickly_closes_the_copy_too(browser, copied):
    browser.open("/inquiries/leave")

    assert not is_open(copied)


def test_erasing_closes_the_copy_too(app, browser, copied):
    go(browser, "/inquiries/mine/erase", {}, "/inquiries/erased")

    assert not is_open(copied)
    assert views(app) == 0


def test_a_copy_ends_after_two_hours_however_busy(browser, copied, clock):
    for _ in range(7):
        clock.move(minutes=15)
        assert is_open(copied)
    clock.move(minutes=15)

    assert not is_open(copied)
    assert not is_open(browser)


def test_a_copy_ends_after_twenty_minutes_without_a_page(copied, clock):
    clock.move(minutes=20)

    assert not is_open(copied)


def test_closing_one_browser_leaves_another_open_that_typed_the_code(browser, code):
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    other = Browser(browser.app)
    go(other, "/inquiries/track", {"code": code}, "/inquiries/mine")

    press(browser, "/inquiries/mine/close", "/inquiries/mine")

    assert is_open(other)


def test_the_cookie_says_nothing_of_the_inquiry(app, browser, code):
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    cookie = browser.client.get_cookie("inquiry")

    assert cookie is not None
    with app.extensions["directory"].reading() as session:
        stored = session.execute(text("SELECT * FROM inquiry_view")).one()
        inquiry = session.execute(text("SELECT id FROM inquiry")).scalar()
    assert inquiry not in cookie.value
    assert cookie.value.encode() not in bytes(stored[0])
    assert cookie.value not in repr(stored)


def test_views_that_are_over_are_forgotten_when_another_is_opened(
    app, browser, code, clock
):
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    clock.move(hours=3)
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")

    assert views(app) == 1


class CountingRing(KeyRing):
    """Counts the digests that it makes."""

    digests = 0

    def digest(self, purpose: str, value: bytes) -> bytes:
        type(self).digests += 1
        return super().digest(purpose, value)


@contextmanager
def counted(engine) -> Iterator[list[str]]:
    """Yield the statements that are asked of a database meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_wrong_erased_and_expired_codes_cost_the_same_work(
    app, browser, code, tools, ring, clock
):
    def work_of(typed, now):
        counting = CountingRing(ring.current, ring.wrapping, ring.index)
        CountingRing.digests = 0
        with tools.reading() as session, counted(tools.engine) as asked:
            with pytest.raises(UnknownCodeError) as raised:
                tracked(session, counting, typed, now=now)
            return asked, CountingRing.digests, raised.value.facts

    wrong = work_of(written(bytes(range(16))), clock.now)
    later = clock.now.replace(year=clock.now.year + 10)
    expired = work_of(code, later)
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    go(browser, "/inquiries/mine/erase", {}, "/inquiries/erased")
    erased = work_of(code, clock.now)

    selects = [each for each in wrong[0] if each.startswith("SELECT")]
    assert len(selects) == wrong[1] == 1
    assert wrong == expired == erased


def test_wrong_erased_and_expired_codes_get_the_same_answer(
    app, browser, code, clock, ring
):
    def shown(typed):
        with counted(app.extensions["directory"].engine) as asked:
            response = browser.send("/inquiries/track", {"code": typed})
        body = response.get_data(as_text=True).replace(typed, "")
        own = {"content-security-policy", "x-request-id", "date", "set-cookie"}
        headers = [each for each in response.headers if each[0].lower() not in own]
        return response.status_code, len(body), headers, len(asked)

    assert views(app) == 0
    before = clock.now
    clock.now = clock.now.replace(year=clock.now.year + 10)
    expired = shown(code)
    clock.now = before
    wrong = shown(written(bytes(range(16))))
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    go(browser, "/inquiries/mine/erase", {}, "/inquiries/erased")
    erased = shown(code)

    assert wrong[0] == 422
    assert wrong == erased
    assert (wrong[0], wrong[1], wrong[3]) == (expired[0], expired[1], expired[3])


def test_a_busy_database_keeps_nobody_from_leaving(app, browser, copied, monkeypatch):
    def busy() -> None:
        raise BusyError

    monkeypatch.setattr("directory.web.inquiries.opening.close_everywhere", busy)

    page = browser.open("/inquiries/leave")

    assert page.title == "Closed"
    assert browser.client.get("/inquiries/mine").status_code == 303
