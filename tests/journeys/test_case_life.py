"""Four people, one case: from asking on a telephone to the ninth step and the end."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.queries import verify
from directory.cases.model import Case, Move
from directory.core.actor import Role
from directory.listings.model import Listing
from directory.submissions.model import ListingKeeper
from tests.inquiries.invented import CANARY
from tests.journeys.conftest import Reader
from tests.journeys.living import Living, living
from tests.journeys.test_inquiry import CODE, choose, go_on, keep, say_what
from tests.web.people import add_organization

pytestmark = pytest.mark.browser

WILLOW, BIRCH = "demo-willow-hospital", "demo-birch-hospital"
BRIDGE = "demo-bridge-facilitator"
ASKED_BY = f"{CANARY}@example.org"


@dataclass
class Four:
    """The people of the journey, each in a window of their own."""

    running: Living
    patient: Page
    facilitator: Page
    willow: Page
    birch: Page
    seats: tuple[tuple[Role, int], ...]
    shots: Path | None = None

    def cookies(self) -> Iterator[tuple[Page, Any]]:
        """Return new sessions for those who sign in."""
        pages = (self.facilitator, self.willow, self.birch)
        for page, (role, made) in zip(pages, self.seats, strict=True):
            yield page, self.running.seat(role, organization=made)

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture, if somebody wants to look at it."""
        if self.shots is not None:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)


@pytest.fixture
def running(tmp_path: Path, seeded_file: Path) -> Iterator[Living]:
    """Return a directory with invented hospitals and an invented facilitator."""
    with living(tmp_path, seeded_file) as there:
        there.add_invented()
        yield there


def office(running: Living, slug: str, kind: OrganizationKind) -> int:
    """Give a listing an organization that keeps it."""
    with running.tools.sessions.begin() as session:
        made = add_organization(session, kind)
        listing = session.query(Listing).filter_by(slug=slug).one()
        session.add(
            ListingKeeper(
                listing_id=listing.id, organization_id=made.id, since=running.clock()
            )
        )
        return made.id


@contextmanager
def window(
    browser: Browser,
    running: Living,
    width: int,
    language: str,
    cookies: Sequence[Any] = (),
) -> Iterator[Page]:
    """Open a window whose page must never misbehave."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale=language
    )
    context.set_default_timeout(15_000)
    context.add_cookies([*cookies])
    reader = Reader(context.new_page(), running.url)
    reader.watch()
    try:
        yield reader.page
        reader.is_within_its_width()
        assert not reader.faults, reader.faults
    finally:
        context.close()


@pytest.fixture
def four(browser: Browser, running: Living, request: Any) -> Iterator[Four]:
    """Seat a patient on a telephone, a facilitator, and two hospitals."""
    kinds = OrganizationKind
    bridge = office(running, BRIDGE, kinds.FACILITATOR)
    willow, birch = (office(running, slug, kinds.HOSPITAL) for slug in (WILLOW, BIRCH))
    at = Role.HOSPITAL_COORDINATOR
    with ExitStack() as stack:
        opened = [
            stack.enter_context(window(browser, running, width, language, cookies))
            for width, language, cookies in (
                (360, "ru", ()),
                (1280, "en", running.seat(Role.FACILITATOR, organization=bridge)),
                (1280, "zh", running.seat(at, organization=willow)),
                (1280, "en", running.seat(at, organization=birch)),
            )
        ]
        seats = ((Role.FACILITATOR, bridge), (at, willow), (at, birch))
        shots = os.environ.get("DIRECTORY_TESTS_SHOTS")
        patient, facilitator, *hospitals = opened
        yield Four(
            running,
            patient,
            facilitator,
            hospitals[0],
            hospitals[1],
            seats,
            Path(shots) if shots else None,
        )


def press(page: Page, words: str | re.Pattern[str]) -> None:
    """Press a button by what it says."""
    page.get_by_role("button", name=words).first.click()


def ask(four: Four) -> str:
    """Ask as a daughter, in Russian, and let a facilitator see it; return the code."""
    page = four.patient
    page.goto(f"{four.running.url}/ru/inquiries/new?facilitator={BRIDGE}")
    choose(page, "asker", "other")
    page.locator("input[name=relationship]").first.check(force=True)
    page.locator("input[name=standing]").first.check(force=True)
    choose(page, "age", "adult")
    page.locator("select[name=country]").select_option("KZ")
    page.locator("select[name=language]").select_option("ru")
    choose(page, "interpreter", "yes")
    choose(page, "way", "email")
    page.locator("input[name=email]").fill(ASKED_BY)
    page.locator("input[name=hours]").first.check(force=True)
    go_on(page)
    page.wait_for_url("**/inquiries/illness*")
    say_what(page)
    go_on(page)
    page.wait_for_url("**/inquiries/where*")
    choose(page, "whom", "facilitator")
    page.locator(f"[value='{BRIDGE}']").first.evaluate(
        "e => { const d = e.closest('details'); if (d) d.open = true; }"
    )
    page.locator(f"input[value='{BRIDGE}']").first.check(force=True)
    four.shot(page, "01-where")
    go_on(page)
    page.wait_for_url("**/inquiries/documents*")
    page.locator("main a.nhsuk-button").last.click()
    page.wait_for_url("**/inquiries/consents*")
    for box in page.locator("main input[type=checkbox]").all():
        box.check(force=True)
    go_on(page)
    page.wait_for_url("**/inquiries/check*")
    # The clock of the directory moves, not that of the test.
    four.running.clock.move(minutes=5)
    go_on(page)
    page.wait_for_url("**/inquiries/**receipt*")
    code = page.locator(".receipt code").inner_text().replace("\n", "").strip()
    assert CODE.match(code), code
    four.shot(page, "02-receipt")
    keep(page, code)
    return code


def follow(four: Four, code: str, name: str = "") -> Page:
    """Open the patient's page with nothing but the code."""
    page = four.patient
    page.goto(f"{four.running.url}/ru/inquiries/mine")
    if "/track" in page.url:
        page.locator("input[name=code]").fill(code)
        go_on(page)
        page.wait_for_url("**/inquiries/mine*")
    if name:
        four.shot(page, name)
    return page


def says_what_is_next(page: Page) -> None:
    """Expect a sentence on what happens next, and by when, in Russian."""
    next_thing = page.locator(".next").first
    expect(next_thing).to_be_visible()
    words = next_thing.inner_text()
    assert re.search("[а-яё]", words, re.IGNORECASE), words
    assert re.search(r"\d{4}", words), words


def the_case(four: Four) -> Case:
    with four.running.tools.reading() as session:
        return session.query(Case).one()


def at_case(four: Four, page: Page) -> None:
    """Open the one case from the list of one's own."""
    is_facilitator = page is four.facilitator
    tab = "team" if the_case(four).assignee_id else "unassigned"
    mine = f"/facilitator/?tab={tab}" if is_facilitator else "/hospital/cases/?list=all"
    page.goto(f"{four.running.url}/en{mine}")
    page.get_by_role("link", name=the_case(four).reference).first.click()
    expect(page.locator("h1")).to_contain_text(the_case(four).reference)


def refer(four: Four) -> int:
    """Take the case and refer it to two centers; return how many presses it took."""
    page = four.facilitator
    at_case(four, page)
    four.shot(page, "04-case")
    for box in page.locator("input[name=centers]").all():
        box.set_checked(box.get_attribute("value") in {WILLOW, BIRCH})
    press(page, "Take it and refer it to the ticked centers")
    expect(page.locator("#timeline")).to_contain_text("was proposed")
    return 4


def agree(four: Four, code: str) -> None:
    """Let both centers see the case."""
    for _ in range(2):
        page = follow(four, code, "05-proposed")
        says_what_is_next(page)
        page.locator("form[action*='/agree'] button").first.click()
        page.wait_for_url("**/inquiries/mine*")
    assert page.locator("form[action*='/agree']").count() == 0


def decline(four: Four) -> None:
    """Have no room, and say so by a code."""
    page = four.willow
    at_case(four, page)
    expect(page.locator("main")).not_to_contain_text(ASKED_BY)
    four.shot(page, "06-hospital")
    page.locator("form[action$='/decline']").evaluate(
        "e => { const d = e.closest('details'); if (d) d.open = true; }"
    )
    page.locator("input[name=code][value=capacity]").check(force=True)
    page.locator("form[action$='/decline'] button[type=submit]").click()
    page.wait_for_url("**/hospital/cases/*")
    expect(page.get_by_role("link", name=the_case(four).reference)).to_have_count(0)


def move(page: Page, to: int, waits_for: str) -> None:
    """Move the case, as the hospital."""
    form = page.locator("form[action$='/move']")
    form.evaluate("e => { const d = e.closest('details'); if (d) d.open = true; }")
    form.locator("select[name=to]").select_option(str(to))
    form.locator(f"input[name=waits_for][value={waits_for}]").check(force=True)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def consult(four: Four, code: str) -> None:
    """Take the case, offer times, meet, and write the plan down."""
    page = four.birch
    at_case(four, page)
    page.locator("form[action$='/accept'] button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("accepted the case")
    move(page, 3, "hospital")
    page.get_by_role("link", name="Offer times").click()
    day = (four.running.clock() + timedelta(days=4)).date().isoformat()
    page.locator("input[name=slot_1]").fill(f"{day}T15:00")
    page.locator("input[name=slot_2]").fill(f"{day}T17:30")
    page.locator("input[name=has_interpreter]").check(force=True)
    page.locator("textarea[name=how]").fill("https://meet.example.org/room")
    press(page, "Offer these times")
    patient = follow(four, code, "07-times")
    says_what_is_next(patient)
    patient.locator("a[href*='/mine/calls/']").first.click()
    four.shot(patient, "08-choose")
    patient.locator("main form input[type=radio]").first.check(force=True)
    go_on(patient)
    patient.wait_for_load_state()
    four.running.clock.move(days=5)
    re_seat(four)
    at_case(four, page)
    page.get_by_role("link", name="Write the plan down").click()
    page.locator("main textarea").first.fill("An invented plan.")
    go_on(page)
    expect(page.locator("#timeline")).to_contain_text("took place")


def re_seat(four: Four) -> None:
    """Sign everybody in again whose session has run out meanwhile."""
    for page, cookies in four.cookies():
        page.context.add_cookies(cookies)


def estimate(four: Four, code: str) -> None:
    """Give an itemized estimate, which the patient reads and agrees to."""
    page = four.birch
    at_case(four, page)
    move(page, 4, "hospital")
    page.get_by_role("link", name="Make an estimate").click()
    rows = page.locator("fieldset.part")
    for number, low, high in ((0, "1200000", ""), (4, "2000", "3000")):
        rows.nth(number).locator("input").nth(0).fill(low)
        rows.nth(number).locator("input").nth(1).fill(high)
    rows.nth(4).locator("input").nth(2).fill("20")
    until = (four.running.clock() + timedelta(days=60)).date().isoformat()
    page.locator("[name=valid_until]").fill(until)
    page.locator("[name=refund]").fill("Invented: all of it if no cells are collected.")
    press(page, "Send the estimate")
    expect(page.locator("#timeline")).to_contain_text("gave an estimate")
    four.shot(page, "09-estimate")
    patient = follow(four, code)
    patient.goto(f"{four.running.url}/ru/inquiries/mine/estimates")
    four.shot(patient, "10-estimates")
    patient.locator("main form[action*='/estimates/'] button[type=submit]").click()
    patient.wait_for_load_state()
    says_what_is_next(follow(four, code))


def invite(four: Four, code: str) -> None:
    """Write what letters say, and give one, which the patient finds on their page."""
    page = four.birch
    at_case(four, page)
    expect(page.locator("#timeline")).to_contain_text("agreed to the estimate")
    move(page, 5, "hospital")
    page.goto(f"{four.running.url}/en/hospital/cases/letter-template")
    for field in page.locator("main form input[type=text]").all():
        field.fill("Birch Demonstration Hospital (invented)")
    bodies = page.locator("main form textarea")
    bodies.first.fill("We invite {patient_name} with passport {passport}.")
    bodies.last.fill("兹邀请{patient_name}（护照{passport}）。")
    four.shot(page, "11-template")
    press(page, "Keep it")
    page.wait_for_load_state()
    at_case(four, page)
    page.get_by_role("link", name="Give an invitation letter").click()
    for field in page.locator("main form input[type=text]").all():
        field.fill("INVENTED0")
    for field in page.locator("main form input[type=date]").all():
        field.fill((four.running.clock() + timedelta(days=30)).date().isoformat())
    press(page, "Show the letter as it will be")
    page.wait_for_load_state()
    four.shot(page, "11-letter")
    press(page, "Give this letter out")
    expect(page.locator("#timeline")).to_contain_text("gave an invitation letter")
    patient = follow(four, code)
    patient.goto(f"{four.running.url}/ru/inquiries/mine/documents")
    link = patient.locator("main a[href$='/file']").first
    with patient.expect_download() as arrived:
        link.click()
    assert arrived.value.path().read_bytes().startswith(b"%PDF-")


def treat(four: Four, code: str) -> None:
    """Walk the steps on site, with a word for the patient at each."""
    page = four.birch
    for step in (6, 7, 8, 9):
        at_case(four, page)
        move(page, step, "hospital")
        patient = follow(four, code)
        says_what_is_next(patient)
        expect(patient.locator("main")).to_contain_text(f"{step}")
    page.get_by_role("link", name="Plan what comes after treatment").click()
    page.locator("input[name=infusion]").fill(four.running.clock().date().isoformat())
    page.locator(
        "main form button[name=days], main form button[type=submit]"
    ).first.click()
    page.wait_for_load_state()
    press(page, re.compile("Keep|Save|Plan"))
    expect(page.locator("#timeline")).to_contain_text("planned the checks")
    four.shot(page, "12-follow-up")


def end(four: Four, code: str) -> None:
    """Close the case as treated; the patient reads it and takes it all along."""
    page = four.facilitator
    at_case(four, page)
    form = page.locator("form[action$='/close']")
    form.evaluate("e => { const d = e.closest('details'); if (d) d.open = true; }")
    form.locator("[name=code][value=treated]").check(force=True)
    form.locator("button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("The case was closed")
    four.shot(page, "13-closed")
    patient = follow(four, code, "14-closed")
    patient.goto(f"{four.running.url}/ru/inquiries/mine/export")
    with patient.expect_download() as arrived:
        patient.locator("form[action$='case.json'] button").click()
    whole = json.loads(arrived.value.path().read_text())
    assert ASKED_BY in json.dumps(whole)


def test_a_case_walks_nine_steps_and_nobody_is_lost(four: Four) -> None:
    code = ask(four)
    says_what_is_next(follow(four, code, "03-mine"))

    assert refer(four) < 5
    agree(four, code)
    decline(four)
    consult(four, code)
    estimate(four, code)
    invite(four, code)
    treat(four, code)
    end(four, code)

    with four.running.tools.sessions.begin() as session:
        moves = session.query(Move).order_by(Move.id).all()
        assert [m.step for m in moves if m.kind == "case.stepped"] == [*range(2, 10)]
        assert all(m.state == "closed" or m.due_at for m in moves)
        assert verify(session).broken is None
    for mail in four.running.mailer.sent:
        assert CANARY not in mail.text + mail.html + mail.subject
