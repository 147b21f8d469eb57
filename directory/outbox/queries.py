"""Reading the feed of changes, and how promises stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select

from directory.core.db import Session
from directory.outbox.model import Change, DeadAddress, Promise
from directory.outbox.rules import MOST_FAULTS

LATE = timedelta(minutes=5)
"""How long after its time a promise that is not kept becomes a fault."""

LATELY = timedelta(days=1)
"""How long somebody should be told of promises that were given up."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What changed after some place in the feed.

    Args:
        subjects: Each changed thing once, in the order of its last change.
        reached: Place up to which ``subjects`` speaks.
    """

    subjects: tuple[str, ...]
    reached: int


def changes_after(session: Session, place: int, *, at_most: int = 5000) -> Feed:
    """Return what changed after a place, collapsed to one entry per subject."""
    rows = session.execute(
        select(Change.seq, Change.subject)
        .where(Change.seq > place)
        .order_by(Change.seq)
        .limit(at_most)
    ).all()
    last = {row.subject: row.seq for row in rows}
    return Feed(
        subjects=tuple(sorted(last, key=last.__getitem__)),
        reached=rows[-1].seq if rows else place,
    )


def head(session: Session) -> int:
    """Return the last place of the feed; 0 while nothing was announced."""
    return session.scalar(select(func.max(Change.seq))) or 0


def latest(session: Session) -> tuple[int, datetime | None]:
    """Return the last place of the feed and when it was taken.

    The moment tells two histories apart that reached the same place, as a
    restored database may.
    """
    row = session.connection().execute(_LATEST).first()
    return (row.seq, row.at) if row else (0, None)


_LATEST = select(Change.seq, Change.at).order_by(Change.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Promises:
    """How many promises are still to be kept, and how many will not be.

    Args:
        due: Those whose time has come.
        overdue: Of these, those whose time came longer than :data:`LATE` ago.
        given_up: Those that are not tried any more; remembered for a month.
        lost: Of these, those of the last day whose address is not dead: somebody
            should look why.
        dead: Addresses to which nothing is sent.
    """

    due: int
    overdue: int
    given_up: int = 0
    lost: int = 0
    dead: int = 0


def promises(session: Session, now: datetime) -> Promises:
    """Count the promises that should be kept by now and are not.

    One that is tried again and again has a new time each time, so the first one
    counts for whether it is late.
    """
    since = func.coalesce(Promise.first_tried_at, Promise.due_at)
    late = case((since < now - LATE, 1), else_=0)
    due, overdue = session.execute(
        select(func.count(), func.coalesce(func.sum(late), 0)).where(
            Promise.kept_at.is_(None),
            Promise.given_up_at.is_(None),
            or_(Promise.due_at <= now, Promise.first_tried_at.is_not(None)),
        )
    ).one()
    is_lost = case(
        (Promise.given_up_at <= now - LATELY, 0),
        (DeadAddress.digest.is_not(None), 0),
        else_=1,
    )
    given_up, lost = session.execute(
        select(func.count(), func.coalesce(func.sum(is_lost), 0))
        .select_from(Promise)
        .outerjoin(DeadAddress, DeadAddress.digest == Promise.target)
        .where(Promise.given_up_at.is_not(None))
    ).one()
    dead = session.scalar(select(func.count()).select_from(DeadAddress))
    return Promises(due, overdue, given_up, lost, dead or 0)


def is_due(session: Session, kinds: Collection[str], now: datetime) -> bool:
    """Tell whether a promise of these kinds could be claimed now."""
    found = session.scalar(
        select(Promise.id)
        .where(
            Promise.kept_at.is_(None),
            Promise.given_up_at.is_(None),
            Promise.due_at <= now,
            or_(Promise.leased_until.is_(None), Promise.leased_until <= now),
            Promise.kind.in_(kinds),
        )
        .limit(1)
    )
    return found is not None


def dead(session: Session, digest: str) -> str | None:
    """Return the code by which an address was refused for good, if it was.

    Args:
        session: Read only here.
        digest: Keyed digest of the address.
    """
    return session.scalar(select(DeadAddress.code).where(DeadAddress.digest == digest))


@dataclass(frozen=True, slots=True)
class Unkept:
    """A promise that was tried and not kept so far.

    Args:
        number: Names it.
        kind: Which effect, e.g. ``mail.invitation``.
        failure: Code of the last failure.
        about: Whom it concerns, e.g. ``person:<public id>``, if that is known.
        tries: How many there were.
        is_dead: Whether it was for an address that is dead.
        is_ours: Whether it was set aside for faults of this program.
        first_tried_at: When it was tried first.
        due_at: When it is tried next, unless it was given up.
        given_up_at: When it was given up, if it was.
    """

    number: int
    kind: str
    failure: str
    about: str | None
    tries: int
    is_dead: bool
    is_ours: bool
    first_tried_at: datetime
    due_at: datetime
    given_up_at: datetime | None


def unkept(
    session: Session, beginning: str, *, at_most: int = 200
) -> tuple[Unkept, ...]:
    """Return promises that failed: first those given up, the latest first.

    Args:
        session: Read only here.
        beginning: Of their kind, e.g. ``mail.``.
        at_most: So many.
    """
    rows = session.execute(
        select(Promise, DeadAddress.digest)
        .outerjoin(DeadAddress, DeadAddress.digest == Promise.target)
        .where(
            Promise.kept_at.is_(None),
            Promise.failure.is_not(None),
            Promise.kind.startswith(beginning, autoescape=True),
        )
        .order_by(
            Promise.given_up_at.is_(None),
            Promise.given_up_at.desc(),
            Promise.due_at,
            Promise.id,
        )
        .limit(at_most)
    )
    return tuple(
        Unkept(
            number=row.id,
            kind=row.kind,
            failure=row.failure or "",
            about=row.about,
            tries=row.tries,
            is_dead=digest is not None,
            is_ours=row.faults >= MOST_FAULTS,
            first_tried_at=row.first_tried_at or row.made_at,
            due_at=row.due_at,
            given_up_at=row.given_up_at,
        )
        for row, digest in rows
    )


def waiting_since(session: Session, place: int) -> datetime | None:
    """Return when the first change after a place was announced, if there is one."""
    return session.scalar(
        select(Change.at).where(Change.seq > place).order_by(Change.seq).limit(1)
    )
