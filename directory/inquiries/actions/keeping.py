"""What the program does with inquiries: erase what is old, renew what is wrapped."""

from __future__ import annotations

from sqlalchemy import select

from directory.audit import actions as log
from directory.core.crypto import KeyRing
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.rows import shred, subject
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import data_key_place

BATCH = 500
"""Rows that one transaction erases or re-wraps at most."""


def expire(work: Work, *, at_most: int = BATCH) -> int:
    """Erase what was kept long enough.

    Args:
        work: The transaction.
        at_most: Inquiries erased in it.

    Returns:
        How many were erased; as many as ``at_most`` means that more may wait.

    Raises:
        RefusedError: If the actor may not expire inquiries.
    """
    work.require(Permission.EXPIRE)
    due = work.session.scalars(
        select(Inquiry)
        .where(Inquiry.erase_after <= work.now)
        .order_by(Inquiry.erase_after)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    drafts = [row for row in due if row.state == State.DRAFT.value]
    for row in due:
        if row.state == State.DRAFT.value:
            work.session.delete(row)
        else:
            shred(work.session, row, work.now)
            log.record(work, "inquiry.erased", subject(row), reason="expired")
    if drafts:
        log.record(work, "drafts.erased", "inquiries", count=len(drafts))
    work.session.flush()
    return len(due)


def rewrap(work: Work, keys: KeyRing, *, at_most: int = BATCH) -> int:
    """Wrap data keys of older keys of the ring with the current one.

    Args:
        work: The transaction.
        keys: A ring that still has the older keys.
        at_most: Data keys wrapped in it.

    Returns:
        How many were wrapped; none means that nothing is left.

    Raises:
        RefusedError: If the actor may not rotate keys.
        KeyMissingError: If the ring lacks a key that is in use.
        SealBrokenError: If a wrapped key was changed or moved.
    """
    work.require(Permission.ROTATE_KEYS)
    rows = work.session.scalars(
        select(Inquiry)
        .where(Inquiry.wrapped_by != keys.current)
        .order_by(Inquiry.id)
        .limit(at_most)
        .with_for_update()
    ).all()
    for row in rows:
        if row.wrapped_key is not None:
            row.wrapped_key = keys.rewrap(row.wrapped_key, data_key_place(row.id))
            row.wrapped_by = keys.current
    if rows:
        log.record(work, "keys.rotated", f"key:{keys.current}", count=len(rows))
    work.session.flush()
    return len(rows)
