"""An office at which facilitators sit, with cases of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from directory.accounts.model import Person
from directory.cases.actions.referring import agree_to
from directory.cases.model import Case, Referral
from directory.cli.demo_cases import invent_case
from directory.core.actor import VISITOR, Role, system
from directory.core.work import Work
from directory.inquiries.rules.answers import Choice, Whom
from tests.browser import Browser, Page
from tests.inquiries.invented import SHARE
from tests.web.desk import Desk
from tests.web.inventing import invent, row


@dataclass
class Office:
    """A facilitators' office with one case.

    Args:
        desk: With everybody's browsers.
        browser: Somebody of the office.
        mate: Somebody else of it.
        case: Id of the case.
    """

    desk: Desk
    browser: Browser
    mate: Browser
    case: str

    def url(self, rest: str = "", language: str = "en") -> str:
        """Return an address of the case."""
        return f"/{language}/facilitator/cases/{self.case}{rest}"

    def row(self, case: str | None = None) -> Case:
        """Return the case as it is now."""
        with self.desk.session() as session:
            return session.get_one(Case, case or self.case)

    def change(self, case: str | None = None, **columns: object) -> None:
        """Set columns of the case, as something else would have."""
        with self.desk.tools.sessions.begin() as session:
            found = session.get_one(Case, case or self.case)
            for name, value in columns.items():
                setattr(found, name, value)

    def referrals(self) -> list[Referral]:
        """Return the referrals of the case."""
        with self.desk.session() as session:
            asked = session.query(Referral).filter_by(case_id=self.case)
            return list(asked.order_by(Referral.place))

    def press(
        self, rest: str, data: dict[str, object] | None = None, browser=None, page=None
    ):
        """Press a button of the page of the case, as it is now or was then."""
        browser = browser or self.browser
        page = page or browser.open(self.url())
        given = {
            "csrf_token": page.value("csrf_token"),
            "version": page.value("version"),
        }
        return browser.client.post(self.url(rest), data=given | (data or {}))

    def refused(
        self, rest: str, data: dict[str, object] | None = None, browser=None, page=None
    ) -> Page:
        """Press a button that is refused; return the page that comes back."""
        found = browser or self.browser
        answer = self.press(rest, data, found, page)
        return found._read(self.url(rest), answer, answer.status_code)

    def agree(self, referral: str) -> None:
        """Let the patient agree that a center that was proposed sees the case."""
        keys = self.desk.tools.keys
        assert keys is not None
        with self.desk.tools.sessions.begin() as session:
            work = Work(session, VISITOR, self.desk.clock())
            agree_to(work, keys, self.row().inquiry_id, referral, SHARE)

    def person(self, browser: Browser) -> Person:
        """Return the row of who sits at a browser."""
        with self.desk.session() as session:
            return session.get_one(Person, self.desk.seat(browser).person)

    def more(self, count: int) -> None:
        """Add cases of the office."""
        keys = self.desk.tools.keys
        assert keys is not None
        office = self.desk.seat(self.browser).organization
        assert office is not None
        with self.desk.tools.sessions.begin() as session:
            work = Work(session, system("test"), self.desk.clock())
            for number in range(count):
                case = invent_case(
                    work, keys, Choice(whom=Whom.ADVISE), Random(number + 100)
                )
                case.organization_id = office


def open_office(desk: Desk) -> Office:
    """Return an office of two people with one case."""
    browser = desk.sit(Role.FACILITATOR)
    office = desk.seat(browser).organization
    mate = desk.sit(Role.FACILITATOR, organization=office)
    reference = invent(desk, office)
    return Office(desk, browser, mate, row(desk, reference).id)
