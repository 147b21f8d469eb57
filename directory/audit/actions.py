"""Writing to the log."""

from __future__ import annotations

from sqlalchemy import select, text

from directory.audit.model import Entry
from directory.audit.queries import Verdict
from directory.audit.rules import GENESIS, RECORDED, VERIFIED, Recorded, seal
from directory.core.permissions import Permission
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
    work.session.info.setdefault(RECORDED, []).append(
        Recorded(seq, event, subject, work.actor.name)
    )


def note_verdict(work: Work, verdict: Verdict) -> None:
    """Write down what a walk along the chain found, and who had it done.

    Args:
        work: The transaction.
        verdict: Found by reading, in a transaction of its own.

    Raises:
        RefusedError: If the actor may not.
    """
    work.require(Permission.VERIFY_AUDIT)
    record(
        work,
        VERIFIED,
        "audit",
        entries=verdict.entries,
        head=verdict.head,
        broken_at=verdict.broken_at,
        misfit=verdict.broken.misfit.value if verdict.broken else None,
    )


def note_export(work: Work, table: str, rows: int) -> None:
    """Write down that a table left the directory, and with whom.

    Args:
        work: The transaction.
        table: Which, e.g. ``people``.
        rows: How many rows it had.

    Raises:
        RefusedError: If the actor may not take tables with them.
    """
    work.require(Permission.EXPORT_TABLES)
    record(work, "table.exported", f"table:{table}", rows=rows)
