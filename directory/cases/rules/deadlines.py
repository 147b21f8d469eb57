"""By when whoever is waited for must have acted, in their own working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from directory.cases.rules.states import Side, Step

CHINA = ZoneInfo("Asia/Shanghai")

ENDS = time(18)
"""Hour of the last day at which it is over, where who is waited for lives."""

ALLOWED: Mapping[Side, int] = {
    Side.FACILITATOR: 2,
    Side.HOSPITAL: 5,
    Side.PATIENT: 7,
}
"""Working days in which each side acts, if a step says nothing else."""


def due_at(step: Step, side: Side, now: datetime, zone: ZoneInfo = CHINA) -> datetime:
    """Return by when a side must have acted.

    Args:
        step: In which the case is.
        side: Who is waited for.
        now: Aware.
        zone: Where the patient lives; the others are in China.

    Returns:
        The end of a working day there, in UTC.
    """
    del step  # every step allows the same so far
    place = zone if side is Side.PATIENT else CHINA
    day = after(now.astimezone(place).date(), ALLOWED[side], in_china=place is CHINA)
    return datetime.combine(day, ENDS, place).astimezone(now.tzinfo)


def after(day: date, working_days: int, *, in_china: bool) -> date:
    """Return the day that is so many working days later."""
    left = working_days
    while left:
        day += timedelta(days=1)
        left -= works(day, in_china=in_china)
    return day


def works(day: date, *, in_china: bool) -> bool:
    """Tell whether people work on a day.

    In China by its public holidays and the weekends worked for them; elsewhere
    from Monday to Friday.
    """
    return _china().is_working_day(day) if in_china else day.weekday() < 5


@cache
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")
