"""Cases over the real seeds, for pages: asked by nobody who exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from directory.cases.actions import opening
from directory.cases.model import Case, Referral
from directory.core.actor import VISITOR, Role
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import draft, tracked
from directory.inquiries.rules.answers import Choice, Person, Whom
from directory.inquiries.rules.consents import Ticked
from tests.browser import Browser, Page
from tests.inquiries.invented import DAUGHTER, HEALTH, MYELOMA, SHARE, TRANSFER
from tests.web.desk import Desk

CENTER = "nanfang-hospital"


@dataclass(frozen=True)
class Asked:
    """A case as the tests of pages need it.

    Args:
        code: Receipt code of the inquiry.
        inquiry: Its id.
        case: Id of its case.
        reference: What staff call it.
        referrals: Ids of its referrals by center.
        office: Organization that owns it.
    """

    code: str
    inquiry: str
    case: str
    reference: str
    referrals: dict[str, str]
    office: int


def ask(
    desk: Desk,
    *centers: str,
    shared: tuple[str, ...] | None = None,
    person: Person = DAUGHTER,
) -> Asked:
    """Send an inquiry to these centers, and let some of them see it.

    Args:
        desk: The directory.
        centers: Slugs, in the order wished; one if none is given.
        shared: Those that may see it; all if not given.
        person: Who asks.
    """
    wished = centers or (CENTER,)
    keys = desk.tools.keys
    assert keys is not None
    ticked = (
        Ticked(wording=TRANSFER),
        *(
            Ticked(wording=SHARE, recipient=f"center:{slug}")
            for slug in (wished if shared is None else shared)
        ),
    )
    with desk.tools.sessions.begin() as session:
        work = Work(session, VISITOR, desk.clock.now - timedelta(minutes=1))
        secret = asking.begin(work, keys, person, Language.EN)
        asking.save_illness(work, keys, secret, MYELOMA, HEALTH)
        asking.save_choice(
            work, keys, secret, Choice(whom=Whom.CENTERS, centers=wished)
        )
        asking.save_consents(work, keys, secret, ticked)
    with desk.tools.sessions.begin() as session:
        work = Work(session, VISITOR, desk.clock.now)
        revision = draft(session, keys, secret, now=work.now).revision
        receipt = opening.send(work, keys, secret, revision)
        assert receipt is not None
        inquiry = tracked(session, keys, receipt.code, now=work.now)
        case = session.query(Case).filter_by(inquiry_id=inquiry).one()
        found = session.query(Referral).filter_by(case_id=case.id)
        return Asked(
            code=receipt.code,
            inquiry=inquiry,
            case=case.id,
            reference=case.reference,
            referrals={row.center: row.id for row in found},
            office=case.organization_id,
        )


def owner_of(desk: Desk, asked: Asked) -> Browser:
    """Return the browser of a facilitator at the office that owns a case."""
    return desk.sit(Role.FACILITATOR, organization=asked.office)


def coordinator_at(desk: Desk, center: str = CENTER) -> Browser:
    """Return the browser of a coordinator whose hospital keeps a listing."""
    return desk.keeper(center, Role.HOSPITAL_COORDINATOR)


def press(browser: Browser, page: str, address: str, **data: str) -> Page:
    """Press a button of a page; return the page to which it leads."""
    token = browser.open(page).value("csrf_token")
    answer = browser.client.post(address, data={"csrf_token": token, **data})
    assert answer.status_code == 303, answer.status_code
    return browser.open(answer.headers["Location"])
