"""Rows that an action holds, and what each ending does to them and their files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.work import Work
from directory.inquiries.model import (
    Consent,
    Document,
    DocumentPart,
    Inquiry,
    OpenView,
    Target,
)
from directory.inquiries.queries import NoDraftError
from directory.inquiries.rules.life import State, check_move, kept
from directory.outbox import actions as queue

ERASE_FILE = "document.erase"
"""Promise to delete an object of the store; ``key`` names it."""


def held_draft(session: Session, digest: bytes, now: datetime) -> Inquiry:
    """Return the row of a draft's digest, held until the transaction ends.

    Raises:
        NoDraftError: If there is none, or its time is over.
    """
    row = _held(session, Inquiry.draft_digest == digest, now)
    if row is None:
        raise NoDraftError
    return row


def held_sent(session: Session, inquiry: str, now: datetime) -> Inquiry:
    """Return the row of an inquiry that was sent, held likewise.

    Raises:
        NotFoundError: If it was never sent, was erased, or its time is over.
    """
    row = _held(session, Inquiry.id == inquiry, now)
    if row is None or row.sent_at is None:
        raise NotFoundError(inquiry=inquiry)
    return row


def end(work: Work, row: Inquiry) -> None:
    """Make an inquiry withdrawn, and every consent with it."""
    check_move(State(row.state), State.WITHDRAWN)
    row.state = State.WITHDRAWN.value
    row.withdrawn_at = row.changed_at = work.now
    row.erase_after = work.now + kept(State.WITHDRAWN, work.retention)
    for consent in _consents(work.session, row):
        consent.withdrawn_at = consent.withdrawn_at or work.now


def shred(work: Work, row: Inquiry) -> None:
    """Take the data key of an inquiry away, and all that was sealed with it.

    Promises that its files are deleted from the store.
    """
    session, now = work.session, work.now
    forget_files(work, row)
    session.execute(delete(OpenView).where(OpenView.inquiry_id == row.id))
    check_move(State(row.state), State.ERASED)
    row.state = State.ERASED.value
    row.wrapped_key = row.wrapped_by = None
    row.person = row.illness = row.wishes = None
    row.draft_digest = row.receipt_digest = None
    row.erase_after = None
    row.erased_at = row.changed_at = now
    session.execute(delete(Target).where(Target.inquiry_id == row.id))
    for consent in _consents(session, row):
        consent.withdrawn_at = consent.withdrawn_at or now
        consent.recipient = None
    session.flush()


def forget_files(work: Work, row: Inquiry) -> None:
    """Take away the rows of an inquiry's files, and the keys that open these.

    Promises that the objects themselves are deleted from the store.
    """
    files = work.session.scalars(select(Document).where(Document.inquiry_id == row.id))
    for file in files.all():
        forget_file(work, file)


def forget_file(work: Work, row: Document) -> None:
    """Take away the row of one file, whole or half arrived.

    Promises that its objects are deleted from the store.
    """
    session = work.session
    parts = select(DocumentPart.file_key).where(DocumentPart.document_id == row.id)
    for key in (row.file_key, *session.scalars(parts)):
        if key is not None:
            queue.promise(work, ERASE_FILE, key=key)
    session.execute(delete(DocumentPart).where(DocumentPart.document_id == row.id))
    session.delete(row)
    session.flush()


def subject(row: Inquiry) -> str:
    """Return how the audit log names an inquiry."""
    return f"inquiry:{row.id}"


def _held(
    session: Session, which: ColumnElement[bool], now: datetime
) -> Inquiry | None:
    return session.scalar(
        select(Inquiry)
        .where(which, Inquiry.erase_after > now)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _consents(session: Session, row: Inquiry) -> list[Consent]:
    found = session.scalars(select(Consent).where(Consent.inquiry_id == row.id))
    return list(found)
