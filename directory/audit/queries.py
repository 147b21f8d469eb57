"""Reading the log, and proving that nobody rewrote it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from directory.audit.model import Entry
from directory.audit.rules import GENESIS, VERIFIED, seal
from directory.core.db import Session
from directory.core.errors import NotFoundError


class Misfit(StrEnum):
    """What does not fit about an entry."""

    MISSING = "missing"
    """Entries before it are not there."""

    PREVIOUS = "previous"
    """It does not hang on the entry before it: one was put in, taken out, or they
    changed places."""

    CONTENT = "content"
    """Its seal was made over something else than it says now."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not fit.

    Args:
        seq: Its place.
        event: What it says happened.
        misfit: What does not fit.
    """

    seq: int
    event: str
    misfit: Misfit


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found.

    Args:
        entries: How many entries were walked and fit.
        broken: The first that does not, or ``None``.
        head: Seal of the last entry that fits.
    """

    entries: int
    broken: Broken | None
    head: str

    @property
    def broken_at(self) -> int | None:
        """Return the place of the first entry that does not fit, or nothing."""
        return self.broken.seq if self.broken else None


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
            misfit = _misfit(row, walked + 1, previous)
            if misfit is not None:
                return Verdict(walked, Broken(row.seq, row.event, misfit), previous)
            previous, walked = row.seal, walked + 1
    return Verdict(walked, None, previous)


def _misfit(row: Entry, place: int, previous: str) -> Misfit | None:
    if row.seq != place:
        return Misfit.MISSING
    if row.previous != previous:
        return Misfit.PREVIOUS
    expected = seal(
        previous,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        event=row.event,
        subject=row.subject,
        facts=row.facts,
    )
    return None if row.seal == expected else Misfit.CONTENT


@dataclass(frozen=True, slots=True)
class EntryView:
    """One thing that happened.

    Args:
        seq: Its place in the chain.
        at: When.
        actor: Who, as the log names them.
        event: What happened.
        subject: To what.
        facts: Ids, keys, digests, numbers.
        previous: Seal of the entry before.
        seal: Its own.
    """

    seq: int
    at: datetime
    actor: str
    event: str
    subject: str
    facts: Mapping[str, Any]
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the log.

    Args:
        actor: Whole name or its beginning, e.g. ``person:``; any if empty.
        event: Whole event or its beginning, e.g. ``member.``.
        subject: Whole subject or its beginning.
        since: First day, in UTC.
        until: Last day, in UTC.
        before: Only entries before this place; from the newest if not given.
        after: Only entries after this place, the nearest.
        at_most: Entries of a page.
    """

    actor: str = ""
    event: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    after: int | None = None
    at_most: int = 50


@dataclass(frozen=True, slots=True)
class Entries:
    """One page of the log, the newest first.

    Args:
        entries: What happened.
        newer: Place after which newer ones lie, if there are any.
        older: Place before which older ones lie, if there are any.
    """

    entries: tuple[EntryView, ...]
    newer: int | None
    older: int | None


def entries(session: Session, asked: Asked) -> Entries:
    """Return one page of the log, by place: it grows while it is read.

    For administrators' pages, whose blueprint asks who reads.
    """
    conditions = list(_conditions(asked))
    query = select(Entry).where(*conditions)
    if asked.after is not None:
        rows = list(
            session.scalars(
                query.where(Entry.seq > asked.after)
                .order_by(Entry.seq)
                .limit(asked.at_most)
            )
        )[::-1]
    else:
        if asked.before is not None:
            query = query.where(Entry.seq < asked.before)
        rows = list(
            session.scalars(query.order_by(Entry.seq.desc()).limit(asked.at_most))
        )
    if not rows:
        return Entries((), None, None)

    def lies(beyond: ColumnElement[bool]) -> bool:
        found = session.scalar(select(Entry.seq).where(beyond, *conditions).limit(1))
        return found is not None

    newest, oldest = rows[0].seq, rows[-1].seq
    return Entries(
        tuple(_view(row) for row in rows),
        newest if lies(Entry.seq > newest) else None,
        oldest if lies(Entry.seq < oldest) else None,
    )


def entry(session: Session, seq: int) -> EntryView:
    """Return one entry by its place.

    Raises:
        NotFoundError: If there is none.
    """
    row = session.get(Entry, seq)
    if row is None:
        raise NotFoundError(entry=seq)
    return _view(row)


def events(session: Session) -> tuple[str, ...]:
    """Return every event that the log knows, sorted."""
    return tuple(session.scalars(select(Entry.event).distinct().order_by(Entry.event)))


def count(session: Session) -> int:
    """Return how many entries there are."""
    return session.scalar(select(func.count()).select_from(Entry)) or 0


def last_verified(session: Session) -> EntryView | None:
    """Return the entry that says what the last walk along the chain found."""
    row = session.scalar(
        select(Entry).where(Entry.event == VERIFIED).order_by(Entry.seq.desc()).limit(1)
    )
    return _view(row) if row else None


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, words in (
        (Entry.actor, asked.actor),
        (Entry.event, asked.event),
        (Entry.subject, asked.subject),
    ):
        if words:
            found.append(column.startswith(words, autoescape=True))
    if asked.since is not None:
        found.append(Entry.at >= _midnight(asked.since))
    if asked.until is not None:
        found.append(Entry.at < _midnight(asked.until) + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _view(row: Entry) -> EntryView:
    return EntryView(
        row.seq,
        row.at,
        row.actor,
        row.event,
        row.subject,
        row.facts,
        row.previous,
        row.seal,
    )
