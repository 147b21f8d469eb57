"""How often somebody may be wrong about a password or a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in any stretch of time.

    Args:
        attempts: At most.
        within: Length of the stretch.
    """

    attempts: int
    within: timedelta


LIMITS = (Limit(10, timedelta(minutes=10)), Limit(60, timedelta(days=1)))
"""For one account, and for one browser or all that are not known. The second is
for codes of six digits: 60 a day find one of three valid ones in 10^6 with a chance
of one in 5,500 (source: OWASP ASVS 5.0, 6.3.1 and 6.6.3 ask for such a limit)."""

REMEMBERED = max(limit.within for limit in LIMITS)
"""How long an attempt counts."""

MOST = max(limit.attempts for limit in LIMITS)
"""How many attempts need to be looked at."""


def open_at(attempts: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the next attempt is possible; nothing if it is possible now.

    Args:
        attempts: When there were any, the newest first.
        now: When another one is made.
    """
    waits = [
        attempts[limit.attempts - 1] + limit.within
        for limit in LIMITS
        if len(attempts) >= limit.attempts
    ]
    latest = max(waits, default=now)
    return latest if latest > now else None
