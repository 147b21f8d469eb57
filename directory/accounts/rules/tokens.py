"""What a token for the API looks like, and what it may be good for."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from directory.core.actor import Role
from directory.core.permissions import FOR_TOKENS, GRANTS

LEAD = "ctd_"
"""What every token begins with, so that people and scanners recognize one that
was left lying about."""

SHOWN = 12
"""Characters by which one is told from another: too few to guess the rest by."""

SECRET_BYTES = 32
"""256 bits of chance: nobody guesses one, so a plain SHA-256 keeps it."""

SHAPE = re.compile(rf"{LEAD}[A-Za-z0-9_-]{{43}}")

LONGEST_DAYS = 365
"""Days that a token works at most, see ``TOKEN_LASTS``."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made.

    Args:
        public_id: By which it is found and ended.
        secret: To be shown once; nothing keeps it.
    """

    public_id: str
    secret: str = field(repr=False)


def new_secret() -> str:
    """Return a token: 256 random bits behind :data:`LEAD`."""
    return LEAD + secrets.token_urlsafe(SECRET_BYTES)


def token_digest(secret: str) -> str:
    """Return what is kept of a token."""
    return sha256(secret.encode()).hexdigest()


def is_token(words: str) -> bool:
    """Tell whether this looks like a token, before anything is asked about it."""
    return SHAPE.fullmatch(words) is not None


def scopes_for(roles: frozenset[Role]) -> tuple[str, ...]:
    """Return what tokens of somebody with these roles may be good for, sorted."""
    return tuple(
        sorted(
            permission.value
            for permission in FOR_TOKENS
            if not GRANTS[permission].isdisjoint(roles)
        )
    )
