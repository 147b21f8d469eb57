"""Moving a case: from step to step, to rest and on, to its end and back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select

from directory.cases.actions.due import (
    check_open,
    check_waited,
    is_with_center,
    wait,
    wait_at,
)
from directory.cases.actions.offering import end
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Referral
from directory.cases.queries.access import (
    held_case,
    held_patients_case,
    held_referral,
    shared,
)
from directory.cases.rules.deadlines import REOPENED_WITHIN, SIDES, pause_ends
from directory.cases.rules.machine import (
    PATIENTS_CLOSINGS,
    CaseRestsError,
    ClosingRefusedError,
    NotPausedError,
    ReopenRefusedError,
    StepRefusedError,
    Why,
    check_move,
)
from directory.cases.rules.states import (
    OPEN_REFERRALS,
    Closing,
    PauseReason,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.life import State as InquiryState


def move_step(
    work: Work,
    case: str,
    to: Step,
    *,
    waits_for: Side,
    version: int,
    keys: KeyRing | None = None,
) -> None:
    """Move a case to another step as who looks after it.

    Steps that a center moves, the owner moves for a center that nobody keeps here.

    Args:
        work: The transaction.
        case: Its id.
        to: The step.
        waits_for: Who is waited for then.
        version: As the page showed it.
        keys: To count a patient's days by their own clock.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs.
        CaseChangedError: If it changed since the page was made.
        CaseRestsError: If it was closed.
        CasePausedError: If it rests.
        StepRefusedError: If the table has no such move.
        WaitRefusedError: If there is nobody on that side.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    check_open(row)
    in_stead = bool(
        work.session.scalar(
            select(
                exists().where(
                    Referral.case_id == row.id,
                    Referral.organization_id.is_(None),
                    Referral.state == ReferralState.ACCEPTED.value,
                )
            )
        )
    )
    check_move(Side.FACILITATOR, row.step, to, in_stead=in_stead)
    _step(work, keys, row, to, waits_for, Side.FACILITATOR, None)


def move_step_as_hospital(
    work: Work,
    referral: str,
    to: Step,
    *,
    waits_for: Side,
    version: int,
    keys: KeyRing | None = None,
) -> None:
    """Move a case to another step as a center that has accepted it.

    Args and errors are those of :func:`move_step`; ``version`` is the referral's.
    """
    work.require(Permission.ANSWER_REFERRAL)
    case, row = held_referral(work, referral, version)
    if f"center:{row.center}" not in shared(work.session, case.inquiry_id):
        raise NotFoundError(referral=referral)
    check_open(case)
    if row.state != ReferralState.ACCEPTED.value:
        raise StepRefusedError(from_=case.step, to=to.value, side=Side.HOSPITAL.value)
    check_move(Side.HOSPITAL, case.step, to)
    row.version += 1
    _step(work, keys, case, to, waits_for, Side.HOSPITAL, row)


def wait_for(
    work: Work, case: str, side: Side, version: int, keys: KeyRing | None = None
) -> None:
    """Say who is waited for in a step; their time begins now.

    Args and errors are those of :func:`move_step`.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    check_open(row)
    check_waited(work, row, side)
    wait(work, keys, row, side)
    tell(work, row, Kind.WAITS, side=Side.FACILITATOR)


def pause(
    work: Work, case: str, reason: PauseReason, until: date, version: int
) -> None:
    """Let a case rest until a day; then it goes on by itself.

    Raises:
        PauseRefusedError: If the day is not ahead, or more than 180 days away.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    check_open(row)
    ends = pause_ends(until, work.now)
    row.resumes, row.paused_for = row.state, reason.value
    row.state, row.due_at, row.warnings = State.PAUSED.value, ends, 0
    tell(
        work,
        row,
        Kind.PAUSED,
        side=Side.FACILITATOR,
        reason=reason.value,
        until=until.isoformat(),
    )


def resume(work: Work, case: str, version: int, keys: KeyRing | None = None) -> None:
    """Let a case that rests go on before its day.

    Raises:
        NotPausedError: If it does not rest.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    go_on(work, keys, row, side=Side.FACILITATOR)


def go_on(work: Work, keys: KeyRing | None, case: Case, *, side: Side) -> None:
    """Let a locked case that rests go on; whoever is waited for has the whole time.

    Raises:
        NotPausedError: If it does not rest.
    """
    if case.state != State.PAUSED.value:
        raise NotPausedError(state=case.state)
    waits = SIDES[State(case.resumes or State.FACILITATOR.value)]
    if waits is Side.HOSPITAL and not is_with_center(work, case):
        waits = Side.FACILITATOR
    case.resumes = case.paused_for = None
    wait(work, keys, case, waits)
    for row in _open(work, case):
        if row.due_at is None:
            continue
        owes = (
            Side.HOSPITAL if row.state == ReferralState.OFFERED.value else Side.PATIENT
        )
        wait_at(work, keys, case, row, owes)
    tell(work, case, Kind.RESUMED, side=side)


def close(work: Work, case: str, code: Closing, version: int) -> None:
    """Close a case for a reason; centers that have it lose it.

    Raises:
        CaseRestsError: If it was closed before.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    if row.state == State.CLOSED.value:
        raise CaseRestsError
    end_case(work, row, code, Side.FACILITATOR)


def close_as_patient(work: Work, inquiry: str, code: Closing) -> None:
    """Close a case as whoever holds the code; closing it again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no case.
        ClosingRefusedError: If patients have no such reason.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    if code not in PATIENTS_CLOSINGS:
        raise ClosingRefusedError(code=code.value)
    row = held_patients_case(work, inquiry)
    if row.state != State.CLOSED.value:
        end_case(work, row, code, Side.PATIENT)


def reopen(work: Work, case: str, version: int, keys: KeyRing | None = None) -> None:
    """Open a case again that was closed lately; its owner is waited for.

    Centers do not get it back by this: the owner offers it anew.

    Raises:
        ReopenRefusedError: ``open`` if it is, ``late`` if too long ago, ``withdrawn``
            if the patient took the inquiry back, ``duplicate`` if another goes on.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    if row.closed_at is None:
        raise ReopenRefusedError(reason="open")
    if row.closed_at + REOPENED_WITHIN < work.now:
        raise ReopenRefusedError(reason="late")
    if row.duplicate_of is not None:
        raise ReopenRefusedError(reason="duplicate")
    inquiry = work.session.get_one(Inquiry, row.inquiry_id, populate_existing=True)
    if inquiry.state != InquiryState.RECEIVED.value:
        raise ReopenRefusedError(reason="withdrawn")
    row.closed_at = row.closing = None
    wait(work, keys, row, Side.FACILITATOR)
    tell(work, row, Kind.REOPENED, side=Side.FACILITATOR)


def _step(
    work: Work,
    keys: KeyRing | None,
    case: Case,
    to: Step,
    waits_for: Side,
    side: Side,
    referral: Referral | None,
) -> None:
    check_waited(work, case, waits_for)
    before = case.step
    case.step, case.step_since = to.value, work.now
    wait(work, keys, case, waits_for)
    center = referral.center if referral else None
    tell(
        work,
        case,
        Kind.STEPPED,
        side=side,
        before=before,
        to=to.value,
        center=center,
    )


def end_case(work: Work, case: Case, code: Closing, side: Side) -> None:
    """Close a case that the calling action holds; centers see it no longer.

    Who may is asked by that action.
    """
    case.state, case.closing, case.closed_at = State.CLOSED.value, code.value, work.now
    case.due_at = case.resumes = case.paused_for = None
    case.warnings = 0
    for row in _open(work, case):
        end(work, case, row, Why.CLOSED, side=side)
    tell(work, case, Kind.CLOSED, side=side, code=code.value)


def _open(work: Work, case: Case) -> list[Referral]:
    found = work.session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id, Referral.state.in_(sorted(OPEN_REFERRALS)))
        .order_by(Referral.place, Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)
