"""How long things of accounts last."""

from __future__ import annotations

from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
"""After which a session without a request ends (source: OWASP ASVS 5.0, 7.3.1,
which asks for a documented limit; staff fill in long forms, which are saved)."""

ABSOLUTE = timedelta(hours=8)
"""After which a session ends whatever happens: a working day."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last request is written down, so that reading does not write."""

RESET_FOR = timedelta(minutes=30)
"""How long a link works that sets a new password."""

INVITED_FOR = timedelta(days=7)
"""How long an invitation may be accepted."""

TOKEN_LASTS = timedelta(days=365)
"""How long a token for the API works at most."""


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a session has ended by itself."""
    return now - began_at >= ABSOLUTE or now - seen_at >= IDLE
