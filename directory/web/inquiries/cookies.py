"""What a browser keeps: the secret of a draft, and that of a view of one inquiry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response, request

from directory.cases.rules.viewing import LONGEST
from directory.web.context import tools

DRAFT = "draft"
VIEW = "inquiry"
CARRIED = "carried"

CARRIED_FOR = timedelta(hours=2)
"""How long answers of the pre-check wait for the page that they belong to."""

LONGEST_CARRIED = 2000
"""Characters of those answers, sealed, at most."""

LONGEST_VALUE = 600
"""Characters beyond which no cookie of ours goes."""


def draft_secret() -> str | None:
    """Return the secret of the draft that this browser holds, if it holds one."""
    value = request.cookies.get(_name(DRAFT), "")
    return value if 0 < len(value) <= LONGEST_VALUE else None


def keep_draft(response: Response, secret: str) -> None:
    """Let the browser hold the secret of a draft as long as the draft lives."""
    lives = tools().settings.retention.drafts
    _set(response, DRAFT, secret, int(lives.total_seconds()))


def forget_draft(response: Response) -> None:
    """Let the browser forget the secret of its draft."""
    _set(response, DRAFT, "", 0)


def view_secret() -> str | None:
    """Return the secret of the view that this browser holds, if it holds one."""
    value = request.cookies.get(_name(VIEW), "")
    return value if 0 < len(value) <= LONGEST_VALUE else None


def keep_view(response: Response, secret: str) -> None:
    """Let the browser hold the secret of a view until its time is over at the latest.

    Whether it is still open, the server knows.
    """
    _set(response, VIEW, secret, int(LONGEST.total_seconds()))


def forget_view(response: Response) -> None:
    """Close the view of an inquiry."""
    _set(response, VIEW, "", 0)


def carried() -> str:
    """Return the sealed answers of the pre-check that this browser holds, if any."""
    value = request.cookies.get(_name(CARRIED), "")
    return value if len(value) <= LONGEST_CARRIED else ""


def keep_carried(response: Response, sealed: str) -> None:
    """Let the browser hold sealed answers of the pre-check for some time."""
    _set(response, CARRIED, sealed, int(CARRIED_FOR.total_seconds()))


def forget_carried(response: Response) -> None:
    """Let the browser forget answers of the pre-check, if it holds any."""
    if request.cookies.get(_name(CARRIED)):
        _set(response, CARRIED, "", 0)


def _is_https() -> bool:
    return request.is_secure or tools().settings.is_https


def _name(name: str) -> str:
    # Browsers take this prefix only with Secure, path / and no domain.
    return f"__Host-{name}" if _is_https() else name


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(name),
        value,
        max_age=seconds,
        expires=datetime.fromtimestamp(0, UTC) if seconds == 0 else None,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )
