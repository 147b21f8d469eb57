"""Writing promises and changes down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from directory.core.work import Work
from directory.outbox.model import Change, Promise

FEED_LOCK = 7_214_002
"""PostgreSQL advisory lock that makes places in the feed follow commit order."""


def promise(
    work: Work, kind: str, *, due: datetime | None = None, **payload: object
) -> None:
    """Write down an effect that a job will keep after this transaction.

    Args:
        work: The transaction that the promise belongs to.
        kind: Which effect, e.g. ``mail.inquiry-received``.
        due: When to keep it; at once if not given.
        payload: JSON values; ids only, never words about a person.
    """
    work.session.add(
        Promise(kind=kind, payload=payload, made_at=work.now, due_at=due or work.now)
    )
    work.session.flush()


def announce(work: Work, subject: str) -> None:
    """Tell every node that a public thing changed, was added or was withdrawn.

    Places in the feed are taken in commit order, so that a node that has
    reached a place has seen everything before it.

    Args:
        work: The transaction that the change belongs to.
        subject: ``kind:key``, e.g. ``center:nanfang-hospital``; ``vocabulary``
            announces that all words must be read again.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": FEED_LOCK}
        )
    work.session.add(Change(subject=subject, at=work.now))
    work.session.flush()
