"""Public holidays of China in a stretch of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from directory.cases.rules.workdays import CHINA, china, is_decreed


class Festival(StrEnum):
    """What is celebrated, by the name that the library gives it in English."""

    NEW_YEAR = "New Year's Day"
    SPRING = "Chinese New Year (Spring Festival)"
    TOMB_SWEEPING = "Tomb-Sweeping Day"
    LABOR = "Labor Day"
    DRAGON_BOAT = "Dragon Boat Festival"
    MID_AUTUMN = "Mid-Autumn Festival"
    NATIONAL = "National Day"


@dataclass(frozen=True, slots=True)
class Break:
    """Days off in a row.

    Args:
        begins: The first.
        ends: The last.
        festivals: What falls on them, as far as the library says.
        is_decreed: Whether the government has published the days of that year.
    """

    begins: date
    ends: date
    festivals: tuple[Festival, ...]
    is_decreed: bool


def breaks(begin: date, end: date) -> tuple[Break, ...]:
    """Return the public holidays of China that touch a stretch of days.

    Weekends count only where they lie between days off.

    Args:
        begin: First day.
        end: Last day, and it counts.
    """
    off = {
        day
        for year in range(begin.year - 1, end.year + 2)
        for day in china(year)[0]
        if begin - timedelta(days=MARGIN) <= day <= end + timedelta(days=MARGIN)
    }
    found: list[list[date]] = []
    for day in sorted(off):
        if found and _joins(found[-1][-1], day):
            found[-1].append(day)
        else:
            found.append([day])
    return tuple(
        Break(run[0], run[-1], _festivals(run), is_decreed(run[0].year))
        for run in found
        if run[-1] >= begin and run[0] <= end
    )


MARGIN = 14
"""Days beside a stretch that are looked at, so that a long week is not cut."""


def _joins(last: date, day: date) -> bool:
    """Tell whether only days off at a weekend lie between two days off."""
    between = [last + timedelta(days=n) for n in range(1, (day - last).days)]
    return all(each.weekday() >= 5 for each in between) and len(between) <= 2


def _festivals(run: list[date]) -> tuple[Festival, ...]:
    found: dict[Festival, None] = {}
    for day in run:
        for name in _named(day.year).get(day, "").split("; "):
            for festival in Festival:
                if name.startswith(festival.value):
                    found[festival] = None
    return tuple(found)


@cache
def _named(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays(CHINA, years=year, language="en_US"))
