"""Medians, quartiles, stays, axes and small cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cases.rules.reports import (
    Place,
    Spread,
    Stay,
    axis,
    months,
    shown,
    spread,
    stays,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
numbers = st.floats(0, 10_000, allow_subnormal=False)


def place(days, step, *, is_closed=False):
    return Place(NOW + timedelta(days=days), step, is_closed)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([3.0], Spread(1, 3.0, 3.0, 3.0)),
        ([1.0, 3.0], Spread(2, 1.5, 2.0, 2.5)),
        ([4.0, 1.0, 2.0, 3.0, 5.0], Spread(5, 2.0, 3.0, 4.0)),
    ],
)
def test_spreads_are_known_ones(values, expected):
    assert spread(values) == expected


@given(st.lists(numbers, min_size=1))
def test_quartiles_lie_in_order_within_the_values(values):
    found = spread(values)

    slack = 1e-6
    assert min(values) - slack <= found.low <= found.median + slack
    assert found.median - slack <= found.high <= max(values) + slack


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], []),
        ([place(0, 1), place(3, 1)], []),
        ([place(0, 1), place(2, 2)], [(1, 2.0)]),
        (
            [place(0, 1), place(2, 2), place(3, 1), place(7, 2)],
            [(1, 2), (2, 1), (1, 4)],
        ),
        ([place(0, 1), place(5, 1, is_closed=True)], [(1, 5)]),
        (
            [place(0, 1), place(5, 1, is_closed=True), place(9, 1), place(10, 2)],
            [(1, 5), (1, 1)],
        ),
    ],
)
def test_a_stay_ends_when_the_case_goes_on_or_is_closed(places, expected):
    assert [(stay.step, stay.days) for stay in stays(places)] == expected
    assert all(isinstance(stay, Stay) for stay in stays(places))


@given(numbers)
def test_an_axis_begins_at_zero_and_holds_everything(most):
    marks = axis(most)

    assert marks[0] == 0
    assert marks[-1] >= most - 1e-6
    assert 2 <= len(marks) <= 6


@pytest.mark.parametrize(
    ("count", "is_owner", "expected"),
    [(0, False, 0), (1, False, None), (4, False, None), (5, False, 5), (1, True, 1)],
)
def test_small_counts_are_shown_to_the_owner_alone(count, is_owner, expected):
    assert shown(count, is_owner=is_owner) == expected


def test_months_run_over_the_turn_of_the_year():
    assert months(datetime(2027, 2, 1, tzinfo=UTC), 4) == (
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    )
