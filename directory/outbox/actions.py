"""Writing promises and changes down, and how promises fared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, text, update

from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox.model import Change, DeadAddress, Promise
from directory.outbox.rules import (
    DEAD_FOR,
    KEPT_FOR,
    LEASE,
    MOST_FAULTS,
    is_too_late,
    pause,
)

FEED_LOCK = 7_214_002
"""PostgreSQL advisory lock that makes places in the feed follow commit order."""

ABANDONED = "abandoned"
"""Failure of a promise whose worker ended in the middle of it."""

OPEN = (Promise.kept_at.is_(None), Promise.given_up_at.is_(None))


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


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise that one worker may keep now, for as long as its lease.

    Args:
        id: Of the row.
        worker: Random; what is written later is heeded only with it.
        kind: Which effect.
        payload: As it was promised.
        made_at: When it was promised.
        tries: How many there were, with this one.
    """

    id: int
    worker: str
    kind: str
    payload: Mapping[str, Any]
    made_at: datetime
    tries: int


def claim(work: Work, kinds: Collection[str], worker: str) -> Claim | None:
    """Take the promise that has been due for longest, or nothing.

    Commit before keeping it: while the outside world is waited for, nobody else
    should wait for a lock. A promise whose worker ended in the middle of it is
    taken again when its lease is over; one that ends its workers again and again
    is set aside.

    Args:
        work: A transaction of its own.
        kinds: Those that the caller can keep.
        worker: Random, of 32 characters, new for each claim.

    Raises:
        RefusedError: If the actor may not keep promises.
    """
    work.require(Permission.KEEP_PROMISES)
    while True:
        row = work.session.scalar(
            select(Promise)
            .where(
                *OPEN,
                Promise.due_at <= work.now,
                or_(Promise.leased_until.is_(None), Promise.leased_until <= work.now),
                Promise.kind.in_(kinds),
            )
            .order_by(Promise.due_at, Promise.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        if row.leased_until is not None:
            row.faults += 1
            row.failure = ABANDONED
            if row.faults >= MOST_FAULTS:
                row.given_up_at, row.worker, row.leased_until = work.now, None, None
                work.session.flush()
                continue
        row.tries += 1
        row.first_tried_at = row.first_tried_at or work.now
        row.worker, row.leased_until = worker, work.now + LEASE
        work.session.flush()
        return Claim(row.id, worker, row.kind, row.payload, row.made_at, row.tries)


def keep(work: Work, claimed: Claim) -> None:
    """Write down that a promise was kept.

    That holds whoever has it meanwhile: what has happened needs no second time.

    Raises:
        RefusedError: If the actor may not keep promises.
    """
    work.require(Permission.KEEP_PROMISES)
    work.session.execute(
        update(Promise)
        .where(Promise.id == claimed.id, *OPEN)
        .values(kept_at=work.now, failure=None, worker=None, leased_until=None)
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a promise was not kept.

    Args:
        reason: A code or the class of an error; never words of people.
        is_ours: Whether this program is at fault, and not the world outside.
        is_final: Whether trying again would help nobody.
        target: Keyed digest of where it was to go, if that is known.
        about: Whom it concerns, e.g. ``person:<public id>``, if that is known.
    """

    reason: str
    is_ours: bool = False
    is_final: bool = False
    target: str | None = None
    about: str | None = None


def fail(work: Work, claimed: Claim, failure: Failure, chance: float) -> bool:
    """Write down that a promise was not kept; tell whether it was given up.

    Args:
        work: A transaction of its own.
        claimed: What was tried; if its lease has passed to another worker, this
            one has nothing to say any more.
        failure: Why.
        chance: Between 0 and 1, see :func:`directory.outbox.rules.pause`.

    Raises:
        RefusedError: If the actor may not keep promises.
    """
    work.require(Permission.KEEP_PROMISES)
    row = work.session.scalar(
        select(Promise)
        .where(Promise.id == claimed.id, Promise.worker == claimed.worker, *OPEN)
        .with_for_update()
    )
    if row is None:
        return False
    row.worker = row.leased_until = None
    row.failure = failure.reason[:500]
    row.faults += failure.is_ours
    row.target = failure.target or row.target
    row.about = failure.about or row.about
    row.due_at = work.now + pause(row.tries, chance)
    is_over = (
        failure.is_final
        or row.faults >= MOST_FAULTS
        or is_too_late(row.first_tried_at or work.now, work.now)
    )
    if is_over:
        row.given_up_at = work.now
    work.session.flush()
    return is_over


def declare_dead(work: Work, digest: str, code: str) -> None:
    """Write down that an address was refused for good.

    Args:
        work: A transaction of its own.
        digest: Keyed digest of the address.
        code: Of the server's answer, e.g. ``550 5.1.1``.

    Raises:
        RefusedError: If the actor may not keep promises.
    """
    work.require(Permission.KEEP_PROMISES)
    work.session.merge(DeadAddress(digest=digest, code=code, refused_at=work.now))
    work.session.flush()


def try_again(work: Work, number: int) -> str:
    """Let a promise that was given up be tried anew; return its kind.

    If it was given up because its address is dead, the address gets another
    chance as well.

    Raises:
        RefusedError: If the actor may not have mail sent again.
        NotFoundError: If no promise with this number was given up.
    """
    work.require(Permission.RETRY_MAIL)
    row = work.session.scalar(
        select(Promise)
        .where(Promise.id == number, Promise.given_up_at.is_not(None))
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(promise=number)
    if row.target:
        work.session.execute(
            delete(DeadAddress).where(DeadAddress.digest == row.target)
        )
    row.given_up_at = row.first_tried_at = None
    row.tries = row.faults = 0
    row.due_at = work.now
    work.session.flush()
    return row.kind


def forget_kept(work: Work) -> int:
    """Delete what was kept or given up long ago; return how many promises.

    Raises:
        RefusedError: If the actor may not keep promises.
    """
    work.require(Permission.KEEP_PROMISES)
    old = work.now - KEPT_FOR
    gone = work.session.execute(
        delete(Promise).where(or_(Promise.kept_at < old, Promise.given_up_at < old))
    )
    work.session.execute(
        delete(DeadAddress).where(DeadAddress.refused_at < work.now - DEAD_FOR)
    )
    return cast("CursorResult[Any]", gone).rowcount


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
