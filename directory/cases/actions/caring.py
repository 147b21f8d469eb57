"""What giving something to a case has in common: who may, and who is waited for."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from directory.cases.actions.due import wait
from directory.cases.model import Case, Referral
from directory.cases.queries.access import (
    CaseChangedError,
    held_case,
    held_patients_case,
    held_referral,
    shared,
)
from directory.cases.rules.deadlines import CHINA
from directory.cases.rules.machine import CaseRestsError
from directory.cases.rules.states import (
    WAITING,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission, holds
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import sent_person

__all__ = [
    "CaseRestsError",
    "NotAcceptedError",
    "given_by",
    "hand_to",
    "patients_zone",
    "taken_by_patient",
    "today_there",
    "zone_named",
]


class NotAcceptedError(DirectoryError):
    """The center has not accepted the case, or no longer has it."""

    code = "referral.not-accepted"


def given_by(
    work: Work, referral: str, version: int | None = None
) -> tuple[Case, Referral, Side]:
    """Return a case, its referral, and the side that gives something; both locked.

    A hospital gives in its own name. For a center that nobody keeps here, the owner
    of the case gives what it was told by other means.

    Raises:
        RefusedError: If the actor does neither.
        NotFoundError: If the referral is not theirs, or consent has ended.
        CaseChangedError: If it changed since the page was made.
        NotAcceptedError: If the center has not accepted the case.
        CaseRestsError: If the case was closed.
    """
    if holds(work.actor, Permission.ANSWER_REFERRAL):
        case, row = held_referral(work, referral, version)
        side = Side.HOSPITAL
    else:
        work.require(Permission.WORK_ON_CASE)
        case, row = _held_unkept(work, referral, version)
        side = Side.FACILITATOR
    if f"center:{row.center}" not in shared(work.session, case.inquiry_id):
        raise NotFoundError(referral=referral)
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    if row.state != ReferralState.ACCEPTED.value:
        raise NotAcceptedError(state=row.state)
    return case, row, side


def taken_by_patient(work: Work, inquiry: str, referral: str) -> tuple[Case, Referral]:
    """Return the case of whoever holds the code and one of its referrals, locked.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If the referral is another case's.
        NotAcceptedError: If the center no longer has the case.
        CaseRestsError: If the case was closed.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case = held_patients_case(work, inquiry)
    row = _locked(work, referral)
    if row is None or row.case_id != case.id:
        raise NotFoundError(referral=referral)
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    if row.state != ReferralState.ACCEPTED.value:
        raise NotAcceptedError(state=row.state)
    return case, row


def hand_to(work: Work, keys: KeyRing, case: Case, side: Side, step: Step) -> None:
    """Let a case wait for a side from now on, if it is in the step that this is of.

    A case that rests, or has come to another step, waits for whom it waited for.
    """
    if case.step != step.value or case.state not in WAITING.values():
        return
    wait(work, keys, case, side)


def patients_zone(work: Work, keys: KeyRing, case: Case) -> ZoneInfo | None:
    """Return where the clock of the patient hangs, if they said it."""
    row = work.session.get_one(Inquiry, case.inquiry_id)
    return zone_named(sent_person(keys, row).time_zone)


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return a time zone by its IANA name; nothing if there is none of it."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def today_there(work: Work) -> date:
    """Return the day where the hospitals are."""
    return work.now.astimezone(CHINA).date()


def _held_unkept(
    work: Work, referral: str, version: int | None
) -> tuple[Case, Referral]:
    found = work.session.get(Referral, referral)
    if found is None:
        raise NotFoundError(referral=referral)
    case = held_case(work, found.case_id)
    row = _locked(work, referral)
    if row is None or row.organization_id is not None:
        raise NotFoundError(referral=referral)
    if version is not None and row.version != version:
        raise CaseChangedError
    return case, row


def _locked(work: Work, referral: str) -> Referral | None:
    return work.session.scalar(
        select(Referral)
        .where(Referral.id == referral)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
