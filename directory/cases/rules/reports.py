"""Counting cases: medians, quartiles, time in steps, axes, and small cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

FEWEST = 5
"""Counts below it are shown to the owner of the cases alone: who knows somebody
behind one of four learns something about them."""

TICKS = 5
"""Intervals of an axis, at most."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How values are spread.

    Args:
        count: Of values.
        low: A quarter of them lies at or below it.
        median: Half of them.
        high: Three quarters of them.
    """

    count: int
    low: float
    median: float
    high: float


def spread(values: Sequence[float]) -> Spread | None:
    """Return how values are spread; nothing if there are none.

    Quartiles lie between values as the inclusive method has it (source: Hyndman and
    Fan, The American Statistician 1996;50:361, definition 7).
    """
    if not values:
        return None
    if len(values) == 1:
        return Spread(1, values[0], values[0], values[0])
    low, median, high = quantiles(values, n=4, method="inclusive")
    return Spread(len(values), low, median, high)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case was after a line of its timeline."""

    at: datetime
    step: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """A step that a case was in and left again.

    Args:
        step: Its number.
        ended: When it was left.
        days: How long it took.
    """

    step: int
    ended: datetime
    days: float


def stays(places: Iterable[Place]) -> list[Stay]:
    """Return the steps that one case left, in their order.

    The step in which it still is has no length yet; while it was closed it was in
    none.

    Args:
        places: In the order of time.
    """
    found: list[Stay] = []
    step, since = 0, None
    for place in places:
        if since is not None and (place.is_closed or place.step != step):
            found.append(Stay(step, place.at, (place.at - since) / DAY))
            since = None
        if not place.is_closed and since is None:
            step, since = place.step, place.at
    return found


def axis(most: float, smallest: float = 0.1) -> tuple[float, ...]:
    """Return where an axis from zero has its marks; the last is not below ``most``.

    Marks are 1, 2 or 5 times a power of ten apart, at least ``smallest``; that is 1
    for what is counted.
    """
    size = smallest
    while True:
        for factor in (1, 2, 5):
            apart = size * factor
            if apart * TICKS >= most:
                marks = 1
                while apart * marks < most:
                    marks += 1
                return tuple(round(apart * n, 6) for n in range(marks + 1))
        size *= 10


def shown(count: int, *, is_owner: bool) -> int | None:
    """Return a count as others may see it; nothing if it is small but not zero."""
    return None if 0 < count < FEWEST and not is_owner else count


def months(now: datetime, count: int) -> tuple[str, ...]:
    """Return the last months, this one included, as ``YYYY-MM``, the oldest first."""
    last = now.year * 12 + now.month - 1
    return tuple(
        f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)
    )
