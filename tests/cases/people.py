"""An invented case and the invented people around it.

The inquiry of :mod:`tests.inquiries.invented` names two centers and lets one of
them, ``east-invented``, see the answers; both are kept by hospitals of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from directory.accounts.rules.roles import OrganizationKind
from directory.cases.actions import opening
from directory.cases.model import Case, Referral
from directory.core.actor import VISITOR, Role, system
from directory.core.crypto import KeyRing
from directory.core.db import Session, make_engine, make_sessions
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import draft, tracked
from directory.listings.model import Listing
from directory.submissions.model import ListingKeeper
from tests.conftest import NOW
from tests.inquiries.invented import after, answered, as_program, stock
from tests.submissions.people import acting
from tests.web.people import add_organization

CENTERS = ("east-invented", "west-invented")


@dataclass
class Cast:
    """Everybody around one case; each a unit of work in their own name.

    Args:
        keys: The ring of the test.
        code: The receipt code of the inquiry.
        inquiry: Its id.
        case: Id of its case.
        patient: Whoever holds the code.
        owner: A facilitator at the organization that owns the case.
        east: A coordinator at the hospital that may see it.
        west: A coordinator at the hospital that may not.
        program: The program itself.
    """

    keys: KeyRing
    code: str
    inquiry: str
    case: str
    patient: Work
    owner: Work
    east: Work
    west: Work
    program: Work

    def at(self, session: Session) -> Cast:
        """Return everybody at a copy of the database in which they were seated."""
        return replace(
            self,
            patient=replace(self.patient, session=session),
            owner=replace(self.owner, session=session),
            east=replace(self.east, session=session),
            west=replace(self.west, session=session),
            program=replace(self.program, session=session),
        )

    def row(self) -> Case:
        """Return the case as it is now."""
        return self.patient.session.get_one(Case, self.case, populate_existing=True)

    def referral(self, center: str = "east-invented") -> Referral:
        """Return the newest referral to a center."""
        found = (
            self.patient.session.query(Referral)
            .filter_by(case_id=self.case, center=center)
            .order_by(Referral.made_at.desc())
            .populate_existing()
        )
        row = found.first()
        assert row is not None
        return row

    def later(self, **time: float) -> Cast:
        """Return everybody at a later moment."""
        return replace(
            self,
            patient=after(self.patient, **time),
            owner=after(self.owner, **time),
            east=after(self.east, **time),
            west=after(self.west, **time),
            program=after(self.program, **time),
        )


def keeper(work: Work, slug: str, kind: OrganizationKind) -> int:
    """Give a listing a new organization that keeps it; return its row."""
    office = add_organization(work.session, kind)
    listing = work.session.query(Listing).filter_by(slug=slug).one()
    work.session.add(
        ListingKeeper(listing_id=listing.id, organization_id=office.id, since=work.now)
    )
    work.session.flush()
    return office.id


def ask(work: Work, keys: KeyRing) -> tuple[str, str]:
    """Send an inquiry in a directory that is stocked; return its code and its id."""
    visitor = Work(work.session, VISITOR, work.now)
    secret = answered(visitor, keys)
    then = after(visitor, seconds=60)
    revision = draft(work.session, keys, secret, now=then.now).revision
    receipt = opening.send(then, keys, secret, revision)
    assert receipt is not None
    return receipt.code, tracked(work.session, keys, receipt.code, now=then.now)


def cast(work: Work, keys: KeyRing) -> Cast:
    """Stock a directory, send an inquiry, and seat everybody."""
    stock(work)
    hospitals = {
        slug: keeper(work, slug, OrganizationKind.HOSPITAL) for slug in CENTERS
    }
    work.session.commit()
    code, inquiry = ask(work, keys)
    case = work.session.query(Case).filter_by(inquiry_id=inquiry).one()
    now = after(Work(work.session, VISITOR, work.now), seconds=120)
    seated = Cast(
        keys=keys,
        code=code,
        inquiry=inquiry,
        case=case.id,
        patient=now,
        owner=acting(now, Role.FACILITATOR, organization=case.organization_id),
        east=acting(
            now, Role.HOSPITAL_COORDINATOR, organization=hospitals["east-invented"]
        ),
        west=acting(
            now, Role.HOSPITAL_COORDINATOR, organization=hospitals["west-invented"]
        ),
        program=as_program(now),
    )
    work.session.commit()
    assert work.session.get_one(Inquiry, inquiry).state == "received"
    return seated


def seated(url: str, keys: KeyRing) -> Cast:
    """Seat everybody in an empty database, which is then copied by many tests."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        people = cast(Work(session, system("test"), NOW), keys)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return people
