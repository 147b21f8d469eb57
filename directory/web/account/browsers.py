"""Browsers: what they are called, and at which of them somebody signed in before."""

from __future__ import annotations

import re
import secrets
from typing import cast

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from directory.web.account.credentials import credentials
from directory.web.context import tools

COOKIE = "known"

LASTS_S = 365 * 24 * 60 * 60
"""Seconds for which a browser is remembered after somebody signed in at it."""

MOST_ACCOUNTS = 5
"""Whom one browser is remembered for; those who signed in last."""

LONGEST_VALUE = 1000
"""Characters beyond which no cookie of ours goes."""

FAMILIES = (
    ("WeChat", r"MicroMessenger/"),
    ("Yandex Browser", r"YaBrowser/"),
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|Chromium|CriOS)/"),
    ("Safari", r"Version/[\d.]+ .*Safari/"),
)
"""Names of browsers, and what they call themselves; the more exact come first."""

SYSTEMS = (
    ("Android", r"Android"),
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)
"""Likewise for what they run on."""


def name_of(agent: str) -> str:
    """Return family and system, e.g. ``Firefox · Linux``; empty if nobody knows."""
    agent = agent[:500]
    found = [
        next((name for name, said in names if re.search(said, agent)), "")
        for names in (FAMILIES, SYSTEMS)
    ]
    return " · ".join(filter(None, found))


def here() -> str:
    """Return what the browser of this request is called."""
    return name_of(request.headers.get("User-Agent", ""))


def account_digest(email: str) -> str:
    """Return by which an account is counted, whether or not it exists.

    Args:
        email: Folded to lower case.
    """
    return credentials().digest("sign-in-account", email)


def attempt_key(account: str, what: str) -> str:
    """Return the key under which this browser's attempts are counted.

    A browser at which the account's owner signed in before has a key of its own, so
    that guesses from elsewhere do not keep the owner out.

    Args:
        account: See :func:`account_digest`.
        what: Is tried, ``password`` or ``code``.
    """
    known = _held().get(account[:16], "")
    return credentials().digest("sign-in-attempt", f"{what}:{account}:{known}")


def is_known(account: str) -> bool:
    """Tell whether the account's owner signed in at this browser before."""
    return account[:16] in _held()


def remember(response: Response, account: str) -> None:
    """Let the browser show next time that the account's owner was here."""
    held = _held()
    token = held.pop(account[:16], None) or secrets.token_urlsafe(16)
    kept = [*held.items(), (account[:16], token)][-MOST_ACCOUNTS:]
    response.set_cookie(
        _name(),
        _serializer().dumps(kept),
        max_age=LASTS_S,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


def _held() -> dict[str, str]:
    value = request.cookies.get(_name(), "")
    if not 0 < len(value) <= LONGEST_VALUE:
        return {}
    try:
        pairs = _serializer().loads(value)
    except BadSignature:
        return {}
    return dict(cast("list[tuple[str, str]]", pairs))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(credentials().keys.derived("known-browser"))


def _is_https() -> bool:
    return request.is_secure or tools().settings.is_https


def _name() -> str:
    # Browsers take this prefix only with Secure, path / and no domain.
    return f"__Host-{COOKIE}" if _is_https() else COOKIE
