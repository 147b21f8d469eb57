"""What the program does with inquiries: erase what is old, renew what is wrapped."""

from __future__ import annotations

from sqlalchemy import select

from directory.audit import actions as log
from directory.core.crypto import KeyRing
from directory.core.permissions import Permission
from directory.core.sealed_files import wrapping_place
from directory.core.work import Work
from directory.inquiries.actions.rows import forget_file, forget_files
from directory.inquiries.model import Document, DocumentPart, Inquiry
from directory.inquiries.rules.documents import DocumentState
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import data_key_place

BATCH = 500
"""Rows that one transaction erases or re-wraps at most."""


def expire_drafts(work: Work, *, at_most: int = BATCH) -> int:
    """Erase drafts that were kept long enough, rows and all.

    Promises that their files are deleted from the store. What was sent has a case,
    and is erased with it (:func:`directory.cases.actions.erasing.expire`).

    Args:
        work: The transaction.
        at_most: Drafts erased in it.

    Returns:
        How many were erased; as many as ``at_most`` means that more may wait.

    Raises:
        RefusedError: If the actor may not expire inquiries.
    """
    work.require(Permission.EXPIRE)
    due = work.session.scalars(
        select(Inquiry)
        .where(Inquiry.erase_after <= work.now, Inquiry.state == State.DRAFT.value)
        .order_by(Inquiry.erase_after)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        forget_files(work, row)
        work.session.delete(row)
    if due:
        log.record(work, "drafts.erased", "inquiries", count=len(due))
    work.session.flush()
    return len(due)


def expire_uploads(work: Work, *, at_most: int = BATCH) -> int:
    """Forget files that began to arrive and never did so whole.

    Promises that their parts are deleted from the store.

    Args:
        work: The transaction.
        at_most: Files forgotten in it.

    Returns:
        How many were forgotten; as many as ``at_most`` means that more may wait.

    Raises:
        RefusedError: If the actor may not expire inquiries.
    """
    work.require(Permission.EXPIRE)
    due = work.session.scalars(
        select(Document)
        .where(
            Document.state == DocumentState.ARRIVING.value,
            Document.changed_at <= work.now - work.retention.uploads,
        )
        .order_by(Document.changed_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        forget_file(work, row)
    if due:
        log.record(work, "uploads.erased", "inquiries", count=len(due))
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


def rewrap_documents(work: Work, keys: KeyRing, *, at_most: int = BATCH) -> int:
    """Wrap keys of files, whole or arriving, of older keys with the current one.

    Args:
        work: The transaction.
        keys: A ring that still has the older keys.
        at_most: Keys wrapped in it, of each of the two.

    Returns:
        How many were wrapped; none means that nothing is left.

    Raises:
        RefusedError: If the actor may not rotate keys.
        KeyMissingError: If the ring lacks a key that is in use.
        SealBrokenError: If a wrapped key was changed or moved.
    """
    work.require(Permission.ROTATE_KEYS)
    whole = work.session.scalars(
        select(Document)
        .where(Document.wrapped_by != keys.current)
        .order_by(Document.id)
        .limit(at_most)
        .with_for_update()
    ).all()
    parts = work.session.scalars(
        select(DocumentPart)
        .where(DocumentPart.wrapped_by != keys.current)
        .order_by(DocumentPart.document_id, DocumentPart.begins_at)
        .limit(at_most)
        .with_for_update()
    ).all()
    rows: list[Document | DocumentPart] = [*whole, *parts]
    for row in rows:
        if row.wrapped_key is not None and row.file_key is not None:
            place = wrapping_place(row.file_key)
            row.wrapped_key = keys.rewrap(row.wrapped_key, place)
            row.wrapped_by = keys.current
    done = len(whole) + len(parts)
    if done:
        log.record(work, "keys.rotated", f"key:{keys.current}", count=done)
    work.session.flush()
    return done
