"""How long an inquiry stays open in a browser after its code was typed."""

from __future__ import annotations

from datetime import datetime, timedelta

IDLE = timedelta(minutes=20)
"""A view closes when nothing was opened for so long."""

LONGEST = timedelta(hours=2)
"""A view closes after this, however busy."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a page was last opened."""


def is_over(opened_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a view's time is over."""
    return now - opened_at >= LONGEST or now - seen_at >= IDLE
