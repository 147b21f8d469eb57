"""Keeping deadlines: reminding, escalating, offering onward, going on after a rest.

Each case is a transaction of its own. What was done counts in its row, so that doing
it again does nothing, and a case that somebody holds is left to the next round.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select

from directory.accounts.actions.organizations import own_office
from directory.accounts.queries.people import colleagues
from directory.cases.actions.due import settle
from directory.cases.actions.moving import go_on
from directory.cases.actions.offering import onward
from directory.cases.actions.opening import HELD_MARK, open_case
from directory.cases.actions.referring import after_patient
from directory.cases.actions.telling import tell
from directory.cases.model import Case, CaseMark, Referral, Task
from directory.cases.rules.deadlines import (
    NOTICES,
    SIDES,
    SILENT_AFTER,
    due_at,
    notice_at,
)
from directory.cases.rules.machine import check_referral
from directory.cases.rules.news import MANAGERS, OFFICE
from directory.cases.rules.states import ReferralState, Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.cases.rules.triage import NO_REPLY
from directory.core.actor import Role, system
from directory.core.crypto import KeyRing
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.life import State as InquiryState

AHEAD = timedelta(days=16)
"""How far ahead a deadline can lie of which somebody is reminded now: one working day
before the longest holidays that there are."""

OWES: Mapping[ReferralState, Side] = {
    ReferralState.PROPOSED: Side.PATIENT,
    ReferralState.NEEDS_MORE: Side.PATIENT,
    ReferralState.OFFERED: Side.HOSPITAL,
}
"""Who owes an answer in each state of a referral in which one is owed."""


def due_cases(work: Work) -> list[str]:
    """Return cases in which something may be due, the most overdue first.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    rows = work.session.execute(
        select(Case.id, Case.state, Case.due_at, Case.warnings)
        .where(Case.due_at <= work.now + AHEAD)
        .order_by(Case.due_at, Case.id)
    ).all()
    found = [
        row.id
        for row in rows
        if row.due_at and _is_due(row.state, row.due_at, row.warnings, work.now)
    ]
    referrals = work.session.execute(
        select(Referral.case_id, Referral.state, Referral.due_at, Referral.warnings)
        .join(Case, Case.id == Referral.case_id)
        .where(
            Referral.due_at <= work.now + AHEAD,
            Case.state.not_in((State.PAUSED.value, State.CLOSED.value)),
        )
        .order_by(Referral.due_at, Referral.case_id)
    ).all()
    found += [
        row.case_id
        for row in referrals
        if row.due_at and _owes_now(row.state, row.due_at, row.warnings, work.now)
    ]
    return list(dict.fromkeys(found))


def keep_deadlines(work: Work, keys: KeyRing | None, case: str) -> int:
    """Do in one case what is due now; return how many things that were.

    Nothing is done in a case that somebody else holds at this moment.

    Args:
        work: The transaction.
        keys: To know where the patient's clock hangs.
        case: Its id.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    held = work.session.scalar(
        select(Case)
        .where(Case.id == case)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if held is None or held.due_at is None:
        return 0
    if held.state == State.PAUSED.value:
        if held.due_at > work.now:
            return 0
        go_on(work, keys, held, side=Side.DIRECTORY)
        return 1
    done = sum(_keep_referral(work, keys, held, row) for row in _waiting(work, held))
    return done + _keep_case(work, held)


def missing_cases(work: Work, at_most: int) -> list[str]:
    """Return inquiries that were received and have no case, at most so many.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    found = work.session.scalars(
        select(Inquiry.id).where(*_has_no_case()).order_by(Inquiry.id).limit(at_most)
    )
    return list(found)


def open_missing(work: Work, keys: KeyRing, inquiry: str) -> int:
    """Open the case of an inquiry that was received before there were cases.

    Returns:
        1 if it was opened; 0 if it has one by now, or somebody holds it.

    Raises:
        RefusedError: If the actor is not the program.
    """
    work.require(Permission.KEEP_DEADLINES)
    row = work.session.scalar(
        select(Inquiry)
        .where(Inquiry.id == inquiry, *_has_no_case())
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return 0
    open_case(work, keys, row)
    return 1


def _has_no_case() -> tuple[ColumnElement[bool], ...]:
    return (
        Inquiry.state == InquiryState.RECEIVED.value,
        ~exists().where(Case.inquiry_id == Inquiry.id),
    )


def _keep_referral(work: Work, keys: KeyRing | None, case: Case, row: Referral) -> int:
    """Remind of an answer that is owed, or end the wait for it; return 1 if so."""
    if row.due_at is None or not _owes_now(
        row.state, row.due_at, row.warnings, work.now
    ):
        return 0
    state = ReferralState(row.state)
    if row.due_at <= work.now and (
        state is not ReferralState.NEEDS_MORE or row.warnings >= len(NOTICES)
    ):
        _expire(work, keys, case, row)
        return 1
    due = row.due_at
    row.warnings += 1
    _notice(work, case, OWES[state], row.warnings, due, row)
    return 1


def _expire(work: Work, keys: KeyRing | None, case: Case, row: Referral) -> None:
    """End a referral to which no answer came, and offer the case onward."""
    check_referral(row.state, ReferralState.EXPIRED)
    owed = OWES[ReferralState(row.state)]
    row.state, row.due_at = ReferralState.EXPIRED.value, None
    row.is_leading = False
    row.version += 1
    work.session.flush()
    tell(work, case, Kind.EXPIRED, side=Side.DIRECTORY, referral=row, whom=owed.value)
    if owed is Side.HOSPITAL:
        onward(work, keys, case)
    after_patient(work, keys, case)
    before = case.state
    settle(work, keys, case)
    if case.state != before:
        tell(work, case, Kind.WAITS, side=Side.DIRECTORY)


def _keep_case(work: Work, case: Case) -> int:
    """Tell that a case is due or overdue; return 1 if somebody was told."""
    if case.due_at is None or not _is_due(
        case.state, case.due_at, case.warnings, work.now
    ):
        return 0
    side = SIDES[State(case.state)]
    if case.warnings < 2 and _is_reminded_by_referral(work, case, side):
        # The wait is for that answer; one reminder of it is enough.
        case.warnings += 1
        return 0
    case.warnings += 1
    if side is Side.PATIENT and case.warnings > len(NOTICES):
        _propose_closing(work, case)
    else:
        _notice(work, case, side, case.warnings, case.due_at, None)
    return 1


def _notice(
    work: Work,
    case: Case,
    side: Side,
    level: int,
    due: datetime,
    row: Referral | None,
) -> None:
    """Write down that somebody is told, which promises the mail."""
    reminds = level <= 2
    whom = side.value
    if not reminds:
        whom = MANAGERS if level == 3 else OFFICE
    office = None
    if whom == OFFICE:
        # So that whoever sends the mail knows whose it is.
        office = own_office(replace(work, actor=system("cases"))).id
    tell(
        work,
        case,
        Kind.REMINDED if reminds else Kind.ESCALATED,
        side=Side.DIRECTORY,
        referral=row,
        is_news=not _is_held(work, case),
        whom=whom,
        level=level,
        due_at=due.isoformat(),
        office=office,
    )


def _propose_closing(work: Work, case: Case) -> None:
    """Ask the owner to decide whether a case ends; nobody decides it for them."""
    people = colleagues(work.session, case.organization_id, Role.FACILITATOR)
    person = case.assignee_id or next((one.id for one in people), None)
    if person is not None:
        work.session.add(
            Task(
                id=secrets.token_hex(16),
                case_id=case.id,
                organization_id=case.organization_id,
                kind=NO_REPLY,
                assignee_id=case.assignee_id,
                made_by=person,
                made_at=work.now,
                due_at=due_at(Step.INQUIRY, Side.FACILITATOR, work.now),
            )
        )
    tell(
        work,
        case,
        Kind.SILENT,
        side=Side.DIRECTORY,
        is_internal=True,
        days=SILENT_AFTER,
        code=NO_REPLY,
    )


def _is_due(state: str, due: datetime, warnings: int, now: datetime) -> bool:
    """Tell whether somebody is told of a case now, or it goes on."""
    if state == State.PAUSED.value:
        return due <= now
    at = notice_at(SIDES[State(state)], due, warnings)
    return at is not None and at <= now


def _owes_now(state: str, due: datetime, warnings: int, now: datetime) -> bool:
    """Tell whether a referral is reminded of now, or ends."""
    known = ReferralState(state)
    if known is not ReferralState.NEEDS_MORE and due <= now:
        return True
    at = notice_at(OWES[known], due, warnings)
    return at is not None and at <= now


def _is_reminded_by_referral(work: Work, case: Case, side: Side) -> bool:
    owing = [state.value for state, owes in OWES.items() if owes is side]
    found = work.session.scalar(
        select(
            exists().where(
                Referral.case_id == case.id,
                Referral.state.in_(owing),
                or_(Referral.due_at <= case.due_at, Referral.due_at <= work.now),
            )
        )
    )
    return bool(found) and side is not Side.FACILITATOR


def _is_held(work: Work, case: Case) -> bool:
    found = work.session.scalar(
        select(exists().where(CaseMark.case_id == case.id, CaseMark.kind == HELD_MARK))
    )
    return bool(found)


def _waiting(work: Work, case: Case) -> list[Referral]:
    found = work.session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id, Referral.due_at.is_not(None))
        .order_by(Referral.due_at, Referral.place, Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)
