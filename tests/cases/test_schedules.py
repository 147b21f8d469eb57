"""Which days a schedule after treatment has."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from directory.cases.rules.follow_up import (
    OWN,
    Planned,
    ScheduleRefusedError,
    check,
    days_of,
    months_after,
)

TODAY = date(2026, 11, 22)
KNOWN = frozenset({"response"})


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day, months, found
):
    assert months_after(day, months) == found


def test_a_line_comes_on_its_days_or_on_none():
    assert days_of(TODAY, days=30, months=None, times=1) == (date(2026, 12, 22),)
    assert days_of(TODAY, days=None, months=12, times=3) == (
        date(2027, 11, 22),
        date(2028, 11, 22),
        date(2029, 11, 22),
    )
    assert days_of(TODAY, days=None, months=None, times=1) == ()


@pytest.mark.parametrize(
    ("infusion", "lines", "problem"),
    [
        (TODAY - timedelta(days=366), [], ("infusion", "far")),
        (TODAY + timedelta(days=181), [], ("infusion", "far")),
        (TODAY, [], ("lines", "missing")),
        (TODAY, [Planned("response", TODAY)] * 2, ("lines", "twice")),
        (TODAY, [Planned("surgery", TODAY)], ("lines-0", "unknown")),
        (TODAY, [Planned(OWN, TODAY)], ("lines-0", "missing")),
        (TODAY, [Planned(OWN, TODAY, "x" * 501)], ("lines-0", "long")),
        (TODAY, [Planned("response", TODAY - timedelta(days=1))], ("lines-0", "day")),
        (TODAY, [Planned("response", date(2043, 1, 1))], ("lines-0", "day")),
        (
            TODAY,
            [Planned("response", TODAY + timedelta(days=n)) for n in range(61)],
            ("lines", "many"),
        ),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused(infusion, lines, problem):
    with pytest.raises(ScheduleRefusedError) as refused:
        check(infusion, lines, KNOWN, TODAY)

    problems = refused.value.facts["problems"]
    assert isinstance(problems, list)
    assert problem in problems
