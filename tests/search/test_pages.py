"""Pages that are given again."""

from __future__ import annotations

import pytest

from directory.core.text import Language
from directory.search.rules.pages import LONGEST_KEPT, MOST_CHOSEN, Pages
from directory.search.rules.values import (
    PER_PAGE,
    Asked,
    Kind,
    Reading,
    Results,
    Sort,
)

CENTERS = frozenset({Kind.CENTER})


def answered(asked: Asked, language: Language) -> Results:
    return Results(Reading(asked.text, language), 0, 0, asked.page, 20, (), {})


def test_the_same_question_is_answered_once():
    pages = Pages(answered)
    first = pages(Asked("icu", {"city": ("beijing",)}, kinds=CENTERS), Language.EN)
    again = pages(
        Asked("icu", {"city": ("beijing",)}, kinds=frozenset({Kind.CENTER})),
        Language.EN,
    )

    assert again is first
    assert pages.uses() == (1, 1, 1)


def test_the_order_of_filters_and_of_their_values_does_not_matter():
    pages = Pages(answered)
    one = {"city": ("beijing", "tianjin"), "route": ("trial",)}
    other = {"route": ("trial", "trial"), "city": ("tianjin", "beijing")}

    assert pages(Asked(filters=one), Language.EN) is pages(
        Asked(filters=other), Language.EN
    )


@pytest.mark.parametrize(
    "other",
    [
        Asked("icu "),
        Asked("icu", {"city": ("beijing",)}),
        Asked("icu", {"route": ("beijing",)}),
        Asked("icu", dropped=frozenset({"capability:icu"})),
        Asked("icu", kinds=CENTERS),
        Asked("icu", confirmed_only=True),
        Asked("icu", sort=Sort.NAME),
        Asked("icu", page=2),
        Asked("icu", per_page=10),
    ],
)
def test_whatever_differs_in_a_question_makes_another_page(other):
    pages = Pages(answered)
    first = pages(Asked("icu"), Language.EN)

    assert pages(other, Language.EN) is not first
    assert pages(Asked("icu"), Language.ZH) is not first
    assert pages(Asked("icu"), Language.EN) is first


@pytest.mark.parametrize(
    "large",
    [
        Asked("x" * (LONGEST_KEPT + 1)),
        Asked(per_page=PER_PAGE + 1),
        Asked(filters={"city": tuple(f"c{n}" for n in range(MOST_CHOSEN + 1))}),
        Asked(dropped=frozenset(f"city:c{n}" for n in range(MOST_CHOSEN + 1))),
    ],
)
def test_what_is_unusually_large_is_answered_and_not_kept(large):
    pages = Pages(answered)

    assert pages(large, Language.EN) == pages(large, Language.EN)
    assert pages.uses() == (0, 2, 0)


def test_no_more_are_kept_than_agreed():
    pages = Pages(answered, most=10)
    for number in range(1000):
        pages(Asked(f"q{number}"), Language.EN)

    assert pages.uses() == (0, 1000, 10)
