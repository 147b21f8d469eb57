"""A listing's life: claimed, drafted, reviewed, published, grown old, renewed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Reader
from tests.journeys.living import Living, living
from tests.web.making import seeded_file

__all__ = ["seeded_file"]

SLUG = "demo-willow-hospital"
"""An invented hospital; what is published here must be said of no real one."""

PASSWORD = "three invented words for this test"
"""Of an invented person."""

pytestmark = pytest.mark.browser


@pytest.fixture
def running(tmp_path: Path, seeded_file: Path) -> Iterator[Living]:
    """Return a directory with an invented hospital."""
    with living(tmp_path, seeded_file) as there:
        there.add_invented()
        yield there


@contextmanager
def at_desk(
    browser: Browser, running: Living, width: int, cookies=()
) -> Iterator[Page]:
    """Open a window whose page must never misbehave."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(10_000)
    context.add_cookies([*cookies])
    reader = Reader(context.new_page(), running.url)
    reader.watch()
    try:
        yield reader.page
        assert not reader.faults, reader.faults
    finally:
        context.close()


def link_in(running: Living, address: str) -> str:
    """Return the link of the latest letter to an address, once it has arrived."""
    for _ in range(100):
        found = [mail for mail in running.mailer.sent if mail.to == address]
        if found:
            return re.search(rf"{re.escape(running.url)}\S+", found[-1].text)[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address}")


def press(page: Page, words: str) -> None:
    """Press a button by what it says."""
    page.get_by_role("button", name=words, exact=True).click()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_whole_life(browser, running, width):
    office = "desk@willow.example.org"
    with at_desk(browser, running, width) as page:
        # Somebody at the hospital finds its page and opens an account.
        page.goto(f"{running.url}/en/centers/{SLUG}")
        page.get_by_role("link", name="Do you work here? Keep this listing").click()
        page.get_by_role("button", name="Make an account").click()
        page.get_by_label("Your name").fill("Invented Desk")
        page.get_by_label("Email address").fill(office)
        page.get_by_label("New password").fill(PASSWORD)
        press(page, "Open the account")
        page.goto(link_in(running, office))
        page.locator("main button").click()
        page.goto(f"{running.url}/en/account/claims/new?center={SLUG}")
        page.get_by_role("link", name="I have an account: sign in").click()
        page.get_by_label("Email address").fill(office)
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Sign in")
        page.get_by_label("What do you do there?").fill("International office")
        press(page, "Claim it")
        expect(page.locator("main")).to_contain_text("waits for a moderator")
