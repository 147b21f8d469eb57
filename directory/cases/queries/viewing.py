"""Which inquiry a browser has open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.cases.rules.viewing import is_over
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.inquiries.model import OpenView

PURPOSE = "inquiry-view"
"""Of the digest by which a view is found."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An inquiry that is open in a browser.

    Args:
        inquiry: Its id.
        seen_at: When a page was last opened, to the minute.
    """

    inquiry: str
    seen_at: datetime


def opened_with(
    session: Session, keys: KeyRing, secret: str, *, now: datetime
) -> Opened | None:
    """Return which inquiry is open with a secret of a cookie, if its time is not over.

    Args:
        session: Read only here.
        keys: To find it.
        secret: From the browser.
        now: A view past its time is as good as closed.
    """
    row = session.scalar(
        select(OpenView).where(OpenView.digest == digest(keys, secret))
    )
    if row is None or is_over(row.opened_at, row.seen_at, now):
        return None
    return Opened(inquiry=row.inquiry_id, seen_at=row.seen_at)


def digest(keys: KeyRing, secret: str) -> bytes:
    """Return the digest by which the view of a secret is found."""
    return keys.digest(PURPOSE, secret.encode())
