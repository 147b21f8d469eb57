"""Writing to the log."""

from __future__ import annotations

from sqlalchemy import select, text

from directory.audit.model import Entry
from directory.audit.rules import GENESIS, seal
from directory.core.work import Work

CHAIN_LOCK = 7_214_001
"""PostgreSQL advisory lock that lets one transaction at a time add entries."""


def record(work: Work, event: str, subject: str, **facts: object) -> None:
    """Add one entry, sealed to the one before, in the same transaction.

    Open to every actor: what may be done is asked by the action that did it.

    Args:
        work: The transaction that the event belongs to.
        event: What happened, ``noun.past-verb``, e.g. ``listing.published``.
        subject: What it happened to, e.g. ``center:nanfang-hospital``.
        facts: JSON values; ids and digests, never words about a person.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK}
        )
    last = work.session.execute(
        select(Entry.seq, Entry.seal).order_by(Entry.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.seal) if last else (1, GENESIS)
    work.session.add(
        Entry(
            seq=seq,
            at=work.now,
            actor=work.actor.name,
            event=event,
            subject=subject,
            facts=facts,
            previous=previous,
            seal=seal(
                previous,
                seq=seq,
                at=work.now,
                actor=work.actor.name,
                event=event,
                subject=subject,
                facts=facts,
            ),
        )
    )
    work.session.flush()
