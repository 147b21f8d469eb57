"""A listing's life: claimed, drafted, reviewed, published, grown old, renewed."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from directory.audit.queries import verify
from directory.core.actor import Role
from directory.jobs.rechecks import ask_keepers
from directory.listings.queries import center_page
from tests.journeys.conftest import Reader
from tests.journeys.living import Living, living

SLUG = "demo-willow-hospital"
"""An invented hospital; what is published here must be said of no real one."""

OFFICE = "desk@willow.example.org"
"""Of somebody invented, at the domain that the hospital publishes."""

EVIDENCE = "https://willow.example.org/apheresis"
"""A page that does not exist."""

OVERDUE = "#capability-international_desk .overdue"
"""What says that the fact is due, which every 90 days it is."""

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
    browser: Browser, running: Living, width: int, cookies: Sequence[Any] = ()
) -> Iterator[Page]:
    """Open a window whose page must never misbehave."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(10_000)
    context.add_cookies([*cookies])
    reader = Reader(context.new_page(), running.url)
    reader.watch()
    try:
        yield reader.page
        reader.is_within_its_width()
        assert not reader.faults, reader.faults
    finally:
        context.close()


def link_in(running: Living, address: str, below: str) -> str:
    """Return a link below a path in a letter to an address, once it has arrived."""
    wanted = re.compile(rf"{re.escape(running.url)}/en{re.escape(below)}\S+")
    for _ in range(100):
        for mail in running.mailer.sent:
            if mail.to == address and (found := wanted.search(mail.text)):
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address} leads to {below}")


def press(page: Page, words: str) -> None:
    """Press a button by what it says."""
    page.get_by_role("button", name=words, exact=True).click()


def sign_in_again(page: Page, running: Living, address: str) -> None:
    page.goto(f"{running.url}/en/account/sign-in?next=/hospital/")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def claim(page: Page, running: Living) -> None:
    """Open an account at the hospital's own domain, and claim its listing."""
    page.goto(f"{running.url}/en/centers/{SLUG}")
    page.get_by_role("link", name="Do you work here? Keep this listing").click()
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("Your name").fill("Invented Desk")
    page.get_by_label("Email address").fill(OFFICE)
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Open the account")
    page.goto(link_in(running, OFFICE, "/account/confirm/"))
    page.locator("main button").click()
    page.goto(f"{running.url}/en/account/claims/new?center={SLUG}")
    page.get_by_role("link", name="I have an account: sign in").click()
    page.get_by_label("Email address").fill(OFFICE)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_label("What do you do there?").fill("International office")
    press(page, "Claim it")
    expect(page.locator("main")).to_contain_text("waits for a moderator")


def approve(page: Page, running: Living) -> None:
    """Decide the claim as a moderator."""
    page.goto(f"{running.url}/en/moderation/claims")
    page.get_by_role("link", name="Willow Demonstration Hospital").click()
    page.get_by_label("Approve: the person manages the listing").check()
    press(page, "Decide")
    expect(page.locator("main")).to_contain_text("Approved")


def begin(page: Page, running: Living) -> None:
    """Type a first part of the draft, and leave."""
    page.goto(f"{running.url}/en/hospital/")
    press(page, "Propose changes")
    page.get_by_role("link", name="What the hospital has").click()
    apheresis = page.locator("#apheresis")
    apheresis.get_by_label("Is it so?").select_option("yes")
    apheresis.locator("textarea").fill("The best unit of all: 100% of patients cured.")
    apheresis.get_by_label("Page that says so (optional)").fill(EVIDENCE)
    press_first(page, "Save")
    expect(page.get_by_text("saved").first).to_be_visible()


def resume(page: Page, running: Living) -> None:
    """Come back another day, read what the linter found, mend it and hand in."""
    sign_in_again(page, running, OFFICE)
    page.get_by_role("link", name="Go on with the changes").click()
    page.get_by_role("link", name="Check and hand in").click()
    expect(page.locator("main")).to_contain_text("100%")
    page.get_by_role("link", name="Back to the draft").click()
    page.get_by_role("link", name="What the hospital has").click()
    apheresis = page.locator("#apheresis")
    expect(apheresis.get_by_label("Is it so?")).to_have_value("yes")
    apheresis.locator("textarea").fill(
        "Two machines, on weekdays. 100% of beds are ours."
    )
    press_first(page, "Save and go back to the list")
    page.get_by_role("link", name="Check and hand in").click()
    press(page, "Hand in")
    expect(page.locator("main")).to_contain_text("moderator")


def press_first(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def review(page: Page, running: Living) -> int:
    """Review the submission field by field; return how many presses that took."""
    page.goto(f"{running.url}/en/moderation/")
    presses = Presses(page)
    presses.on(page.get_by_role("link", name="Willow Demonstration Hospital"))
    for finding in page.get_by_label("The words may stay").all():
        presses.on(finding)
    for why in page.get_by_label("Why", exact=True).all():
        why.fill("Beds are counted, not outcomes.")
    presses.on(page.get_by_role("button", name="Accept all that remain"))
    presses.on(page.get_by_role("button", name="Publish", exact=True))
    expect(page.locator("main")).to_contain_text("Published. Readers see it")
    return presses.count


@dataclass
class Presses:
    """Counts what a person presses on a page."""

    page: Page
    count: int = 0

    def on(self, what: Locator) -> None:
        what.click()
        self.count += 1


def until_found(running: Living) -> float:
    """Return after how many seconds a search finds the center by its new fact."""
    query = f"{running.url}/api/v1/centers?q=willow&capability=apheresis"
    began = time.monotonic()
    while time.monotonic() - began < 20:
        with urllib.request.urlopen(query) as answer:
            items = json.load(answer)["items"]
        if any(one["slug"] == SLUG and "yes" in str(one["why"]) for one in items):
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError("the center is not found by what was published")


def renew(page: Page, running: Living) -> None:
    """Press once on what the letter asks about."""
    page.goto(link_in(running, OFFICE, "/hospital/recheck/"))
    page.get_by_label("Email address").fill(OFFICE)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Is it still true?")
    press(page, "Still true")
    expect(page.locator("main")).to_contain_text("new day")


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
def test_the_whole_life(browser, running, width):
    moderator = running.seat(Role.MODERATOR)
    with at_desk(browser, running, width) as office:
        claim(office, running)
        with at_desk(browser, running, width, moderator) as desk:
            approve(desk, running)
        begin(office, running)
    with at_desk(browser, running, width) as office:
        resume(office, running)
    with at_desk(browser, running, width, moderator) as desk:
        presses = review(desk, running)
        seconds = until_found(running)
    print(f"{presses} presses to review; found {seconds:.2f} s after publishing")
    assert presses <= 6
    with at_desk(browser, running, width) as reader:
        reader.goto(f"{running.url}/en/centers/{SLUG}")
        expect(reader.locator("main")).to_contain_text("Two machines, on weekdays")
        running.clock.move(days=91)
        assert ask_keepers(running.tools) == 1
        reader.goto(f"{running.url}/en/centers/{SLUG}?again")
        expect(reader.locator(OVERDUE).first).to_be_visible()
    with at_desk(browser, running, width) as office:
        renew(office, running)
        office.goto(f"{running.url}/en/centers/{SLUG}?renewed")
        expect(office.locator(OVERDUE)).to_have_count(0)
    with running.tools.reading() as session:
        page = center_page(session, SLUG, today=running.clock().date())
    assert page.version == 3
    assert verify_chain(running)


def verify_chain(running: Living) -> bool:
    with running.tools.reading() as session:
        return verify(session).broken_at is None
