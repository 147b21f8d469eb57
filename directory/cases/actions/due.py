"""Letting a case wait for somebody, by the clock of whom it waits for."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import exists, select

from directory.cases.model import Case, Referral
from directory.cases.rules.deadlines import CHINA, LAST_PLACE, due_at
from directory.cases.rules.machine import (
    CasePausedError,
    CaseRestsError,
    WaitRefusedError,
)
from directory.cases.rules.states import (
    SEEN_BY_HOSPITAL,
    WAITING,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.core.crypto import KeyRing
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import sent_person


def check_open(case: Case) -> None:
    """Refuse to do something with a case that rests or ended.

    Raises:
        CaseRestsError: If it was closed.
        CasePausedError: If it rests.
    """
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    if case.state == State.PAUSED.value:
        raise CasePausedError


def wait(
    work: Work, keys: KeyRing | None, case: Case, side: Side, step: Step | None = None
) -> None:
    """Let an open case wait for a side from now on.

    Args:
        work: The transaction, with the case locked.
        keys: To know where the patient's clock hangs; without them a patient has
            until the day is over everywhere.
        case: The case.
        side: Who is waited for.
        step: By whose days it is counted, if not the case's own.
    """
    case.state = WAITING[side].value
    case.due_at = due_at(
        step or Step(case.step), side, work.now, *clock_of(work, keys, case, side)
    )
    case.warnings = 0


def wait_at(
    work: Work, keys: KeyRing | None, case: Case, row: Referral, side: Side
) -> None:
    """Let an answer about a referral be owed by a side from now on."""
    row.due_at = due_at(Step.REVIEW, side, work.now, *clock_of(work, keys, case, side))
    row.warnings = 0


def clock_of(
    work: Work, keys: KeyRing | None, case: Case, side: Side
) -> tuple[ZoneInfo, str | None]:
    """Return where somebody's clock hangs, and by which law they rest."""
    if side is not Side.PATIENT:
        return CHINA, None
    if keys is None:
        return LAST_PLACE, None
    inquiry = work.session.get(Inquiry, case.inquiry_id)
    if inquiry is None or inquiry.wrapped_key is None:
        return LAST_PLACE, None
    person = sent_person(keys, inquiry)
    try:
        zone = ZoneInfo(person.time_zone) if person.time_zone else LAST_PLACE
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = LAST_PLACE
    return zone, person.country


def check_waited(work: Work, case: Case, side: Side) -> None:
    """Refuse to wait for somebody whom nobody asked.

    Raises:
        WaitRefusedError: If no center has the case, or the program is meant.
    """
    if side not in WAITING:
        raise WaitRefusedError(side=side.value)
    if side is Side.HOSPITAL and not is_with_center(work, case):
        raise WaitRefusedError(side=side.value)


def is_with_center(work: Work, case: Case, *, besides: str = "") -> bool:
    """Tell whether any center may do something in a case, one left aside."""
    found = work.session.scalar(
        select(
            exists().where(
                Referral.case_id == case.id,
                Referral.id != besides,
                Referral.state.in_(sorted(SEEN_BY_HOSPITAL)),
            )
        )
    )
    return bool(found)


def is_in_state(
    work: Work, case: Case, state: ReferralState, *, besides: str = ""
) -> bool:
    """Tell whether any referral of a case is in a state, one left aside."""
    found = work.session.scalar(
        select(
            exists().where(
                Referral.case_id == case.id,
                Referral.id != besides,
                Referral.state == state.value,
            )
        )
    )
    return bool(found)


def settle(work: Work, keys: KeyRing | None, case: Case) -> None:
    """Let an open case wait for its owner if whom it waited for has no part in it.

    A case waits for a center only while one has it.
    """
    if case.state == State.HOSPITAL.value and not is_with_center(work, case):
        wait(work, keys, case, Side.FACILITATOR)
    if case.resumes == State.HOSPITAL.value and not is_with_center(work, case):
        case.resumes = State.FACILITATOR.value
