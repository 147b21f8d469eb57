"""When products were licensed, as a line and as a table."""

from __future__ import annotations

import pytest

from directory.knowledge.queries import therapy_pages
from directory.knowledge.rules.approvals import licensed
from tests.browser import words


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_page_is_good_in_every_language(browser, language):
    page = browser.open(f"/{language}/therapies/approvals")

    assert len(page.by_class("licenses")) == 1


def test_every_license_in_china_is_told_once_with_its_source(browser, tools):
    with tools.reading() as session:
        dated, bare = licensed(therapy_pages(session))
    page = browser.open("/en/therapies/approvals")
    rows = [row for table in page.all("table") for row in table.iter("tr")][1:]

    assert len(rows) == len(dated) == 10
    for row, one in zip(rows, dated, strict=True):
        inside = {each.get("href") for each in row.iter("a")}
        assert f"/en/therapies/{one.therapy.slug}" in inside
        assert one.approval.source.url in inside
    assert {one.therapy.slug for one in bare} == {"pcar-19b", "renike-cel"}


def test_dates_are_told_no_more_exactly_than_they_are_known(browser):
    page = browser.open("/en/therapies/approvals")
    table = words(next(page.all("table")))

    assert "Approved on June 22, 2021 axicabtagene" in table
    assert "Approved in June 2023 axicabtagene" in table
    assert "Announced on August 27, 2024 ciltacabtagene" in table


def test_the_drawing_has_a_mark_for_each_license(browser, tools):
    with tools.reading() as session:
        dated, _bare = licensed(therapy_pages(session))
    picture = browser.open("/en/therapies/approvals").by_class("licenses")[0]
    marks = {
        name: sum(name in (each.get("class") or "").split() for each in picture.iter())
        for name in ("licenses__day", "licenses__month", "licenses__announced")
    }

    assert sum(marks.values()) == len(dated)
    assert marks["licenses__month"] == 3
    assert marks["licenses__announced"] == 1


def test_licenses_without_a_date_say_why(browser):
    page = browser.open("/en/therapies/approvals")
    apart = words(next(page.all("section", id="undated")))

    assert "A month is passed around" in apart
    assert "No source found" in apart


def test_comparators_are_not_on_the_line(browser):
    page = browser.open("/en/therapies/approvals")

    assert "idecabtagene" not in page.text
