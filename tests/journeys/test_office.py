"""Facilitators at a real browser: two widths, two directions, keys, presses."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.journeys.conftest import Reader
from tests.web.desk import Desk, desk
from tests.web.facilitator.office import Office, open_office

__all__ = ["desk"]

PICTURES = os.environ.get("DIRECTORY_TESTS_PICTURES")
"""A folder in which pictures of pages are left to be looked at."""


@dataclass
class Room:
    """An office that real browsers can reach."""

    office: Office
    url: str
    windows: Browser

    @contextmanager
    def window(self, width: int) -> Iterator[Reader]:
        """Open a window of somebody of the office, which must never misbehave."""
        context = self.windows.new_context(viewport={"width": width, "height": 800})
        context.set_default_timeout(15_000)
        cookie = self.office.browser.client.get_cookie("session")
        assert cookie is not None
        context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": self.url}]
        )
        reader = Reader(context.new_page(), self.url)
        reader.watch()
        try:
            yield reader
            assert not reader.faults, reader.faults
        finally:
            context.close()


@pytest.fixture
def room(desk: Desk, browser: Browser) -> Iterator[Room]:
    office = open_office(desk)
    office.more(12)
    office.browser.send(
        "/en/facilitator/templates/new",
        {
            "name": "First answer",
            "language": "en",
            "body": "About {reference}",
            "other_language": "",
        },
    )
    office.press("/notes", {"note": "Ring the ward", "key": "a" * 32})
    listening = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield Room(office, f"http://127.0.0.1:{listening.server_port}", browser)
    listening.shutdown()
    thread.join()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def focused(page: Page) -> Any:
    return page.evaluate("document.activeElement.textContent.trim()")


@pytest.mark.parametrize(
    ("width", "language"), [(360, "ru"), (360, "ar"), (1280, "en"), (1280, "ar")]
)
def test_pages_stay_within_their_window(room, width, language):
    paths = {
        "inbox": "?tab=team",
        "board": "board",
        "case": f"cases/{room.office.case}",
        "templates": "templates",
        "template": "templates/new",
        "profile": "profile",
    }
    with room.window(width) as reader:
        for name, path in paths.items():
            page = reader.open(f"/{language}/facilitator/{path}")
            picture(page, f"{name}-{language}-{width}")
            reader.is_within_its_width()


def test_keys_walk_through_the_list_and_enter_opens(room):
    with room.window(1280) as reader:
        page = reader.open("/en/facilitator/?tab=team")
        rows = page.locator("[data-row]").all_text_contents()
        for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
            page.keyboard.press(key)
            assert focused(page) == rows[place]
        page.fill("#number", "")
        page.focus("#number")
        page.keyboard.type("jk")
        assert page.input_value("#number") == "jk"
        page.locator("[data-row]").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(rows[0])


def test_a_new_case_is_taken_and_referred_in_two_presses(room):
    with room.window(1280) as reader:
        page = reader.open("/en/facilitator/")
        page.get_by_role("link", name=room.office.row().reference, exact=True).click()
        page.get_by_role(
            "button", name="Take it and refer it to the ticked centers"
        ).click()

        expect(page.get_by_role("status").first).to_contain_text("Referred.")
        assert page.url.endswith("#referrals")
        assert room.office.referrals()


def test_a_new_case_is_answered_by_a_template_in_three_presses(room):
    with room.window(360) as reader:
        page = reader.open("/en/facilitator/")
        page.get_by_role("link", name=room.office.row().reference, exact=True).click()
        page.get_by_role("link", name="First answer").click()
        expect(page.locator("#body")).to_have_value(
            f"About {room.office.row().reference}"
        )
        page.get_by_role("button", name="Send the message").click()

        expect(page.get_by_role("status").first).to_contain_text("Your message was")
        assert room.office.row().answered_at is not None
