"""What is refused before a view runs: floods, forged posts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import abort, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from directory.core.errors import SettingError

if TYPE_CHECKING:
    from flask import Flask

    from directory.core.config import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

READING = "1200 per minute; 30000 per hour"
"""Pages and suggestions that one address may ask for.

A person stays far below; a ward, a hotel or a whole mobile network may share one
address.
"""

csrf = CSRFProtect()
"""Every post carries a token; exempt only what no browser session can reach, and what
changes nothing."""

limiter = Limiter(
    get_remote_address,
    default_limits=[lambda: current_app.config["LIMIT_OF_READING"]],
    strategy="fixed-window",
    in_memory_fallback_enabled=True,
    key_prefix="limits",
)
"""Buckets by address; ``@limiter.limit("20 per hour")`` narrows one view."""


@limiter.request_filter
def is_unlimited() -> bool:
    """Tell whether this application does not limit, as some tests ask.

    A form that is shown again to whoever was refused is no second try.
    """
    return bool(current_app.config["LIMITS_ARE_OFF"]) or "refused_with" in g


def install(app: Flask, settings: Settings) -> None:
    """Put the guards in front of an application.

    Raises:
        SettingError: If limits should be shared but the way to them is missing.
    """
    app.config["LIMIT_OF_READING"] = READING
    app.config["LIMITS_ARE_OFF"] = settings.rate_limits == "off"
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    try:
        limiter.init_app(app)
    except Exception as error:
        if not settings.redis_url:
            raise
        raise SettingError(
            "DIRECTORY_REDIS_URL", f"cannot be used ({type(error).__name__})"
        ) from error
    app.before_request(same_origin)
    csrf.init_app(app)


def same_origin() -> None:
    """Refuse a post that a browser says came from another site."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin")
    # Browsers that send no referrer call the origin of a form "null".
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(403)
