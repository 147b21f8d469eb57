"""On which days people work, by the law of where they are."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

CHINA = "CN"

GOLDEN_WEEK = tuple((10, day) for day in range(1, 8))
"""Days off around the National Day; every decree since 2000 gave at least these
(source: yearly notices of the General Office of the State Council)."""

SPRING_DAYS = 8
"""Days off around the Spring Festival, from its eve (source: as above, 2025 on)."""


def works(day: date, country: str | None = None) -> bool:
    """Tell whether people work on a day.

    In China by its public holidays and the weekends worked for them. In another
    country that the library knows by its holidays and its weekend; elsewhere from
    Monday to Friday.

    Args:
        day: There.
        country: ISO 3166-1 alpha-2; nothing if it is not known.
    """
    if country == CHINA:
        off, worked = china(day.year)
        return day in worked or (day.weekday() < 5 and day not in off)
    weekend, off = _elsewhere(country or "", day.year)
    return day.weekday() not in weekend and day not in off


@cache
def is_decreed(year: int) -> bool:
    """Tell whether the library has the decree on China's holidays of a year.

    It is published in the November before; it alone says which weekends are worked.
    """
    found = holidays.country_holidays(CHINA, years=year)
    return any(day.year == year for day in found.weekend_workdays)


@cache
def china(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off of a year in China, and the weekends that are worked.

    For a year without a decree no weekend is worked, and the long weeks are as long
    as they always were: nobody is called late because of a day that may be off.
    """
    # A decree may name a weekend at the end of the year before.
    found = holidays.country_holidays(CHINA, years=(year, year + 1))
    off = {day for day in found if day.year == year}
    worked = {day for day in found.weekend_workdays if day.year == year}
    if not is_decreed(year):
        off |= {date(year, month, day) for month, day in GOLDEN_WEEK}
        spring = [day for day in off if date(year, 1, 19) <= day <= date(year, 2, 28)]
        if spring:
            off |= {min(spring) + timedelta(days=n) for n in range(SPRING_DAYS)}
    return frozenset(off), frozenset(worked)


@cache
def _elsewhere(country: str, year: int) -> tuple[frozenset[int], frozenset[date]]:
    """Return the weekend of a country, from 0 for Monday, and its days off."""
    try:
        found = holidays.country_holidays(country, years=year)
    except (NotImplementedError, KeyError):
        return frozenset({5, 6}), frozenset()
    return frozenset(found.weekend), frozenset(found)
