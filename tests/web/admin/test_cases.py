"""Administrators see numbers of cases, and nothing of what is in them."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from tests.web.inventing import invent


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("count", [0, 2])
def test_the_page_opens_with_and_without_cases(desk, admin, count, language):
    for seed in range(count):
        invent(desk, None, seed)

    assert admin.open(f"/{language}/admin/cases").heading


def test_cases_are_counted_and_not_named(desk, admin):
    references = [invent(desk, None, seed) for seed in range(3)]
    desk.clock.move(days=30)
    again = desk.sit(Role.ADMIN)

    page = again.open("/en/admin/cases")

    assert "3 of all cases are invented for demonstration." in page.text
    assert "Overdue3; the longest since November" in page.text
    assert not any(reference in page.text for reference in references)
    assert "/en/admin/cases" in again.open("/en/admin/").links()


def test_only_administrators_count_all(desk):
    desk.sit(Role.FACILITATOR).open("/en/admin/cases", 403)
