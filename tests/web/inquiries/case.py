"""An inquiry that was sent through the pages, and invented hospitals that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from directory.accounts.rules.roles import OrganizationKind
from directory.cases.actions import consulting, quoting, talking
from directory.cases.model import Call, Case, Quote, Referral
from directory.cases.rules.quotes import QuoteBody
from directory.cases.rules.states import ReferralState, State, Step
from directory.core.actor import Role, system
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.tools import Tools
from tests.browser import Browser
from tests.cases.giving import GOOD_UNTIL, QUOTE
from tests.cases.people import keeper
from tests.submissions.people import acting
from tests.web.inquiries.pages import answer, code_of, go, send

CENTERS = ("east-invented", "west-invented")


@dataclass
class Sent:
    """A case whose code is known, in an application.

    Args:
        browser: In which it is open.
        tools: Of the application.
        code: Of its receipt.
        hospitals: Organizations by slug of the listing that they keep.
    """

    browser: Browser
    tools: Tools
    code: str
    hospitals: dict[str, int]

    @contextmanager
    def work(self, *roles: Role, organization: int | None = None) -> Iterator[Work]:
        """Yield work in somebody's name, committed afterwards."""
        with self.tools.sessions.begin() as session:
            plain = Work(session, system("test"), self.tools.clock())
            yield acting(plain, *roles, organization=organization) if roles else plain

    @contextmanager
    def hospital(self, center: str = "east-invented") -> Iterator[Work]:
        """Yield work of a coordinator at a hospital."""
        office = self.hospitals[center]
        with self.work(Role.HOSPITAL_COORDINATOR, organization=office) as work:
            yield work

    @property
    def case(self) -> Case:
        """Return the case as it is now."""
        with self.tools.reading() as session:
            return session.query(Case).one()

    def referral(self, center: str = "east-invented") -> Referral:
        """Return the referral to a center as it is now."""
        with self.tools.reading() as session:
            return session.query(Referral).filter_by(center=center).one()

    def becomes(
        self, state: ReferralState, center: str = "east-invented", **more: object
    ) -> None:
        """Let a referral be in a state, and a case wait for its hospital."""
        with self.work() as work:
            row = work.session.query(Referral).filter_by(center=center).one()
            row.state = state.value
            waits = {"proposed", "offered", "needs-more"}
            row.due_at = work.now + timedelta(days=5) if state.value in waits else None
            for name, value in more.items():
                setattr(row, name, value)
            work.session.query(Case).one().state = State.HOSPITAL.value

    def accepted(self, step: Step = Step.CONSULTATION) -> None:
        """Let a center have accepted the case, which is in a step."""
        self.becomes(ReferralState.ACCEPTED)
        with self.work() as work:
            work.session.query(Case).one().step = step.value

    def times(self) -> str:
        """Let the hospital offer two times; return the id of the offer."""
        keys = self.tools.keys
        assert keys is not None
        with self.hospital() as work:
            slots = [work.now + timedelta(days=3), work.now + timedelta(days=4)]
            return consulting.offer_times(
                work,
                keys,
                self.referral().id,
                slots,
                45,
                has_interpreter=True,
                how="https://call.example.org/<b>invented</b>",
            )

    def quote(self, body: QuoteBody = QUOTE, currency: str = "CNY") -> str:
        """Let the hospital send an estimate; return its id."""
        keys = self.tools.keys
        assert keys is not None
        with self.hospital() as work:
            return quoting.send_quote(
                work,
                keys,
                self.referral().id,
                body,
                currency=currency,
                valid_until=GOOD_UNTIL,
            )

    def says(self, words: str) -> None:
        """Let the hospital write a message."""
        keys = self.tools.keys
        assert keys is not None
        with self.hospital() as work:
            talking.say_as_hospital(
                work, keys, self.referral().id, words, "f" * 32, "en"
            )

    def call(self) -> Call:
        """Return the consultation as it is now."""
        with self.tools.reading() as session:
            return session.query(Call).one()

    def estimate(self) -> Quote:
        """Return the estimate as it is now."""
        with self.tools.reading() as session:
            return session.query(Quote).one()

    def inquiry(self) -> str:
        """Return the id of the inquiry."""
        with self.tools.reading() as session:
            return session.query(Inquiry).one().id


def seated(browser: Browser, tools: Tools, clock) -> Sent:
    """Let hospitals keep their listings, send an inquiry, and open it."""
    with tools.sessions.begin() as session:
        work = Work(session, system("test"), tools.clock())
        hospitals = {
            slug: keeper(work, slug, OrganizationKind.HOSPITAL) for slug in CENTERS
        }
    answer(browser)
    clock.move(minutes=5)
    send(browser)
    code = code_of(browser.open("/inquiries/receipt"))
    browser.client = browser.app.test_client()
    go(browser, "/inquiries/track", {"code": code}, "/inquiries/mine")
    return Sent(browser, tools, code, hospitals)
