"""What searching costs: the work behind one results page, and opening a state."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from directory.adapters import analysis
from directory.adapters.whoosh_words import compacted, opened, written
from directory.core.text import Language
from directory.search.queries import State, answer
from directory.search.rules import catalog, suggest
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.reading import read
from directory.search.rules.values import Asked, Kind
from tests.search.catalogs import CHINESE, CITIES, TERMS, WORDS, invented

QUERIES = 400
CENTERS = frozenset({Kind.CENTER})

BUDGET_MS = {60: (5.0, 25.0), 2000: (40.0, 200.0)}
"""Median and 99th percentile of the work for one results page, by documents; on
two cores, with room for a busy machine."""


def asked(chance: Random) -> Asked:
    """Return a query of the sorts that people type, with filters now and then."""
    parts = [
        chance.choice(WORDS),
        chance.choice(CITIES),
        "icu",
        "myeloma",
        "".join(chance.sample(CHINESE, 2)),
        f"{chance.choice(WORDS)} Center {chance.randrange(60)}",
        "leukmia",
        "xuebing",
    ]
    text = " ".join(chance.sample(parts, chance.randint(1, 3)))
    filters = {"city": (chance.choice(CITIES),)} if chance.random() < 0.3 else {}
    return Asked(text=text, filters=filters, kinds=CENTERS)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


@pytest.mark.parametrize("size", [60, 2000])
def test_the_work_behind_a_results_page(size, tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))
    chance = Random(20261122)
    documents = [invented(number, chance) for number in range(size)]
    files: dict[str, bytes] = {}
    built_ms = timed(lambda: files.update(written(None, (), documents, {})))
    first = documents[0]
    changed_ms = timed(lambda: written(files, [first.id], [first], {}))
    tidied_ms = timed(lambda: compacted(files))
    opened_ms = timed(lambda: opened(files))
    held = opened(files)
    found = catalog.build(held.documents, TERMS)
    lexicon = Lexicon.compiled(TERMS)
    suggester = suggest.build(found, TERMS)
    state = State(
        "bench", found, held.words, lambda text, dropped: read(lexicon, text, dropped)
    )
    queries = [asked(chance) for _ in range(QUERIES)]

    times = [timed(partial(answer, state, one, Language.EN)) for one in queries]
    typed = [one.text[: chance.randint(1, 6)] for one in queries]
    suggested = [timed(partial(suggester.suggest, one, 8)) for one in typed]

    middle, worst = percentile(times, 0.5), percentile(times, 0.99)
    print(
        f"\n{size:6} documents  results page p50 {middle:6.2f} ms  p99 {worst:7.2f} ms"
        f"   suggestions p50 {percentile(suggested, 0.5):5.2f} ms"
        f"  p99 {percentile(suggested, 0.99):5.2f} ms"
        f"\n{'':17}  write all {built_ms:8.1f} ms   one change {changed_ms:6.1f} ms"
        f"   tidy {tidied_ms:8.1f} ms   open {opened_ms:6.1f} ms"
        f"   {sum(map(len, files.values())) / 1000:.0f} kB"
    )
    assert middle <= BUDGET_MS[size][0]
    assert worst <= BUDGET_MS[size][1]
    assert percentile(suggested, 0.5) < 5.0
