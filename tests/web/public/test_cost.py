"""Costs: drawn as far as they are stated, and in the reader's currency if asked."""

from __future__ import annotations

import pytest

from directory.knowledge.rules.guide import Cost
from directory.web.public.cost import Bar, picture
from tests.browser import Page, words
from tests.knowledge.seeds import guides

URL = "/en/guides/cost"
PAGE = {"url": "https://example.org/prices"}


def cost(**values) -> Cost:
    return Cost.model_validate({"component": "Stay", "source": PAGE} | values)


def costs() -> list[Cost]:
    return [each for section in guides()["cost"].sections for each in section.costs]


def element(page: Page, name: str) -> str:
    return next(words(each) for each in page.tree.iter() if each.get("id") == name)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("query", ["", "?currency=EUR&yuan=7.85", "?currency=EUR"])
def test_the_page_is_good_in_every_language(browser, language, query):
    status = 400 if query == "?currency=EUR" else 200

    browser.open(f"/{language}/guides/cost{query}", status=status)


def test_a_bar_is_as_long_as_its_amount_and_a_range_begins_where_it_begins():
    listed = cost(currency="CNY", low=1_200_000)
    drawn = picture([listed, cost(currency="CNY", low=400_000, high=800_000)], [listed])

    assert [drawn.marks[0], drawn.marks[-1]] == [(0, 0), (100, 1_250_000)]
    assert [row.bar for row in drawn.rows] == [Bar(0, 96), Bar(32, 32)]


def test_what_is_not_stated_has_no_bar_at_all():
    drawn = picture([cost(basis="unverified", source=None)], [])

    assert [row.bar for row in drawn.rows] == [None]
    assert drawn.marks == ()


def test_claims_in_dollars_stand_beside_the_list_prices_that_were_found():
    listed = [
        cost(currency="CNY", low=999_000, about_usd=141_000),
        cost(currency="CNY", low=1_290_000, about_usd=182_000),
    ]
    claim = cost(currency="USD", low=200_000, high=400_000, claimed_by="A company")

    drawn = picture([claim], [*listed, claim])

    assert drawn.compared is not None
    assert drawn.compared[:2] == (141_000, 182_000)
    assert picture(listed, [*listed, claim]).compared is None


def test_each_cost_is_a_row_with_its_amount_or_says_that_none_is_stated(browser):
    page = browser.open(URL)
    rows = [words(row) for table in page.by_class("sums") for row in table.iter("tr")]

    for each in costs():
        if each.low is None:
            continue
        amount = f"{each.low:,}"
        assert any(amount in row for row in rows), each.component
    silent = sum(each.low is None for each in costs())
    assert sum("Not stated." in row for row in rows) == silent > 0
    assert len(page.by_class("sums__gap")) == silent + 1


def test_there_is_no_total_and_the_page_says_so(browser):
    page = browser.open(URL)

    assert "There is no total here, on purpose." in page.text
    assert "Total" not in page.text.replace("Total cost", "")


def test_the_rate_of_the_page_has_its_day_and_its_source(browser):
    page = browser.open(URL)
    shown = element(page, "your-currency")

    assert "7.07 yuan per dollar, the rate of December 9, 2025" in shown
    links = {each.get("href") for each in page.by_class("source")}
    assert any("szdaily.com" in link for link in links)


def test_a_reader_brings_a_rate_along(browser):
    page = browser.open(f"{URL}?currency=EUR&yuan=8.00")
    shown = element(page, "your-currency")

    assert "at your rate of 8 yuan for 1 EUR" in shown
    assert "€143,750" in shown
    assert "This is arithmetic, not an offer." in shown
    assert next(page.all("meta", name="robots")).get("content") == "noindex"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("currency=EUR&yuan=", "in digits, for example 7.85"),
        ("currency=EUR&yuan=viel", "in digits, for example 7.85"),
        ("currency=EUR&yuan=-3", "in digits, for example 7.85"),
        ("currency=EUR&yuan=nan", "in digits, for example 7.85"),
        ("currency=EUR&yuan=7,85", "without commas"),
        ("currency=EUR&yuan=0", "above zero"),
        ("currency=EUR&yuan=1.23456789", "at most six digits"),
        ("currency=EUR&yuan=99999999999999", "too large"),
        ("currency=&yuan=7.85", "Choose a currency"),
        ("currency=XXX&yuan=7.85", "Choose a currency"),
        ("yuan=7.85", "Choose a currency"),
    ],
)
def test_a_rate_that_is_none_is_asked_about(browser, query, said):
    page = browser.open(f"{URL}?{query}", status=400)

    assert page.title.startswith("Error:")
    assert said in words(page.by_class("nhsuk-error-summary")[0])
    assert "arithmetic" not in page.text


def test_what_was_typed_stays(browser):
    page = browser.open(f"{URL}?currency=EUR&yuan=7,85", status=400)

    assert next(page.all("input", name="yuan")).get("value") == "7,85"
    chosen = [
        each.get("value") for each in page.all("option") if "selected" in each.attrib
    ]
    assert chosen == ["EUR"]


def test_digits_of_other_scripts_are_digits(browser):
    page = browser.open(f"{URL}?currency=EUR&yuan=٨")

    assert "€143,750" in page.text
