"""What is done after treatment: which days, and when somebody is reminded."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.core.errors import DirectoryError

INFUSION = "infusion"
"""Kind of the line that keeps the day from which all others count."""

OWN = "own"
"""Kind of a line that a hospital wrote itself."""

LINES_AT_MOST = 60
"""Of one schedule; fifteen years of yearly contact and what comes before."""

WORDS_LONGEST = 500
"""Characters of a line of one's own."""

REMINDED_BEFORE = timedelta(days=3)
"""How long before its day people are reminded of a line."""

INFUSED_BEFORE = timedelta(days=365)
"""An infusion lies no further back when its schedule is written."""

INFUSED_AHEAD = timedelta(days=180)
"""Nor further ahead."""

LAST_YEARS = 16
"""Years after the infusion in which the last line may lie."""


class ScheduleRefusedError(DirectoryError):
    """A schedule cannot be kept; ``problems`` lists fields and what is wrong."""

    code = "follow-up.refused"


@dataclass(frozen=True, slots=True)
class Planned:
    """A line as a hospital plans it.

    Args:
        kind: Key of a line of the guide, or :data:`OWN`.
        due_on: The day.
        words: Of a line of one's own.
    """

    kind: str
    due_on: date
    words: str = ""


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_of(
    infusion: date, *, days: int | None, months: int | None, times: int
) -> tuple[date, ...]:
    """Return the days of a line; none if the source names none.

    Args:
        infusion: The day from which they count.
        days: After it.
        months: After it, instead.
        times: How often it comes, after as many months again.
    """
    if days is not None:
        return (infusion + timedelta(days=days),)
    if months is None:
        return ()
    return tuple(months_after(infusion, months * (n + 1)) for n in range(times))


def check(
    infusion: date, lines: Sequence[Planned], known: frozenset[str], today: date
) -> None:
    """Refuse a schedule that cannot be meant.

    Args:
        infusion: The day from which it counts.
        lines: Of it.
        known: Keys of lines of the guide.
        today: Where the hospital is.

    Raises:
        ScheduleRefusedError: With pairs of a field and what is wrong with it.
    """
    found = []
    if not today - INFUSED_BEFORE <= infusion <= today + INFUSED_AHEAD:
        found.append(("infusion", "far"))
    if not lines:
        found.append(("lines", "missing"))
    if len(lines) > LINES_AT_MOST:
        found.append(("lines", "many"))
    last = months_after(infusion, 12 * LAST_YEARS)
    for place, line in enumerate(lines):
        name = f"lines-{place}"
        if line.kind != OWN and line.kind not in known:
            found.append((name, "unknown"))
        if line.kind == OWN and not line.words.strip():
            found.append((name, "missing"))
        if len(line.words) > WORDS_LONGEST:
            found.append((name, "long"))
        if not infusion <= line.due_on <= last:
            found.append((name, "day"))
    if len({(line.kind, line.due_on, line.words) for line in lines}) < len(lines):
        found.append(("lines", "twice"))
    if found:
        raise ScheduleRefusedError(problems=found)
