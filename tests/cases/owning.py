"""More invented cases beside the one of :mod:`tests.cases.people`."""

from __future__ import annotations

from dataclasses import replace

from directory.accounts.model import Person as Account
from directory.cases.actions import opening
from directory.cases.model import Case
from directory.core.actor import VISITOR, Role
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import draft, tracked
from directory.inquiries.rules.answers import Illness, Person
from tests.cases.people import Cast
from tests.inquiries.invented import DAUGHTER, HEALTH, MYELOMA, after, answered
from tests.submissions.people import acting


def another(
    people: Cast, person: Person = DAUGHTER, illness: Illness = MYELOMA, **time: float
) -> Case:
    """Send one more inquiry to the same owner; return its case."""
    visitor = after(replace(people.patient, actor=VISITOR), **time)
    secret = answered(visitor, people.keys)
    asking.save_person(visitor, people.keys, secret, person, Language.EN)
    if illness is not MYELOMA:
        asking.save_illness(visitor, people.keys, secret, illness, HEALTH)
    then = after(visitor, seconds=60)
    revision = draft(then.session, people.keys, secret, now=then.now).revision
    receipt = opening.send(then, people.keys, secret, revision)
    assert receipt is not None
    inquiry = tracked(then.session, people.keys, receipt.code, now=then.now)
    then.session.commit()
    row: Case = then.session.query(Case).filter_by(inquiry_id=inquiry).one()
    return row


def colleague(people: Cast) -> Work:
    """Return somebody else of the owner's people."""
    office = people.owner.actor.organization
    return acting(people.owner, Role.FACILITATOR, organization=office)


def stranger(people: Cast) -> Work:
    """Return a facilitator of another organization."""
    return acting(people.owner, Role.FACILITATOR)


def name_of(work: Work) -> str:
    """Return what an actor is called."""
    return work.session.get_one(Account, work.actor.person).name


def office_of(work: Work) -> int:
    """Return the row of the organization for which an actor acts."""
    office = work.actor.organization
    assert office is not None
    return office
