"""What reading a query costs, and packing and opening the names of hospitals."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
import yaml

from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import NamePart, Names, pack_names
from directory.search.rules.reading import read
from directory.search.rules.stored import Documents
from tests.benchmarks.hospitals import hospitals
from tests.search.lexicons import documents, names, terms

READINGS = Path(__file__).parents[1] / "search" / "readings.yaml"
SEED = 20261122

MEDIAN_MS = {60: 0.3, 2_000: 0.4, 40_000: 0.8}
"""Median of reading one query; three times the aim, for a busy machine."""

HOSTILE_MS = 30.0
PACK_MS_PER_DOCUMENT = 1.5
OPEN_MS = 450.0

HOSTILE = (
    "a b c d e f g h " * 13,
    "shanghai people hospital first " * 7,
    "人民医院第一上海市" * 23,
    "北京" * 100,
    "上海北京人民医院第一人民医院中心医院第二人民医院肿瘤医院儿童医院" * 7,
    "瑞今南芳协河中闪仁际" * 20,
    "renminyiyuam zhongxinyiyuam ertongyiyuam zhongliuyiyuam " * 4,
    "haidianhepanyiyuam chaoyanghubinyiyuam yuexiumeihuayiyuam " * 4,
    "жуйдзинь наньфанн хуашянь " * 8,
    "مستشفى " * 28,
    "x" * 200,
    "shangh" * 34,
    "CT103A " * 29,
)
"""Queries of 200 characters that make much work of some sort."""

T = TypeVar("T")


def timed(act: Callable[[], T]) -> tuple[float, T]:
    """Return the milliseconds of the processor that something took, and its result.

    Everything here runs in one thread, so that what else the machine does is
    left out as far as can be.
    """
    began = time.process_time()
    made = act()
    return (time.process_time() - began) * 1000, made


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def typed(found: list[IndexDocument], chance: Random) -> list[str]:
    """Return how people would look for hospitals: whole names, parts, slips."""
    queries = []
    for one in chance.sample(found, 50):
        english, chinese = one.names["en"], one.names["zh"]
        words = english.split()
        at = chance.randrange(1, len(english) - 1)
        queries += [
            english,
            chinese,
            chinese[-6:],
            " ".join(chance.sample(words, 2)),
            english[:at] + english[at + 1 :],
            f"{chinese} MM {one.city}",
        ]
    return queries


@pytest.mark.parametrize("size", [60, 2_000, 40_000])
def test_reading_with_the_names_of_so_many(size):
    chance = Random(SEED)
    seeded = list(documents(names()))
    made = list(hospitals(max(0, size - len(seeded))))
    found = seeded + made
    compile_ms, vocabulary = timed(lambda: Lexicon.compiled(terms()))
    pack_ms, content = timed(lambda: pack_names(found, terms()))
    stored = Documents.of(found)
    whole = (1 << len(found)) - 1
    open_ms, lexicon = timed(
        lambda: vocabulary.with_names(
            Names([Layer(NamePart(content), 0, len(found), whole)], stored)
        )
    )
    cases = yaml.safe_load(READINGS.read_text("utf-8"))
    queries = [case["q"] for case in cases] + (typed(made, chance) if made else [])
    chance.shuffle(queries)

    for query in queries:
        read(lexicon, query)
    times = [timed(partial(read, lexicon, query))[0] for query in queries]
    worst = {
        query: min(timed(partial(read, lexicon, query))[0] for _ in range(3))
        for query in HOSTILE
    }

    middle, hostile = percentile(times, 0.5), max(worst.values())
    print(
        f"\n{len(found):6} documents  reading p50 {middle:6.3f} ms"
        f"  p99 {percentile(times, 0.99):6.3f} ms  hostile {hostile:6.2f} ms"
        f"\n{'':17}  vocabulary {compile_ms:6.0f} ms  pack {pack_ms:8.0f} ms"
        f"  open {open_ms:6.1f} ms  {len(content) / 1e6:6.2f} MB"
        f"\n{'':17}  worst: {max(worst, key=lambda query: worst[query])[:40]}"
    )
    assert middle <= MEDIAN_MS[size]
    assert hostile <= HOSTILE_MS
    assert pack_ms <= PACK_MS_PER_DOCUMENT * len(found) + 1000
    assert open_ms <= OPEN_MS
