"""Which inquiry a browser may add files to: its draft, or the one it has open."""

from __future__ import annotations

from directory.cases.queries.documents import draft_inquiry
from directory.inquiries.queries import NoDraftError
from directory.web.context import session, tools
from directory.web.inquiries import cookies
from directory.web.inquiries.blueprint import keys
from directory.web.inquiries.opening import NotOpenError, opened_view


def draft_of_browser() -> str | None:
    """Return the inquiry that this browser is writing; nothing once it was sent."""
    secret = cookies.draft_secret()
    if secret is None:
        return None
    try:
        return draft_inquiry(session(), keys(), secret, now=tools().clock())
    except NoDraftError:
        return None


def view_of_browser() -> str | None:
    """Return the inquiry that this browser has opened with its code, if any."""
    try:
        return opened_view().inquiry
    except NotOpenError:
        return None
