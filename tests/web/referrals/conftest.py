"""A desk at which coordinators of two hospitals sit, and a case that one may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from directory.cases.actions import opening
from directory.cases.model import Case, Referral
from directory.core.actor import VISITOR, Role
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import draft, tracked
from directory.inquiries.rules.answers import Choice, Whom
from directory.inquiries.rules.consents import Ticked
from tests.browser import Browser
from tests.inquiries.invented import DAUGHTER, HEALTH, MYELOMA, SHARE, TRANSFER
from tests.web.desk import Desk, desk

__all__ = ["desk"]

EAST, WEST = "nanfang-hospital", "ruijin-hospital"
"""Two published centers; what happens to the case at them is invented."""


@dataclass
class Ward:
    """A case at a hospital.

    Args:
        desk: With everybody's browsers.
        east: A coordinator of the hospital that may see the case.
        west: One of a hospital that may not.
        inquiry: Of the case.
        referral: Of the case at the hospital.
    """

    desk: Desk
    east: Browser
    west: Browser
    inquiry: str
    referral: str

    def url(self, rest: str = "", language: str = "en") -> str:
        """Return an address of the case."""
        return f"/{language}/hospital/cases/{self.referral}{rest}"

    def row(self) -> Referral:
        """Return the referral as it is now."""
        with self.desk.session() as session:
            return session.get_one(Referral, self.referral)

    def case(self) -> Case:
        """Return the case as it is now."""
        with self.desk.session() as session:
            return session.get_one(Case, self.row().case_id)

    def change(self, **columns: object) -> None:
        """Set columns of the referral, as something else would have."""
        with self.desk.tools.sessions.begin() as session:
            row = session.get_one(Referral, self.referral)
            for name, value in columns.items():
                setattr(row, name, value)

    def accept(self, step: int = 3) -> None:
        """Let the hospital have accepted the case, which waits for it in a step."""
        self.change(state="accepted", due_at=None, answered_at=self.desk.clock.now)
        with self.desk.tools.sessions.begin() as session:
            case = session.get_one(Case, self.row().case_id)
            case.step, case.state = step, "waiting-for-hospital"

    def work(self) -> Work:
        """Return a unit of work of whoever holds the code; the caller commits."""
        return Work(self.desk.tools.sessions(), VISITOR, self.desk.clock.now)

    def press(self, rest: str, data: dict[str, object] | None = None):
        """Press a button of the case's page; return the answer."""
        page = self.east.open(self.url())
        given = {
            "csrf_token": page.value("csrf_token"),
            "version": page.value("version"),
            **(data or {}),
        }
        return self.east.client.post(self.url(rest), data=given)

    def send(self, rest: str, data: dict[str, object] | None = None):
        """Send the form of a page of the case, with what it carries."""
        page = self.east.open(self.url(rest))
        given = {"version": page.value("version"), **(data or {})}
        return self.east.send(self.url(rest), given)

    def refused(self, rest: str, data: dict[str, object]):
        """Send the form of a page that is refused; return the page that came back."""
        page = self.east.open(self.url(rest))
        given = {"version": page.value("version"), **data}
        return self.east.post(self.url(rest), given, status=422)


def ask(desk: Desk, *centers: str, shared: tuple[str, ...]) -> str:
    """Send an inquiry to centers; return its id."""
    keys = desk.tools.keys
    assert keys is not None
    with desk.tools.sessions() as session:
        work = Work(session, VISITOR, desk.clock.now)
        secret = asking.begin(work, keys, DAUGHTER, Language.EN)
        asking.save_illness(
            work,
            keys,
            secret,
            MYELOMA.model_copy(update={"diagnosis": "other"}),
            HEALTH,
        )
        asking.save_choice(
            work, keys, secret, Choice(whom=Whom.CENTERS, centers=centers)
        )
        ticked = [Ticked(wording=SHARE, recipient=f"center:{slug}") for slug in shared]
        asking.save_consents(work, keys, secret, (Ticked(wording=TRANSFER), *ticked))
        session.commit()
        work = replace(work, now=work.now + timedelta(seconds=60))
        revision = draft(session, keys, secret, now=work.now).revision
        receipt = opening.send(work, keys, secret, revision)
        session.commit()
        assert receipt is not None
        found = tracked(session, keys, receipt.code, now=work.now)
    desk.clock.move(seconds=60)
    return found


@pytest.fixture
def ward(desk):
    """Return a case that was referred to one of two hospitals."""
    east = desk.keeper(EAST, Role.HOSPITAL_COORDINATOR)
    west = desk.keeper(WEST, Role.HOSPITAL_COORDINATOR)
    inquiry = ask(desk, EAST, shared=(EAST,))
    with desk.session() as session:
        row = session.query(Referral).one()
        return Ward(desk, east, west, inquiry, row.id)
