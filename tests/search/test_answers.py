"""The whole answer against one that looks at every document, plainly written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest

from directory.core.text import Language
from directory.search.queries import State, answer
from directory.search.rules.catalog import Catalog, Facts, pack_facts
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.questions import question
from directory.search.rules.stored import Documents, Stored, pack_documents
from directory.search.rules.values import (
    Asked,
    Concept,
    Kind,
    Reading,
    Results,
    Sort,
    Understood,
)
from directory.search.rules.words import Found, Matches, Reason, Tier
from tests.search.catalogs import CITIES, DAY, ILLNESSES, NEEDS, TERMS, invented
from tests.search.oracle import Oracle

LANGUAGES = (Language.EN, Language.ZH)
CENTERS = frozenset({Kind.CENTER})


class Drawn:
    """Finds what was drawn by chance."""

    def __init__(self, found: Matches) -> None:
        self.found = found

    def find(self, _text: str) -> Matches:
        return self.found

    def explain(self, _text: str, _place: int) -> tuple[Reason, ...]:
        return ()


def drawn(number: int, chance: Random, version: int) -> IndexDocument:
    one = invented(number, chance, version)
    day = chance.choice([None, DAY, DAY.replace(day=1)])
    return replace(one, verified_on=day)


def segments(chance: Random) -> tuple[Catalog, list[IndexDocument]]:
    """Return a catalog of several segments, and what stands in it."""
    stands: dict[str, tuple[int, int, IndexDocument]] = {}
    written: list[list[IndexDocument]] = []
    for version, size in enumerate((chance.randint(30, 90), 1, 7, 20)):
        numbers = range(size) if not version else chance.sample(range(100), size)
        written.append([drawn(number, chance, version) for number in numbers])
        for at, one in enumerate(written[-1]):
            stands[one.id] = (version, at, one)
    for gone in chance.sample(sorted(stands), 5):
        del stands[gone]
    stored, facts, base = [], [], 0
    for version, documents in enumerate(written):
        alive = sum(1 << at for where, at, _ in stands.values() if where == version)
        size = len(documents)
        stored.append(Layer(Stored(pack_documents(documents)), base, size, alive))
        facts.append(Layer(Facts(pack_facts(documents, TERMS)), base, size, alive))
        base += size
    catalog = Catalog.of(Documents(stored), facts, TERMS)
    return catalog, [one for _, _, one in stands.values()]


def some(chance: Random, keys: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(chance.sample(keys, chance.choice([0, 0, *range(1, most + 1)])))


def reading(chance: Random, rest: str) -> Reading:
    typed = [
        *((Concept.CITY, key) for key in some(chance, CITIES, 1)),
        *((Concept.CAPABILITY, key) for key in some(chance, NEEDS, 2)),
        *((Concept.INDICATION, key) for key in some(chance, ILLNESSES, 1)),
    ]
    understood = tuple(Understood(kind, key, key) for kind, key in typed)
    return Reading("typed", Language.EN, understood, rest=rest)


def filters(chance: Random) -> Mapping[str, tuple[str, ...]]:
    drawn = {
        "city": some(chance, CITIES, 2),
        "capability": some(chance, NEEDS, 2),
        "indication": some(chance, ILLNESSES, 2),
    }
    return {facet: keys for facet, keys in drawn.items() if keys}


def everything(state: State, asked: Asked, language: Language) -> tuple[str, ...]:
    found: list[str] = []
    for page in range(1, 6):
        items = answer(state, replace(asked, page=page, per_page=100), language).items
        found += (f"{one.kind.value}:{one.slug}" for one in items)
    return tuple(found)


@pytest.mark.parametrize("seed", range(60))
def test_results_order_and_counts_are_those_of_looking_at_every_document(seed):
    chance = Random(seed)
    catalog, documents = segments(chance)
    oracle = Oracle(documents, TERMS)
    words = chance.choice([0, 0, 1, 2, 3])
    found = {
        one.id: Found(
            real=chance.randint(0, have),
            words=have,
            score=float(chance.choice([20, 100, 500, 1000])),
            best=Tier.EXACT,
        )
        for one in documents
        if words and chance.random() < 0.6
        for have in [chance.randint(1, words)]
    }
    matches = Matches.of(
        {catalog.documents.place(one) or 0: said for one, said in found.items()}, words
    )
    read = reading(chance, "words" if words else "")
    state = State("test", catalog, Drawn(matches), lambda *_: read)
    asked = Asked(
        text="typed",
        filters=filters(chance),
        kinds=CENTERS,
        confirmed_only=chance.random() < 0.25,
        sort=chance.choice([Sort.RELEVANCE, Sort.RELEVANCE, *Sort]),
        per_page=chance.choice([3, 10, 100]),
        page=chance.choice([1, 1, 2, 3]),
    )
    language = chance.choice(LANGUAGES)
    parts = question(asked, read, catalog.documents.ids)
    expected = oracle.answer(parts, found, words, asked.sort, language)

    results = answer(state, asked, language)

    begin = (asked.page - 1) * asked.per_page
    assert [(f"center:{one.slug}", one.match) for one in results.items] == expected[
        begin : begin + asked.per_page
    ]
    assert results.total == len(expected)
    assert results.confirmed == sum(m.value == "confirmed" for _, m in expected)
    check_counts(oracle, state, asked, results, language)


def check_counts(
    oracle: Oracle, state: State, asked: Asked, results: Results, language: Language
) -> None:
    """Compare what each choice promises with what choosing it gives."""
    for facet, keys in (
        ("city", CITIES),
        ("capability", NEEDS),
        ("indication", ILLNESSES),
    ):
        counts = {one.key: one for one in results.facets[facet]}
        for key in keys:
            chosen = asked
            if key not in counts or not counts[key].selected:
                also = (*asked.filters.get(facet, ()), key)
                chosen = replace(asked, filters={**asked.filters, facet: also})
            given = oracle.said(
                everything(state, chosen, language),
                facet,
                key,
                confirmed_only=asked.confirmed_only,
            )
            assert given == (counts[key].count if key in counts else 0), (facet, key)
