"""What is offered while somebody types."""

from __future__ import annotations

import time

import pytest

from directory.search.rules.catalog import build as catalog
from directory.search.rules.documents import IndexDocument
from directory.search.rules.suggest import MOST_OF_A_KIND, Suggester, build
from directory.search.rules.values import Kind
from tests.search.catalogs import TERMS, center

DOCUMENTS = [
    center("ruijin-hospital", names={"en": "Ruijin Hospital", "zh": "瑞金医院"}),
    center("amber-hospital", names={"en": "Amber Hospital"}, aliases=("AMH",)),
    IndexDocument(Kind.GUIDE, "visa", {"en": "Visas"}, questions=("which visa",)),
    IndexDocument(Kind.THERAPY, "zed-cel", {"en": "Zed-cel"}, aliases=("CT103A",)),
]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return build(catalog(DOCUMENTS, TERMS), TERMS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("rui", "ruijin-hospital"),
        ("RUIJIN H", "ruijin-hospital"),
        ("瑞", "ruijin-hospital"),
        ("金医", "ruijin-hospital"),
        ("ruijinyi", "ruijin-hospital"),
        ("rui jin yi", "ruijin-hospital"),
        ("rjyy", "ruijin-hospital"),
        ("amh", "amber-hospital"),
        ("ct-103", "zed-cel"),
        ("bei", "beijing"),
        ("toci", "tocilizumab"),
        ("myel", "mm"),
        ("which v", "visa"),
    ],
)
def test_a_beginning_finds_names_aliases_sounds_and_needs(suggester, typed, first):
    found = suggester.suggest(typed, 8)

    assert found[0].key == first
    assert found[0].matched


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "zzzz", "*", "(", "\ud800"])
def test_nothing_is_offered_for_nothing(suggester, typed):
    assert suggester.suggest(typed, 8) == ()


def test_an_exact_name_comes_before_one_that_only_begins_so(suggester):
    assert suggester.suggest("lymphoma", 8)[0].key == "lymphoma"


def test_no_kind_crowds_out_the_others_and_each_stands_together():
    many = [
        center(f"b{n}", names={"en": f"Beech {n}"}) for n in range(2 * MOST_OF_A_KIND)
    ]
    found = build(catalog(many, TERMS), TERMS).suggest("be", 6)
    kinds = [one.kind for one in found]

    assert len(found) == 6
    assert "city" in kinds
    assert kinds == sorted(kinds, key=kinds.index)


def test_the_first_letter_takes_no_time():
    many = [center(f"b{n}", names={"en": f"Beech {n} Hospital"}) for n in range(2000)]
    suggester = build(catalog(many, ()), ())
    began = time.perf_counter()
    for _ in range(20):
        suggester.suggest("b", 8)

    assert (time.perf_counter() - began) / 20 < 0.025
