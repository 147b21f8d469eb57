"""Reading the feed of changes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from directory.core.db import Session
from directory.outbox.model import Change


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
