"""Rows that an action holds, and what each ending does to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.queries import NoDraftError
from directory.inquiries.rules.life import KEPT, State, check_move


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


def end(session: Session, row: Inquiry, now: datetime) -> None:
    """Make an inquiry withdrawn, and every consent with it."""
    check_move(State(row.state), State.WITHDRAWN)
    row.state = State.WITHDRAWN.value
    row.withdrawn_at = row.changed_at = now
    row.erase_after = now + KEPT[State.WITHDRAWN]
    for consent in _consents(session, row):
        consent.withdrawn_at = consent.withdrawn_at or now


def shred(session: Session, row: Inquiry, now: datetime) -> None:
    """Take the data key of an inquiry away, and all that was sealed with it."""
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
