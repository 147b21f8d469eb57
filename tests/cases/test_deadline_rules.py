"""By when somebody must have acted: in every zone, over years, holidays and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cases.rules import workdays
from directory.cases.rules.deadlines import (
    ALLOWED,
    ALLOWED_IN,
    CHINA,
    ENDS,
    NOTICES,
    PauseRefusedError,
    after,
    due_at,
    notice_at,
    pause_ends,
)
from directory.cases.rules.states import Side, Step

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
COUNTRIES = sorted(holidays.list_supported_countries(include_aliases=False))
SIDES = (Side.PATIENT, Side.FACILITATOR, Side.HOSPITAL)

# Of some countries the library knows the holidays until 2035, and warns after it.
moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
countries = st.one_of(st.none(), st.just("XX"), st.sampled_from(COUNTRIES))


@given(st.sampled_from(Step), st.sampled_from(SIDES), moments, zones, countries)
def test_it_is_always_ahead_at_the_end_of_a_working_day_and_not_far(
    step, side, now, zone, country
):
    due = due_at(step, side, now, zone, country)

    assert due.tzinfo is UTC
    place, law = (zone, country) if side is Side.PATIENT else (CHINA, "CN")
    there = due.astimezone(place)
    allowed = ALLOWED_IN.get((step, side), ALLOWED[side])
    assert now < due
    # Two weeks of holidays, weekends between, and a day of clocks at most.
    assert due < now + timedelta(days=allowed * 2 + 24)
    gap = there.replace(tzinfo=None) != datetime.combine(there.date(), ENDS)
    # A clock that skips the evening shows another hour, never an earlier moment.
    assert not gap or there.time() > ENDS
    assert workdays.works(there.date(), law)


@given(moments, st.integers(1, 30), countries)
def test_exactly_so_many_working_days_lie_between(now, days, country):
    begun = now.date()

    last = after(begun, days, country)

    between = [begun + timedelta(days=n) for n in range(1, (last - begun).days + 1)]
    assert sum(workdays.works(day, country) for day in between) == days
    assert after(last, -days, country) <= begun or not workdays.works(begun, country)


@given(st.sampled_from(SIDES), moments, moments, zones, countries)
def test_whoever_begins_later_is_never_due_earlier(side, one, other, zone, country):
    first, second = sorted((one, other))

    assert due_at(Step.REVIEW, side, first, zone, country) <= due_at(
        Step.REVIEW, side, second, zone, country
    )


@pytest.mark.parametrize(
    ("day", "works"),
    [
        # Source: the notices of the State Council's office for 2025 and 2026.
        (date(2025, 1, 28), False),
        (date(2025, 1, 26), True),
        (date(2025, 2, 8), True),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
    ],
)
def test_china_works_as_it_was_decreed(day, works):
    assert workdays.works(day, "CN") is works


def test_a_year_without_a_decree_has_long_weeks_and_no_worked_weekend():
    assert workdays.is_decreed(2026)
    year = next(y for y in range(2026, 2040) if not workdays.is_decreed(y))

    off, worked = workdays.china(year)

    assert worked == frozenset()
    assert all(date(year, 10, day) in off for day in range(1, 8))
    spring = sorted(day for day in off if day.month in {1, 2} and day.day > 1)
    eve = next(day for day in spring if day >= date(year, 1, 19))
    assert all(eve + timedelta(days=n) in off for n in range(workdays.SPRING_DAYS))


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        (date(2027, 3, 22), "KZ", False),  # Nauryz
        (date(2027, 3, 22), None, True),
        (date(2026, 11, 27), "SA", False),  # a Friday
        (date(2026, 11, 29), "SA", True),  # a Sunday
        (date(2026, 11, 29), "XX", False),
        (date(2026, 12, 25), "XX", True),
    ],
)
def test_elsewhere_people_rest_by_their_own_law(day, country, works):
    assert workdays.works(day, country) is works


def test_a_clock_that_is_put_forward_or_back_ends_the_day_at_six():
    for zone, now in (
        ("America/New_York", datetime(2027, 3, 8, 15, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 11, 1, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 3, 29, 15, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 22, 15, tzinfo=UTC)),
    ):
        due = due_at(Step.REVIEW, Side.PATIENT, now, ZoneInfo(zone))
        assert due.astimezone(ZoneInfo(zone)).time() == time(18)


@given(st.sampled_from(SIDES), moments)
def test_notices_come_one_after_another(side, due):
    found = [notice_at(side, due, given_) for given_ in range(12)]
    known = [at for at in found if at is not None]

    assert known == sorted(set(known))
    assert known[0] < due == known[1] < known[2] < known[3]
    if side is Side.PATIENT:
        assert len(known) == len(NOTICES) + 1
        assert found[len(NOTICES) + 1 :] == [None] * (11 - len(NOTICES))
    else:
        assert len(known) == 12


@given(moments, st.integers(-400, 400))
def test_a_rest_ends_at_the_beginning_of_its_day(now, days):
    today = now.astimezone(CHINA).date()
    until = today + timedelta(days=days)

    if 0 < days <= 180:
        ends = pause_ends(until, now)
        assert now < ends
        assert ends.astimezone(CHINA) == datetime.combine(until, time(0), CHINA)
    else:
        with pytest.raises(PauseRefusedError):
            pause_ends(until, now)
