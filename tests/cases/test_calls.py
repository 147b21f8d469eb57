"""Which times may be offered for a consultation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.cases.rules.calls import SlotError, check_slots, moment_in, overlap

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_time_in_shanghai_is_eight_hours_before_in_utc():
    found = moment_in(SHANGHAI, datetime(2026, 11, 24, 15, 30))  # noqa: DTZ001

    assert found == at(7, 30)


@pytest.mark.parametrize(
    ("zone", "typed", "wrong"),
    [
        (NEW_YORK, datetime(2027, 3, 14, 2, 30), "skipped"),  # noqa: DTZ001
        (NEW_YORK, datetime(2026, 11, 1, 1, 30), "twice"),  # noqa: DTZ001
        (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 4, 2, 10), "skipped"),  # noqa: DTZ001
        (SHANGHAI, datetime(1990, 4, 15, 2, 30), "skipped"),  # noqa: DTZ001
    ],
)
def test_a_time_that_no_clock_or_two_clocks_show_is_refused(zone, typed, wrong):
    with pytest.raises(SlotError) as refused:
        moment_in(zone, typed, 2)

    assert refused.value.facts == {"wrong": wrong, "place": 2}


@pytest.mark.parametrize(
    ("slots", "minutes", "wrong", "place"),
    [
        ([], 30, "missing", 0),
        ([at(hour) for hour in range(6)], 30, "many", 5),
        ([at(1), NOW], 30, "past", 1),
        ([at(1), NOW - timedelta(days=1)], 30, "past", 1),
        ([NOW + timedelta(days=366)], 30, "far", 0),
        ([at(1), at(2), at(1, 29)], 30, "overlaps", 2),
        ([at(1), at(1)], 30, "overlaps", 1),
        ([at(1)], 4, "minutes", 0),
        ([at(1)], 241, "minutes", 0),
    ],
)
def test_times_that_cannot_be_offered_are_refused_with_their_place(
    slots, minutes, wrong, place
):
    with pytest.raises(SlotError) as refused:
        check_slots(slots, minutes, NOW)

    assert refused.value.facts == {"wrong": wrong, "place": place}


def test_times_may_follow_each_other_at_once():
    check_slots([at(1), at(1, 30), at(2)], 30, NOW)

    assert not overlap(at(1), 30, at(1, 30), 30)
    assert overlap(at(1), 31, at(1, 30), 30)
    assert overlap(at(1, 10), 5, at(1), 60)
