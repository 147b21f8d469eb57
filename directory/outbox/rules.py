"""When a promise is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=15)
"""After the first try that failed; it doubles with each further one."""

LONGEST_PAUSE = timedelta(minutes=30)
"""Between tries of a promise (source: RFC 5321, 4.5.4.1, which asks for half an
hour at least in the long run; the first tries may come sooner)."""

GIVE_UP_AFTER = timedelta(hours=24)
"""Since the first try. Links in mail last about as long; a mail that arrives later
leads nowhere. An administrator can have it tried again."""

MOST_FAULTS = 5
"""Tries that failed by a fault of ours, after which a promise is set aside."""

LEASE = timedelta(minutes=10)
"""How long one try may take before the promise counts as abandoned: more than all
the patience of one conversation with a mail server."""

KEPT_FOR = timedelta(days=30)
"""How long a promise is remembered after it was kept or given up."""

DEAD_FOR = timedelta(days=180)
"""How long nothing is sent to an address that was refused for good; people return
to their posts, and domains are set right."""


def pause(tries: int, chance: float) -> timedelta:
    """Return how long to wait before the next try.

    Args:
        tries: Made so far, at least one.
        chance: Between 0 and 1. The pause is between three and five quarters of
            the plain one, so that what failed together does not return together.
    """
    plain = min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE)
    return plain * (0.75 + chance / 2)


def is_too_late(first_tried_at: datetime, now: datetime) -> bool:
    """Tell whether a promise that cannot be kept was tried for long enough."""
    return now - first_tried_at >= GIVE_UP_AFTER
