"""Erasing an inquiry with its case, and taking one back."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from directory.audit import actions as log
from directory.cases.actions.moving import end_case
from directory.cases.actions.telling import tell
from directory.cases.model import (
    Call,
    Case,
    CaseMark,
    FollowUp,
    Letter,
    Look,
    Message,
    Move,
    NewsTold,
    Note,
    Quote,
    Referral,
    Task,
)
from directory.cases.rules.states import (
    SEEN_BY_HOSPITAL,
    Closing,
    Side,
    State,
)
from directory.cases.rules.timeline import Kind
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions import following
from directory.inquiries.actions.rows import held_sent, shred, subject
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.life import State as InquiryState
from directory.outbox import actions as queue

BATCH = 100
"""Inquiries that one transaction erases at most: each has many rows."""

BURY = "inquiry.bury"
"""Promise to put a tombstone into the store of files, which a restored backup of the
database does not undo; ``inquiry`` names whose."""

ASKED = "asked"
EXPIRED = "expired"
RESTORED = "restored"
"""It had been erased before, and came back with a backup."""


def withdraw(work: Work, inquiry: str) -> None:
    """Take an inquiry back: every consent ends, and its case is closed.

    It is erased some weeks later. Withdrawing again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it was never sent, or was erased.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    # The case is locked before its inquiry, as everywhere.
    case = _held_case(work, inquiry)
    following.withdraw(work, inquiry)
    if case is not None and case.state != State.CLOSED.value:
        end_case(work, case, Closing.WITHDREW, Side.PATIENT)


def erase_as_patient(work: Work, inquiry: str) -> None:
    """Erase an inquiry and its case, as whoever holds the code asked.

    Its key goes first, then everything that was sealed with it. Promises that its
    files are deleted from the store, and that a tombstone is put there. What stays is
    what counts need: an empty inquiry, its consents without names, which steps the
    case took and how it ended, and the log.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it was never sent, or was erased before.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    # The case is locked before its inquiry, as everywhere.
    _held_case(work, inquiry)
    row = held_sent(work.session, inquiry, work.now)
    _erase(work, row, reason=ASKED, side=Side.PATIENT, code=Closing.WITHDREW)


def expire(work: Work, *, at_most: int = BATCH) -> int:
    """Erase inquiries that were sent and kept long enough, with their cases.

    Args:
        work: The transaction.
        at_most: Inquiries erased in it.

    Returns:
        How many were erased; as many as ``at_most`` means that more may wait.

    Raises:
        RefusedError: If the actor may not expire inquiries.
    """
    work.require(Permission.EXPIRE)
    is_due = (
        Inquiry.erase_after <= work.now,
        Inquiry.state.in_([InquiryState.RECEIVED.value, InquiryState.WITHDRAWN.value]),
    )
    names = work.session.scalars(
        select(Inquiry.id).where(*is_due).order_by(Inquiry.erase_after).limit(at_most)
    ).all()
    done = 0
    for name in names:
        # The case is locked before its inquiry, as everywhere.
        _held_case(work, name)
        row = work.session.scalar(
            select(Inquiry)
            .where(Inquiry.id == name, *is_due)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is not None:
            _erase(
                work, row, reason=EXPIRED, side=Side.DIRECTORY, code=Closing.NO_REPLY
            )
            done += 1
    return done


def erase_again(work: Work, inquiries: Iterable[str]) -> int:
    """Erase what had been erased and came back with a backup.

    Args:
        work: The transaction.
        inquiries: Ids of inquiries that were erased once, in any state now. Those
            that this database does not know, or that are erased in it, are passed
            over.

    Returns:
        How many were erased again.

    Raises:
        RefusedError: If the actor may not expire inquiries.
    """
    work.require(Permission.EXPIRE)
    done = 0
    for inquiry in inquiries:
        row = work.session.get(Inquiry, inquiry, with_for_update=True)
        if row is None or row.state == InquiryState.ERASED.value:
            continue
        if row.state == InquiryState.DRAFT.value:
            # Of the time before it was sent.
            row.erase_after = work.now
        else:
            _erase(
                work, row, reason=RESTORED, side=Side.DIRECTORY, code=Closing.WITHDREW
            )
        done += 1
    work.session.flush()
    return done


def _erase(work: Work, row: Inquiry, *, reason: str, side: Side, code: Closing) -> None:
    case = _held_case(work, row.id)
    if case is not None:
        _empty(work, case, side, code)
    shred(work, row)
    log.record(work, "inquiry.erased", subject(row), reason=reason)
    queue.promise(work, BURY, inquiry=row.id)


def _empty(work: Work, case: Case, side: Side, code: Closing) -> None:
    """Take everything from a case that says something about a person."""
    session = work.session
    seen = session.scalars(
        select(Referral)
        .where(
            Referral.case_id == case.id,
            Referral.organization_id.is_not(None),
            Referral.state.in_(sorted(SEEN_BY_HOSPITAL)),
        )
        .order_by(Referral.place)
    ).all()
    if case.state != State.CLOSED.value:
        end_case(work, case, code, side)
    referrals = select(Referral.id).where(Referral.case_id == case.id)
    for by_referral in (Letter, Quote, Call, FollowUp):
        session.execute(
            delete(by_referral).where(by_referral.referral_id.in_(referrals))
        )
    for by_case in (Message, Note, Task, CaseMark):
        session.execute(delete(by_case).where(by_case.case_id == case.id))
    session.execute(delete(NewsTold).where(NewsTold.whom == f"case:{case.id}"))
    session.execute(update(Look).where(Look.case_id == case.id).values(reason=b""))
    session.execute(
        update(Move)
        # How a case was closed is a code, and counted.
        .where(Move.case_id == case.id, Move.kind != Kind.CLOSED.value)
        .values(facts={})
    )
    session.execute(
        update(Referral)
        .where(Referral.case_id == case.id)
        .values(words=None, reasons=None, lacks=[])
    )
    session.flush()
    for referral in seen:
        tell(work, case, Kind.ERASED, side=side, referral=referral)
    tell(work, case, Kind.ERASED, side=side)


def _held_case(work: Work, inquiry: str) -> Case | None:
    return work.session.scalar(
        select(Case)
        .where(Case.inquiry_id == inquiry)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
