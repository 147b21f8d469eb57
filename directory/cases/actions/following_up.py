"""What is done after treatment: planning it, being reminded, having done it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, select

from directory.cases.actions.caring import (
    given_by,
    taken_by_patient,
    today_there,
)
from directory.cases.actions.telling import tell
from directory.cases.model import Case, FollowUp, Referral
from directory.cases.rules.follow_up import (
    INFUSION,
    OWN,
    REMINDED_BEFORE,
    Planned,
    check,
)
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import ReferralState, Side, State
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of
from directory.knowledge.queries import follow_up_points

TABLE = "follow_up"


def plan_follow_up(
    work: Work,
    keys: KeyRing,
    referral: str,
    infusion: date,
    lines: Sequence[Planned],
    *,
    version: int | None = None,
) -> None:
    """Keep what is to be done after treatment, and from which day it counts.

    Lines that are not done yet are replaced; what was done stays.

    Args:
        work: The transaction.
        keys: To seal what a hospital wrote itself.
        referral: Its id.
        infusion: The day from which it counts.
        lines: All that is still to be done.
        version: Of the referral, as the page showed it.

    Raises:
        ScheduleRefusedError: If it cannot be meant.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    known = frozenset(line.key for line, _ in follow_up_points(work.session))
    check(infusion, lines, known, today_there(work))
    work.session.execute(
        delete(FollowUp).where(
            FollowUp.referral_id == row.id,
            FollowUp.done_at.is_(None) | (FollowUp.kind == INFUSION),
        )
    )
    key = data_key_of(work.session, keys, case.inquiry_id)
    work.session.add(
        FollowUp(
            id=secrets.token_hex(16),
            referral_id=row.id,
            kind=INFUSION,
            due_on=infusion,
            done_at=work.now,
        )
    )
    for line in lines:
        name = secrets.token_hex(16)
        words = line.words.strip()
        work.session.add(
            FollowUp(
                id=name,
                referral_id=row.id,
                kind=line.kind,
                body=seal_words(key, TABLE, "body", name, words)
                if line.kind == OWN
                else None,
                due_on=line.due_on,
            )
        )
    row.version += 1
    tell(
        work,
        case,
        Kind.FOLLOW_UP_PLANNED,
        side=side,
        referral=row,
        lines=len(lines),
    )


def done_as_hospital(work: Work, referral: str, line: str) -> None:
    """Write down that a line was done; writing it down again changes nothing.

    Raises:
        NotFoundError: If it is another referral's.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral)
    _done(work, case, row, line, side)


def done_as_patient(work: Work, inquiry: str, line: str) -> None:
    """Say that a line was done; saying it again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it is another's.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    referral = work.session.scalar(
        select(FollowUp.referral_id).where(FollowUp.id == line)
    )
    if referral is None:
        raise NotFoundError(line=line)
    case, row = taken_by_patient(work, inquiry, referral)
    _done(work, case, row, line, Side.PATIENT)


def due_for_reminder(work: Work, most: int) -> list[str]:
    """Return cases in which somebody must be reminded now, at most so many.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    found = work.session.scalars(
        select(Case.id)
        .join(Referral, Referral.case_id == Case.id)
        .join(FollowUp, FollowUp.referral_id == Referral.id)
        .where(*_waits_for_reminder(today_there(work)))
        .group_by(Case.id)
        .order_by(Case.id)
        .limit(most)
    )
    return list(found)


def remind(work: Work, case: str) -> int:
    """Remind of what is due soon in one case, each line once; return how many.

    Several lines of one center are one line of the timeline.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    held = work.session.scalar(
        select(Case)
        .where(Case.id == case)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if held is None:
        return 0
    rows = work.session.execute(
        select(FollowUp, Referral)
        .join(Referral, Referral.id == FollowUp.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .where(Case.id == case, *_waits_for_reminder(today_there(work)))
        .order_by(Referral.place, Referral.id, FollowUp.due_on, FollowUp.id)
        .execution_options(populate_existing=True)
    ).all()
    told: dict[str, tuple[Referral, list[FollowUp]]] = {}
    for line, referral in rows:
        line.reminded_at = work.now
        told.setdefault(referral.id, (referral, []))[1].append(line)
    for referral, lines in told.values():
        tell(
            work,
            held,
            Kind.FOLLOW_UP_REMINDED,
            side=Side.DIRECTORY,
            referral=referral,
            lines=len(lines),
            due_on=lines[0].due_on.isoformat(),
        )
    return len(rows)


def _waits_for_reminder(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Case.state != State.CLOSED.value,
        Referral.state == ReferralState.ACCEPTED.value,
        FollowUp.done_at.is_(None),
        FollowUp.reminded_at.is_(None),
        FollowUp.due_on <= today + REMINDED_BEFORE,
    )


def _done(work: Work, case: Case, row: Referral, line: str, side: Side) -> None:
    found = work.session.scalar(
        select(FollowUp)
        .where(
            FollowUp.id == line,
            FollowUp.referral_id == row.id,
            FollowUp.kind != INFUSION,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(line=line)
    if found.done_at is not None:
        return
    found.done_at = work.now
    row.version += 1
    tell(
        work,
        case,
        Kind.FOLLOW_UP_DONE,
        side=side,
        referral=row,
        line=line,
        due_on=found.due_on.isoformat(),
    )
