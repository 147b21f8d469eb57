"""Choosing a value gives as many results as the page said, on the real listings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from directory.adapters.memory_words import ContainedWords
from directory.core.text import Language
from directory.search.queries import State, answer
from directory.search.rules.catalog import Catalog
from directory.search.rules.reading import read
from directory.search.rules.values import Asked, Hit, Kind
from tests.search.lexicons import lexicon
from tests.search.seeded import seeded_content

HERE = Path(__file__).parent
SAMPLE = [
    *("MM 广州", "儿童医院 天津", "myeloma", "icu beijing", "瑞金 icu"),
    *(one["q"] for one in json.loads((HERE / "queries.json").read_text("utf-8"))),
    *(
        one["q"]
        for one in yaml.safe_load((HERE / "more-queries.yaml").read_text("utf-8"))
    ),
][:200]
CENTERS = frozenset({Kind.CENTER})


@pytest.fixture(scope="module")
def state(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    """Return a state of all seeds."""
    seeds = seeded_content(seeded_file, tmp_path_factory.mktemp("promises"))
    words = lexicon()
    return State(
        "seeds",
        Catalog.build(seeds.documents, seeds.terms),
        ContainedWords(seeds.documents),
        lambda text, dropped: read(words, text, dropped),
    )


def having(state: State, items: tuple[Hit, ...], facet: str, key: str) -> int:
    """Return how many results are said to have a value."""
    affirmed = state.catalog.affirmed(facet, key)
    places = (state.catalog.documents.place(f"center:{one.slug}") for one in items)
    return sum(place is not None and affirmed >> place & 1 for place in places)


@pytest.mark.parametrize("text", SAMPLE)
def test_choosing_a_value_gives_what_was_promised(state, text):
    asked = Asked(text, kinds=CENTERS, per_page=100)
    results = answer(state, asked, Language.EN)

    for facet, values in results.facets.items():
        for one in values:
            chosen = asked
            if not one.selected:
                chosen = replace(asked, filters={facet: (one.key,)})
            given = answer(state, chosen, Language.EN)
            assert given.total == len(given.items)
            assert having(state, given.items, facet, one.key) == one.count, one


def test_nothing_found_offers_what_to_drop(state):
    results = answer(state, Asked("儿童医院 天津", kinds=CENTERS), Language.ZH)

    assert results.total == 0
    assert {one.drop for one in results.relaxations} == {
        (("type", "children"),),
        (("city", "tianjin"),),
    }
    assert all(one.total > 0 for one in results.relaxations)
