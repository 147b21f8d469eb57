"""The cases that were referred to a hospital: its list, its counts, one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from directory.cases.model import Case, Message, Move, Referral
from directory.cases.queries.access import referred, referred_case
from directory.cases.queries.timeline import Line, timeline
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import (
    Decline,
    Lack,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.inquiries.queries import data_key_of

PER_PAGE = 25
"""Cases of one page."""

SEEN_LINES = frozenset(
    {
        Kind.STEPPED,
        Kind.WAITS,
        Kind.PAUSED,
        Kind.RESUMED,
        Kind.CLOSED,
        Kind.REOPENED,
        Kind.HANDED_OVER,
        Kind.MERGED,
    }
)
"""Lines about the whole case that a hospital reads; of others it reads those about
itself alone, so that it learns of no other center."""


class Which(StrEnum):
    """Which cases a list shows."""

    OURS = "ours"
    """The hospital must do something."""
    LATE = "late"
    """And it is overdue."""
    ACCEPTED = "accepted"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One case in a hospital's list.

    Args:
        reference: What staff call it.
        center: Slug of the hospital's listing.
        due_at: By when somebody must act: for an answer that is owed, or in the case.
        is_ours: Whether that is the hospital.
        is_late: Whether that is over.
        is_unopened: Whether nobody there has opened it.
        new: Messages that nobody there has read.
    """

    id: str
    reference: str
    center: str
    state: ReferralState
    step: Step
    case_state: State
    due_at: datetime | None
    is_ours: bool
    is_late: bool
    is_unopened: bool
    new: int
    offered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases a hospital has, by what they wait for and by step.

    Args:
        by: Cases of each kind of list.
        table: Cases by state of the referral and step.
    """

    by: Mapping[Which, int]
    table: Mapping[tuple[ReferralState, Step], int]


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """One case as the hospital reads it; nothing that was said of a person.

    Args:
        version: Of the referral, for what is sent from the page.
        due_at: As of :class:`ReferralRow`.
        words: What the hospital wrote to its last answer.
        lines: What happened, the newest first.
        inquiry: Id of the inquiry, for what is sealed with its key.
    """

    id: str
    inquiry: str
    reference: str
    center: str
    version: int
    state: ReferralState
    step: Step
    case_state: State
    due_at: datetime | None
    is_ours: bool
    is_late: bool
    is_leading: bool
    lacks: tuple[Lack, ...]
    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PastReferral:
    """A case that a hospital had, and has no longer.

    Args:
        state: What became of it there.
        at: When.
        reason: Code of why it ended, if it did, as of
            :class:`directory.cases.rules.machine.Why`; else empty.
        decline: By which code the hospital declined it.
    """

    reference: str
    center: str
    state: ReferralState
    at: datetime | None
    reason: str
    decline: Decline | None


def referrals(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    which: Which = Which.OURS,
    step: Step | None = None,
    page: int = 1,
) -> tuple[tuple[ReferralRow, ...], int]:
    """Return a page of the cases of the actor's hospital, and how many there are.

    What the hospital must do comes first, and of that what is due first.

    Args:
        session: Read only here.
        actor: Somebody of the hospital.
        now: Against which deadlines are judged.
        which: Which of them.
        step: Those in one step alone.
        page: From 1.
    """
    wanted = [referred(actor), _condition(which, now)]
    if step is not None:
        wanted.append(Case.step == step.value)
    total = session.scalar(
        select(func.count())
        .select_from(Referral)
        .join(Case, Case.id == Referral.case_id)
        .where(*wanted)
    )
    unread = (
        select(func.count())
        .select_from(Message)
        .where(
            Message.referral_id == Referral.id,
            Message.side != Side.HOSPITAL.value,
            Message.read_by_hospital_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Referral, Case, unread)
        .join(Case, Case.id == Referral.case_id)
        .where(*wanted)
        .order_by(
            case((_ours(), 0), else_=1),
            func.coalesce(Referral.due_at, Case.due_at),
            Referral.id,
        )
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return tuple(_row(row, of, new, now) for row, of, new in rows), total or 0


def counts(session: Session, actor: Actor, *, now: datetime) -> Counts:
    """Return how many cases the actor's hospital has."""
    joined = select(func.count()).select_from(Referral).join(Case)
    by = {
        which: session.scalar(joined.where(referred(actor), _condition(which, now)))
        or 0
        for which in Which
    }
    rows = session.execute(
        select(Referral.state, Case.step, func.count())
        .join(Case, Case.id == Referral.case_id)
        .where(referred(actor))
        .group_by(Referral.state, Case.step)
        .order_by(Case.step, Referral.state)
    )
    return Counts(
        by=by,
        table={
            (ReferralState(state), Step(step)): count for state, step, count in rows
        },
    )


def referral_page(
    session: Session, actor: Actor, keys: KeyRing, referral: str, *, now: datetime
) -> ReferralPage:
    """Return one case of the actor's hospital.

    Raises:
        NotFoundError: If it is not theirs.
    """
    row = referred_case(session, actor, referral)
    of = session.get_one(Case, row.case_id)
    short = _row(row, of, 0, now)
    words = ""
    if row.words is not None:
        key = data_key_of(session, keys, of.inquiry_id)
        words = open_words(key, "referral", "words", row.id, row.words)
    return ReferralPage(
        id=row.id,
        inquiry=of.inquiry_id,
        reference=of.reference,
        center=row.center,
        version=row.version,
        state=short.state,
        step=short.step,
        case_state=short.case_state,
        due_at=short.due_at,
        is_ours=short.is_ours,
        is_late=short.is_late,
        is_leading=row.is_leading,
        lacks=tuple(Lack(code) for code in row.lacks),
        words=words,
        lines=tuple(
            line
            for line in timeline(session, of.id, referrals=[row.id])
            if line.center is not None or line.kind in SEEN_LINES
        ),
    )


def past_referral(session: Session, actor: Actor, referral: str) -> PastReferral:
    """Return what became of a case that the actor's hospital had.

    Raises:
        NotFoundError: If it never had it, or still has it.
    """
    found = session.execute(
        select(Referral, Case.reference)
        .join(Case, Case.id == Referral.case_id)
        .where(
            Referral.id == referral,
            Referral.organization_id == actor.organization,
            Referral.offered_at.is_not(None),
            Referral.state.in_(sorted(PAST)),
        )
    ).first()
    if found is None or actor.organization is None:
        raise NotFoundError(referral=referral)
    row, reference = found
    last = session.scalar(
        select(Move)
        .where(Move.referral_id == referral, Move.kind.in_(sorted(PAST.values())))
        .order_by(Move.id.desc())
        .limit(1)
    )
    return PastReferral(
        reference=reference,
        center=row.center,
        state=ReferralState(row.state),
        at=last.at if last else None,
        reason=str(last.facts.get("why", "")) if last else "",
        decline=Decline(row.decline) if row.decline else None,
    )


PAST: Mapping[ReferralState, Kind] = {
    ReferralState.DECLINED: Kind.DECLINED,
    ReferralState.EXPIRED: Kind.EXPIRED,
    ReferralState.ENDED: Kind.REFERRAL_ENDED,
}
"""States of a case that a hospital had, with the line that says so."""


def _ours() -> ColumnElement[bool]:
    """Return the condition that the hospital must do something."""
    return or_(
        Referral.state == ReferralState.OFFERED.value,
        and_(
            Referral.state == ReferralState.ACCEPTED.value,
            Case.state == State.HOSPITAL.value,
        ),
    )


def _condition(which: Which, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a case stands in a list."""
    if which is Which.ALL:
        return true()
    if which is Which.ACCEPTED:
        return Referral.state == ReferralState.ACCEPTED.value
    if which is Which.OURS:
        return _ours()
    return and_(_ours(), func.coalesce(Referral.due_at, Case.due_at) < now)


def _row(row: Referral, of: Case, new: int, now: datetime) -> ReferralRow:
    state, case_state = ReferralState(row.state), State(of.state)
    is_ours = state is ReferralState.OFFERED or (
        state is ReferralState.ACCEPTED and case_state is State.HOSPITAL
    )
    due_at = row.due_at or of.due_at
    return ReferralRow(
        id=row.id,
        reference=of.reference,
        center=row.center,
        state=state,
        step=Step(of.step),
        case_state=case_state,
        due_at=due_at,
        is_ours=is_ours,
        is_late=is_ours and due_at is not None and due_at < now,
        is_unopened=row.opened_at is None,
        new=new,
        offered_at=row.offered_at,
    )
