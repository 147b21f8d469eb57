"""Chips, choices and page numbers, without a search behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from directory.core.text import Language
from directory.search.rules.values import (
    Asked,
    Concept,
    FacetValue,
    Reading,
    Relaxation,
    Results,
    Understood,
)
from directory.web.public import answer

NOTHING = Results(
    reading=Reading(text="", language=Language.EN),
    total=0,
    confirmed=0,
    page=1,
    per_page=20,
    items=(),
    facets={},
)


@pytest.fixture(autouse=True)
def request_to_the_site(site) -> Iterator[None]:
    with site.test_request_context("/centers"):
        yield


def understood(*parts: Understood) -> Results:
    reading = Reading(text="x", language=Language.EN, understood=parts)
    return replace(NOTHING, reading=reading)


def test_a_reading_is_dropped_and_a_filter_is_removed():
    asked = Asked(text="icu", filters={"city": ("beijing", "tianjin")}, page=3)

    dropped = answer.without(asked, "capability", "icu")
    removed = answer.without(asked, "city", "beijing")

    assert (dropped.dropped, dropped.page) == (frozenset({"capability:icu"}), 1)
    assert dict(removed.filters) == {"city": ("tianjin",)}


def test_each_reading_has_a_chip_with_an_address_without_it():
    part = Understood(Concept.CITY, "guangzhou", "canton")
    asked = Asked(text="icu canton", page=2)

    (chip,) = answer.readings(asked, understood(part))

    assert chip.without == "/centers?q=icu+canton&drop=city%3Aguangzhou"
    assert chip.typed == "canton"


def test_other_meanings_lead_to_pages_or_filters():
    part = Understood(
        Concept.CITY,
        "guangzhou",
        "x",
        others=(
            (Concept.CENTER, "nanfang-hospital"),
            (Concept.INDICATION, "mm"),
            (Concept.GUIDE, "cost"),
        ),
    )

    (chip,) = answer.readings(Asked(text="x"), understood(part))

    assert [url for _, _, url in chip.others] == [
        "/centers/nanfang-hospital",
        "/centers?q=x&indication=mm&drop=city%3Aguangzhou",
        "/guides/cost",
    ]


def test_what_was_undone_can_be_done_again():
    asked = Asked(text="x", dropped=frozenset({"city:beijing", "capability:icu"}))

    addresses = [chip.without for chip in answer.undone(asked)]

    assert addresses == [
        "/centers?q=x&drop=city%3Abeijing",
        "/centers?q=x&drop=capability%3Aicu",
    ]


def test_what_is_chosen_is_never_behind_more():
    values = tuple(
        FacetValue(f"k{number}", number, selected=number == 9) for number in range(12)
    )

    (facet,) = answer.facets(replace(NOTHING, facets={"capability": values}))

    assert facet.first[0].key == "k9"
    assert len(facet.first) == answer.FIRST
    assert "k0" not in {choice.key for choice in (*facet.first, *facet.rest)}
    assert len(facet.first) + len(facet.rest) == 11


def test_one_choice_more_is_not_worth_a_more():
    values = tuple(
        FacetValue(f"k{number}", 1, selected=False)
        for number in range(answer.FIRST + 1)
    )

    (facet,) = answer.facets(replace(NOTHING, facets={"city": values}))

    assert facet.rest == ()


@pytest.mark.parametrize(
    ("total", "page", "numbers"),
    [
        (0, 1, []),
        (20, 1, []),
        (21, 1, [1, 2]),
        (47, 2, [1, 2, 3]),
        (400, 1, [1, 2, None, 20]),
        (400, 10, [1, None, 9, 10, 11, None, 20]),
        (400, 20, [1, None, 19, 20]),
        (100_000, 1, [1, 2, None, 25]),
    ],
)
def test_pages_are_numbered_with_gaps(total, page, numbers):
    results = replace(NOTHING, total=total, page=page)

    found = answer.pages(Asked(), results)

    assert [number for number, _ in found] == numbers


def test_a_relaxation_leads_to_what_it_promises():
    asked = Asked(text="x", filters={"city": ("tianjin",)})
    results = replace(
        NOTHING,
        relaxations=(
            Relaxation((("city", "tianjin"),), 4),
            Relaxation((("audience", "pediatric"),), 2),
        ),
    )

    found = list(answer.relaxations(asked, results))

    assert [(total, url) for total, _, url in found] == [
        (4, "/centers?q=x"),
        (2, "/centers?q=x&city=tianjin&drop=audience%3Apediatric"),
    ]
