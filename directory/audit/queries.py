"""Reading the log, and proving that nobody rewrote it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from directory.audit.model import Entry
from directory.audit.rules import GENESIS, seal
from directory.core.db import Session


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found.

    Args:
        entries: How many entries were walked.
        broken_at: Place of the first entry that does not fit, or ``None``.
        head: Seal of the last entry that fits.
    """

    entries: int
    broken_at: int | None
    head: str


def verify(session: Session) -> Verdict:
    """Walk the whole chain and name the first broken link.

    A chain alone does not show that its end was cut off: compare ``head`` and
    ``entries`` with what was noted elsewhere.
    """
    previous, walked = GENESIS, 0
    found = session.scalars(
        select(Entry).order_by(Entry.seq).execution_options(yield_per=1000)
    )
    with closing(found) as rows:
        for row in rows:
            expected = seal(
                previous,
                seq=row.seq,
                at=row.at,
                actor=row.actor,
                event=row.event,
                subject=row.subject,
                facts=row.facts,
            )
            follows = row.seq == walked + 1 and row.previous == previous
            if not follows or row.seal != expected:
                return Verdict(walked, row.seq, previous)
            previous, walked = row.seal, walked + 1
    return Verdict(walked, None, previous)
