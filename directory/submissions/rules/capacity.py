"""What a center may say of its capacity, and for how long that counts."""

from __future__ import annotations

from datetime import timedelta

from directory.core.errors import DirectoryError
from directory.submissions.rules.states import CapacityState

LASTS = timedelta(days=14)
"""How long a statement counts; then the page says "not stated" again."""

MOST_WEEKS = 104
"""Weeks of waiting beyond which nobody can mean it."""


class CapacityError(DirectoryError):
    """The weeks of waiting do not fit what was said."""

    code = "capacity.weeks"


def check_weeks(state: CapacityState, wait_weeks: int | None) -> None:
    """Refuse a wait that is impossible, or that nobody waits.

    Raises:
        CapacityError: With the most weeks that may be said.
    """
    if wait_weeks is None:
        return
    if state is CapacityState.FULL or not 0 <= wait_weeks <= MOST_WEEKS:
        raise CapacityError(state=state.value, most=MOST_WEEKS)
