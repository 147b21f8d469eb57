"""Reading the feed of changes, and how promises stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from directory.core.db import Session
from directory.outbox.model import Change, Promise

LATE = timedelta(minutes=5)
"""How long after its time a promise that is not kept becomes a fault."""


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
    """How many promises are still to be kept.

    Args:
        due: Those whose time has come.
        overdue: Of these, those whose time came longer than :data:`LATE` ago.
    """

    due: int
    overdue: int


def promises(session: Session, now: datetime) -> Promises:
    """Count the promises that should be kept by now and are not."""
    late = case((Promise.due_at < now - LATE, 1), else_=0)
    due, overdue = session.execute(
        select(func.count(), func.coalesce(func.sum(late), 0)).where(
            Promise.kept_at.is_(None), Promise.due_at <= now
        )
    ).one()
    return Promises(due, overdue)


def waiting_since(session: Session, place: int) -> datetime | None:
    """Return when the first change after a place was announced, if there is one."""
    return session.scalar(
        select(Change.at).where(Change.seq > place).order_by(Change.seq).limit(1)
    )
