"""Which times may be offered for a remote consultation, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from directory.core.errors import DirectoryError

SLOTS_AT_MOST = 5
"""Times of one offer."""

MINUTES_LEAST, MINUTES_MOST = 5, 240
"""Length of a consultation."""

FURTHEST = timedelta(days=365)
"""No time is offered further ahead."""

HOW_LONGEST = 1000
"""Characters of how to join."""

SUMMARY_LONGEST = 10_000
"""Characters of the plan that is written down after it."""


class SlotError(DirectoryError):
    """A time cannot be offered; ``wrong`` says why, ``place`` which one, from 0.

    ``missing``: none is given. ``many``: more than may be offered. ``skipped``: the
    clock is put forward over it. ``twice``: the clock is put back, so it comes twice.
    ``past``, ``far``: by the clock. ``overlaps``: with one before it. ``minutes``: the
    length is not one.
    """

    code = "call.slot-refused"


def moment_in(zone: ZoneInfo, typed: datetime, place: int = 0) -> datetime:
    """Return the moment that a clock in a zone shows so, in UTC.

    Args:
        zone: Where the clock hangs.
        typed: What it shows, without a zone.
        place: Of the time in its form, for the error.

    Raises:
        SlotError: If the clock never shows it, or shows it twice.
    """
    first = typed.replace(tzinfo=zone, fold=0)
    second = typed.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        raise SlotError(wrong="twice" if back == typed else "skipped", place=place)
    return first.astimezone(UTC)


def check_slots(slots: Sequence[datetime], minutes: int, now: datetime) -> None:
    """Refuse times that cannot be offered together.

    Args:
        slots: Beginnings, in UTC, in the order of the form.
        minutes: How long each lasts.
        now: Aware.

    Raises:
        SlotError: With what is wrong, and with which.
    """
    if not MINUTES_LEAST <= minutes <= MINUTES_MOST:
        raise SlotError(wrong="minutes", place=0)
    if not slots:
        raise SlotError(wrong="missing", place=0)
    if len(slots) > SLOTS_AT_MOST:
        raise SlotError(wrong="many", place=SLOTS_AT_MOST)
    for place, slot in enumerate(slots):
        if slot <= now:
            raise SlotError(wrong="past", place=place)
        if slot > now + FURTHEST:
            raise SlotError(wrong="far", place=place)
        if any(overlap(slot, minutes, other, minutes) for other in slots[:place]):
            raise SlotError(wrong="overlaps", place=place)


def overlap(one: datetime, minutes: int, other: datetime, others: int) -> bool:
    """Tell whether two consultations would be held at the same time.

    Args:
        one: Beginning of the first.
        minutes: Its length.
        other: Beginning of the second.
        others: Its length.
    """
    ends = one + timedelta(minutes=minutes)
    return one < other + timedelta(minutes=others) and other < ends
