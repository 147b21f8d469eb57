"""Public holidays of China in a stretch of days."""

from __future__ import annotations

from datetime import date

from directory.cases.rules.festivals import Festival, breaks


def test_days_off_in_a_row_are_one_break_with_its_name():
    found = breaks(date(2026, 9, 28), date(2026, 10, 31))

    assert [(each.begins, each.ends) for each in found] == [
        (date(2026, 10, 1), date(2026, 10, 7))
    ]
    assert found[0].festivals == (Festival.NATIONAL,)
    assert found[0].is_decreed


def test_a_break_that_begins_before_the_stretch_is_whole():
    found = breaks(date(2026, 10, 5), date(2026, 10, 6))

    assert found[0].begins == date(2026, 10, 1)
    assert found[0].ends == date(2026, 10, 7)


def test_a_stretch_without_holidays_has_none():
    assert breaks(date(2026, 7, 1), date(2026, 8, 31)) == ()


def test_a_year_without_a_decree_says_so():
    found = breaks(date(2028, 1, 20), date(2028, 2, 10))

    assert [each.festivals for each in found] == [(Festival.SPRING,)]
    assert not found[0].is_decreed


def test_no_festival_of_a_year_is_left_without_a_name():
    found = breaks(date(2026, 1, 1), date(2027, 12, 31))

    assert all(each.festivals for each in found if each.begins.year in {2026, 2027})
    assert {name for each in found for name in each.festivals} == set(Festival)
