"""Telling whom a line of a timeline concerns: by mail, and their programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from directory.accounts.queries.people import Colleague, colleagues
from directory.cases.model import Case, Move, NewsSeen, NewsTold, Referral, Webhook
from directory.cases.rules.news import (
    LAST,
    MANAGERS,
    NOTICES,
    OFFICE,
    PATIENT_HEARS,
    STAFF_HEARS,
    next_mail,
)
from directory.cases.rules.states import SEEN_BY_HOSPITAL, ReferralState, Side
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.outbox import actions as queue

MAIL_PATIENT = "mail.case-news"
MAIL_STAFF = "mail.case-news-staff"
CALL = "webhook.call"

WHO_ANSWERS = {
    Side.FACILITATOR: Role.FACILITATOR,
    Side.HOSPITAL: Role.HOSPITAL_COORDINATOR,
}


def fan_out(work: Work, move: int) -> None:
    """Promise what follows from one line of a timeline.

    Much news about one case is one mail to the patient, and much news is one mail
    to each of the staff; programs are told of each line.

    Args:
        work: The transaction.
        move: Row of the line. One that is gone concerns nobody.

    Raises:
        RefusedError: If the actor may not.
    """
    work.require(Permission.TELL_NEWS)
    row = work.session.get(Move, move)
    if row is None or row.is_internal:
        return
    case = work.session.get_one(Case, row.case_id)
    referral = work.session.get(Referral, row.referral_id) if row.referral_id else None
    kind, by = Kind(row.kind), Side(row.side)
    if kind in NOTICES:
        _notify(work, case, referral, row)
    else:
        if by is not Side.PATIENT and kind in PATIENT_HEARS:
            _tell_patient(work, case)
        _tell_staff(work, case.organization_id, Side.FACILITATOR, row, case.assignee_id)
        if referral is not None and referral.organization_id is not None:
            hears = referral.state in SEEN_BY_HOSPITAL or kind in LAST
            if hears:
                _tell_staff(work, referral.organization_id, Side.HOSPITAL, row, None)
    for office in _concerned(case, referral, kind):
        _tell_programs(work, office, row)


def see_news(work: Work) -> None:
    """Note that the actor has seen the news of the organization they act for.

    Raises:
        NotFoundError: If they act for none.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person, office = work.actor.person, work.actor.organization
    if person is None or office is None:
        raise NotFoundError
    row = work.session.get(NewsSeen, (person, office))
    if row is None:
        work.session.add(
            NewsSeen(person_id=person, organization_id=office, seen_at=work.now)
        )
    else:
        row.seen_at = work.now
    work.session.flush()


def _concerned(case: Case, referral: Referral | None, kind: Kind) -> list[int]:
    found = [case.organization_id]
    if (
        referral is not None
        and referral.organization_id is not None
        and (referral.state in SEEN_BY_HOSPITAL or kind in LAST)
        and referral.organization_id not in found
    ):
        found.append(referral.organization_id)
    return found


def _tell_patient(work: Work, case: Case) -> None:
    confirmed = work.session.scalar(
        select(Inquiry.email_confirmed_at).where(
            Inquiry.id == case.inquiry_id, Inquiry.state == "received"
        )
    )
    if confirmed is not None and (due := _turn(work, f"case:{case.id}")):
        queue.promise(work, MAIL_PATIENT, due=due, inquiry=case.inquiry_id)


def _tell_staff(
    work: Work, office: int, side: Side, row: Move, assignee: int | None
) -> None:
    if Kind(row.kind) not in STAFF_HEARS[side] or _is_own(row, office):
        return
    found = colleagues(work.session, office, WHO_ANSWERS[side])
    found = [one for one in found if one.id == assignee] or found
    _mail(work, [one for one in found if one.id != row.person_id], office, side)


def _notify(work: Work, case: Case, referral: Referral | None, row: Move) -> None:
    """Tell whom a deadline reminds, or who is in charge of who let it pass."""
    whom, owner = str(row.facts.get("whom", "")), case.organization_id
    if whom == Side.PATIENT.value:
        _tell_patient(work, case)
    elif whom == Side.HOSPITAL.value:
        for office in _carrying(work, case, referral):
            _tell_staff(work, office, Side.HOSPITAL, row, None)
    elif whom == MANAGERS:
        found = colleagues(work.session, owner, Role.FACILITATOR_MANAGER)
        everybody = colleagues(work.session, owner, Role.FACILITATOR)
        _mail(work, found or everybody, owner, Side.FACILITATOR)
    elif whom == OFFICE and row.facts.get("office"):
        office = int(row.facts["office"])
        found = colleagues(work.session, office, Role.ADMIN)
        _mail(work, found, office, Side.DIRECTORY)
    else:
        _tell_staff(work, owner, Side.FACILITATOR, row, case.assignee_id)


def _carrying(work: Work, case: Case, referral: Referral | None) -> list[int]:
    """Return the hospitals that a notice concerns: one, or all that took the case."""
    if referral is not None:
        return [referral.organization_id] if referral.organization_id else []
    found = work.session.scalars(
        select(Referral.organization_id).where(
            Referral.case_id == case.id,
            Referral.state == ReferralState.ACCEPTED.value,
            Referral.organization_id.is_not(None),
        )
    )
    return [office for office in found if office is not None]


def _mail(work: Work, people: list[Colleague], office: int, side: Side) -> None:
    for one in people:
        if due := _turn(work, f"person:{one.id}:{office}"):
            queue.promise(
                work,
                MAIL_STAFF,
                due=due,
                person=one.public_id,
                organization=office,
                side=side.value,
            )


def _is_own(row: Move, office: int) -> bool:
    """Tell whether the organization's own people did it, and were not asked to act."""
    return row.organization_id == office and row.kind not in {
        Kind.ASSIGNED.value,
        Kind.HANDED_OVER.value,
    }


def _tell_programs(work: Work, office: int, row: Move) -> None:
    hooks = work.session.scalars(
        select(Webhook.id).where(
            Webhook.organization_id == office, Webhook.paused_at.is_(None)
        )
    )
    for hook in hooks:
        queue.promise(work, CALL, webhook=hook, move=row.id)


def _turn(work: Work, whom: str) -> datetime | None:
    """Return when the next mail to somebody leaves, and write it down."""
    row = work.session.get(NewsTold, whom, with_for_update=True)
    due = next_mail(work.now, row.at if row else None)
    if due is None:
        return None
    if row is None:
        work.session.add(NewsTold(whom=whom, at=due))
    else:
        row.at = due
    work.session.flush()
    return due
