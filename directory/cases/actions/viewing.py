"""Opening an inquiry in a browser by its code, and closing it again everywhere."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, or_, update

from directory.audit import actions as log
from directory.cases.queries.viewing import digest
from directory.cases.rules.viewing import IDLE, LONGEST, SEEN_EVERY
from directory.core.crypto import KeyRing
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.rows import held_sent
from directory.inquiries.model import OpenView


def open_view(work: Work, keys: KeyRing, inquiry: str) -> str:
    """Open an inquiry whose code was typed; return the secret for the browser.

    A copy of the secret opens as much as the secret, and ends with it. Views whose
    time is over are forgotten by the way.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it was erased meanwhile.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    held_sent(work.session, inquiry, work.now)
    secret = secrets.token_urlsafe(32)
    work.session.execute(
        delete(OpenView).where(
            or_(
                OpenView.opened_at <= work.now - LONGEST,
                OpenView.seen_at <= work.now - IDLE,
            )
        )
    )
    work.session.add(
        OpenView(
            digest=digest(keys, secret),
            inquiry_id=inquiry,
            opened_at=work.now,
            seen_at=work.now,
        )
    )
    log.record(work, "inquiry.view-opened", f"inquiry:{inquiry}")
    return secret


def note_seen(work: Work, keys: KeyRing, secret: str) -> None:
    """Write down that a page was opened, at most once a minute.

    Raises:
        RefusedError: If the actor may not follow inquiries.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    work.session.execute(
        update(OpenView)
        .where(
            OpenView.digest == digest(keys, secret),
            OpenView.seen_at <= work.now - SEEN_EVERY,
        )
        .values(seen_at=work.now)
    )


def close_view(work: Work, keys: KeyRing, secret: str) -> None:
    """Close an inquiry in every browser that holds this secret.

    Closing it again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    inquiry = work.session.scalar(
        delete(OpenView)
        .where(OpenView.digest == digest(keys, secret))
        .returning(OpenView.inquiry_id)
    )
    if inquiry is not None:
        log.record(work, "inquiry.view-closed", f"inquiry:{inquiry}")
