"""A draft saves itself while somebody types, and never over somebody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from directory.core.actor import Role
from directory.submissions.model import Submission
from tests.web.desk import Desk, desk
from tests.web.people import At

__all__ = ["desk"]

SLUG = "nanfang-hospital"
PATIENCE_MS = 20_000
"""For what a busy machine saves in the background."""

SENTENCE = "[name='icu-statement']"


@dataclass
class Hall:
    """A desk that real browsers can reach.

    Args:
        desk: The directory.
        url: Where it listens.
        windows: Makes windows.
    """

    desk: Desk
    url: str
    windows: Browser

    @contextmanager
    def window(self, at: At, width: int = 1280) -> Iterator[Page]:
        """Open a window in which somebody is signed in already."""
        context = self.windows.new_context(viewport={"width": width, "height": 800})
        context.set_default_timeout(10_000)
        cookie = at.client.get_cookie("session")
        assert cookie is not None
        context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": self.url}]
        )
        try:
            yield context.new_page()
        finally:
            context.close()

    def typed(self) -> str:
        """Return the sentence about intensive care that is kept."""
        with self.desk.session() as session:
            row = session.scalars(select(Submission)).one()
            return str(
                row.typed.get("capabilities", {}).get("icu", {}).get("statement")
            )


@pytest.fixture
def hall(desk: Desk, browser: Browser) -> Iterator[Hall]:
    listening = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield Hall(desk, f"http://127.0.0.1:{listening.server_port}", browser)
    listening.shutdown()
    thread.join()


@pytest.fixture
def office(hall: Hall) -> At:
    return hall.desk.seat(hall.desk.keeper(SLUG))


def open_draft(page: Page, hall: Hall) -> None:
    page.goto(f"{hall.url}/en/hospital/")
    page.get_by_role("button", name="Propose changes").or_(
        page.get_by_role("link", name="Go on with the changes")
    ).click()
    page.get_by_role("link", name="What the hospital has").click()


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_typed_is_kept_without_a_press(hall, office, width):
    with hall.window(office, width) as page:
        open_draft(page, hall)
        page.fill(SENTENCE, "Nine beds.")
        expect(page.get_by_text("Everything is saved.")).to_be_visible(
            timeout=PATIENCE_MS
        )
        page.close(run_before_unload=True)

    assert hall.typed() == "Nine beds."


def test_pressing_save_while_it_saves_itself_is_no_conflict(hall, office):
    with hall.window(office) as page:
        open_draft(page, hall)
        for beds in ("Nine beds.", "Ten beds.", "Eleven beds."):
            with page.expect_request(lambda request: request.method == "POST"):
                page.fill(SENTENCE, beds)
            page.locator(SENTENCE).press_sequentially(" Today.")
            with page.expect_navigation():
                page.get_by_role("button", name="Save", exact=True).first.click()
            expect(page.locator(SENTENCE)).to_have_value(f"{beds} Today.")
            expect(page.get_by_role("heading", level=1)).to_have_text(
                "What the hospital has"
            )

    assert hall.typed() == "Eleven beds. Today."


def test_a_change_by_somebody_else_is_told_and_not_overwritten(hall, office):
    other = hall.desk.seat(
        hall.desk.sit(Role.HOSPITAL_EDITOR, organization=office.organization)
    )
    with hall.window(office) as mine, hall.window(other) as theirs:
        open_draft(mine, hall)
        open_draft(theirs, hall)
        theirs.fill(SENTENCE, "Nine beds.")
        expect(theirs.get_by_text("Everything is saved.")).to_be_visible(
            timeout=PATIENCE_MS
        )
        mine.fill(SENTENCE, "Ten beds.")
        told = mine.get_by_text("Somebody else changed this page.")
        expect(told).to_be_visible(timeout=PATIENCE_MS)
        assert hall.typed() == "Nine beds."

        mine.get_by_role("button", name="Save", exact=True).first.click()
        expect(mine.get_by_text("Nine beds.")).to_be_visible(timeout=PATIENCE_MS)
        mine.get_by_role("radio", name="What you typed").check()
        mine.get_by_role("button", name="Save what I chose").click()
        expect(mine.locator(SENTENCE)).to_have_value("Ten beds.")

    assert hall.typed() == "Ten beds."
