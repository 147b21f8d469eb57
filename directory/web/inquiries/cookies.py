"""What a browser keeps: the secret of a draft, and a view of one inquiry."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from flask import Response, request
from pydantic import BaseModel, ConfigDict, ValidationError

from directory.core.crypto import KeyRing, Place, SealBrokenError, seal, unseal
from directory.web.context import tools

DRAFT = "draft"
VIEW = "inquiry"

IDLE = timedelta(minutes=20)
"""A view closes when nothing was opened for so long."""

LONGEST = timedelta(hours=2)
"""A view closes after this, however busy."""

LONGEST_VALUE = 600
"""Characters beyond which no cookie of ours goes."""


class View(BaseModel):
    """Which inquiry somebody has opened with its code, and when.

    Args:
        inquiry: Its id.
        opened_at: When the code was typed.
        seen_at: When a page of it was last opened.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inquiry: str
    opened_at: datetime
    seen_at: datetime


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


def view(keys: KeyRing, now: datetime) -> View | None:
    """Return which inquiry this browser has open, if its time is not over."""
    value = request.cookies.get(_name(VIEW), "")
    if not 0 < len(value) <= LONGEST_VALUE:
        return None
    try:
        sealed = urlsafe_b64decode(value.encode("ascii"))
        plain = unseal(keys.derived("inquiry-view"), sealed, _PLACE)
        found = View.model_validate_json(plain)
    except (binascii.Error, UnicodeError, ValueError, SealBrokenError, ValidationError):
        return None
    if now - found.seen_at >= IDLE or now - found.opened_at >= LONGEST:
        return None
    return found


def keep_view(response: Response, keys: KeyRing, opened: View) -> None:
    """Let the browser hold a view, sealed, until it is idle or the browser ends."""
    plain = opened.model_dump_json().encode()
    sealed = seal(keys.derived("inquiry-view"), plain, _PLACE)
    value = urlsafe_b64encode(sealed).decode()
    _set(response, VIEW, value, int(IDLE.total_seconds()))


def forget_view(response: Response) -> None:
    """Close the view of an inquiry."""
    _set(response, VIEW, "", 0)


_PLACE = Place("cookie", "inquiry", "view")


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
