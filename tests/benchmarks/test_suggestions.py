"""What offering something while somebody types costs, as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import process_time

import pytest

from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.palladius import spellings as in_russian
from directory.search.rules.spoken import syllables
from directory.search.rules.suggest import (
    OfferPart,
    Suggester,
    pack_offers,
    pack_terms,
)
from tests.benchmarks.hospitals import SEED, hospitals, terms
from tests.benchmarks.measure import percentile, settled, timed_ms
from tests.benchmarks.tables import machine
from tests.benchmarks.test_peers import REPORTS, SIZES

LONGEST = 20
SAMPLED = 25
"""Spellings of each sort, of each of which every beginning is typed."""

TRIES = 3
"""Of these the quickest counts: what else the machine does is not measured."""

CHANGES = 12
"""Small segments beside the large one, as between two merges."""

P99_MS, PACK_S, OPEN_MS, MOST_MB = 5.0, 20.0, 100.0, 100.0
"""What must hold at every size."""


@dataclass
class Run:
    """What was measured at one size."""

    size: int
    pack_s: float
    open_ms: float
    megabytes: float
    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def part(self, part: float) -> float:
        """Return a percentile over all that was typed."""
        return percentile(
            [one for each in self.times_ms.values() for one in each], part
        )


def spelled(documents: Sequence[IndexDocument]) -> dict[str, list[str]]:
    """Return what people type, by sort."""
    chance = Random(SEED)
    some = chance.sample(documents, min(SAMPLED, len(documents)))
    labels = [term.labels for term in chance.sample(terms(), SAMPLED)]
    sounds = [syllables(one.names["zh"]) for one in some]
    english = [one.names["en"] for one in some]
    return {
        "English names": english,
        "Chinese names": [one.names["zh"] for one in some],
        "pinyin, apart": [" ".join(one) for one in sounds],
        "pinyin, joined": ["".join(one) for one in sounds],
        "initials": ["".join(part[0] for part in one) for one in sounds],
        "Russian names": [next(in_russian(syllables(one.aliases[1]))) for one in some],
        "Russian needs": [one["ru"] for one in labels if "ru" in one],
        "Arabic needs": [one["ar"] for one in labels if "ar" in one],
        "codes": [one.aliases[-1] for one in some],
        "one letter wrong": [_wrong(one, chance) for one in english],
        "words in another order": [
            " ".join(chance.sample(one.split(), 4)) for one in english
        ],
        "nothing that is": ["".join(chance.choices("abeghiou ", k=20)) for _ in some],
    }


def _wrong(text: str, chance: Random) -> str:
    at = chance.randrange(1, 6)
    return text[:at] + chance.choice("aeioknx") + text[at + 1 :]


def beginnings(texts: Sequence[str]) -> Iterator[str]:
    """Yield every beginning of 1 to 20 characters."""
    for text in texts:
        for length in range(1, min(LONGEST, len(text)) + 1):
            yield text[:length]


def layers(
    documents: Sequence[IndexDocument], part: OfferPart
) -> Iterator[Layer[OfferPart]]:
    """Yield one large segment, and some changes after it was written."""
    alive = (1 << len(documents)) - 1
    changed = Random(SEED).sample(range(len(documents)), CHANGES)
    for number in changed:
        alive ^= 1 << number
    yield Layer(part, 0, len(documents), alive)
    for place, number in enumerate(changed, len(documents)):
        yield Layer(OfferPart(pack_offers([documents[number]])), place, 1, 1)


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size}-documents")
def run(request: pytest.FixtureRequest) -> Run:
    """Measure one size; print the table, and keep it in build/."""
    documents = hospitals(request.param)
    began = process_time()
    packed = pack_offers(documents)
    pack_s = process_time() - began
    open_ms = min(timed_ms(partial(OfferPart, packed)) for _ in range(TRIES))
    found = Run(request.param, pack_s, open_ms, len(packed) / 1e6)
    suggester = Suggester(
        OfferPart(pack_terms(terms())),
        tuple(layers(documents, OfferPart(packed))),
        (),
    )
    with settled():
        for sort, texts in spelled(documents).items():
            found.times_ms[sort] = [
                min(
                    timed_ms(partial(suggester.suggest, typed, 8)) for _ in range(TRIES)
                )
                for typed in beginnings(texts)
            ]
    said = report(found)
    print(f"\n\n{said}")
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / f"bench-suggestions-{found.size}.md").write_text(said)
    return found


def report(run: Run) -> str:
    """Return what one run found, as Markdown."""
    head = (
        f"{machine()}. Packed in {run.pack_s:.2f} s of a processor,"
        f" {run.megabytes:.1f} MB, opened in {run.open_ms:.1f} ms."
        f" Every beginning of 1 to {LONGEST} characters, the quickest of {TRIES} tries."
    )
    rows = [
        f"## Suggestions, {run.size:,} documents and {CHANGES} changes",
        "",
        head,
        "",
        "| typed | beginnings | p50 ms | p99 ms | most ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    all_of_it = [one for each in run.times_ms.values() for one in each]
    for sort, times in {**run.times_ms, "**all**": all_of_it}.items():
        rows.append(
            f"| {sort} | {len(times)} | {percentile(times, 0.5):.3f}"
            f" | {percentile(times, 0.99):.3f} | {max(times):.3f} |"
        )
    return "\n".join(rows) + "\n"


def test_every_beginning_is_answered_at_once(run):
    assert run.part(0.99) < P99_MS


def test_packing_takes_seconds_and_opening_none(run):
    assert run.pack_s < PACK_S
    assert run.open_ms < OPEN_MS
    assert run.megabytes < MOST_MB
