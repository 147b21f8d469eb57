"""How surely a word was found, and what each way of finding it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from directory.search.rules.layers import Places


class Tier(IntEnum):
    """How a word was found, from the surest way to the least sure."""

    EXACT = 0
    SYNONYM = 1
    PART = 2
    SOUND = 3
    SPELLING = 4


REAL = frozenset({Tier.EXACT, Tier.SYNONYM, Tier.PART})
"""Ways in which the word itself is there; the others only resemble it."""


class Field(StrEnum):
    """Part of a document that words are looked for in."""

    NAME = "name"
    ALIAS = "alias"
    NEED = "need"
    TEXT = "text"


SOUNDED = (Field.NAME, Field.ALIAS)
"""Fields that can be found by pinyin; elsewhere it would find too much."""

LIKE_A_SYNONYM = frozenset({Field.NEED})
"""Fields whose words say in other words what a document has."""

SPELLED = (Field.NAME, Field.ALIAS, Field.NEED)
"""Fields whose words may have been meant by a similar spelling."""

MOST_SPELLINGS = 64
"""Similar words looked up for one word (source: threat model, T6)."""

SAME_BEGINNING = 2
"""Letters in which similar words agree (source: threat model, T6)."""

MOST_BEGINNINGS = 64
"""Words looked up for one beginning: as many as similar words, so that no kind
of query costs more than the other; what is rarer than these adds next to nothing."""

FIELD_WEIGHTS: Mapping[Field, float] = {
    Field.NAME: 8.0,
    Field.ALIAS: 6.0,
    Field.NEED: 3.0,
    Field.TEXT: 1.0,
}
"""What a word counts for by where it stands: names before aliases before
therapies, indications and capabilities before text."""

TIER_WEIGHTS: Mapping[Tier, float] = {
    Tier.EXACT: 1000.0,
    Tier.SYNONYM: 800.0,
    Tier.PART: 500.0,
    Tier.SOUND: 100.0,
    Tier.SPELLING: 20.0,
}
"""What finding a word counts for by how it was found, before the field's
weight times BM25F, of which at most :data:`MOST_WITHIN_TIER` counts."""

MOST_WITHIN_TIER = 79.0
"""Less than the least step between two tiers."""

_LEAST = np.array(sorted(TIER_WEIGHTS[one] for one in list(Tier)[:-1]))


@dataclass(frozen=True, slots=True)
class Found:
    """How a document answers the words of a query.

    Args:
        real: How many words it has as such: exactly, as a synonym or in part,
            and not only by sound or by a similar spelling.
        words: How many words it has in any way.
        score: Sum over the words; larger is better.
        best: The surest way in which a word was found.
    """

    real: int
    words: int
    score: float
    best: Tier


class Reason(NamedTuple):
    """One way in which a document has a word of a query, for explaining.

    Args:
        word: Which word, as it was looked for.
        form: What stands in the document.
        field: Where.
        tier: How surely.
        within: The field's weight times BM25F, as far as it counts.
        counts: Whether this is the way that counts for the word.
    """

    word: str
    form: str
    field: Field
    tier: Tier
    within: float
    counts: bool


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """How documents answer the words of a query; one entry for each document.

    Args:
        asked: How many words were looked for.
        places: Of the documents that have any of them, ascending.
        words: How many words each has in any way.
        real: How many it has as such (see :class:`Found`).
        score: Sum over the words; larger is better.
        best: The surest way in which a word was found, a :class:`Tier`.
    """

    asked: int
    places: Places
    words: NDArray[np.uint8]
    real: NDArray[np.uint8]
    score: NDArray[np.float64]
    best: NDArray[np.uint8]

    @classmethod
    def none(cls, asked: int = 0) -> Self:
        """Return that nothing was found."""
        return cls.of({}, asked)

    @classmethod
    def of(cls, found: Mapping[int, Found], asked: int) -> Self:
        """Return the same as a mapping by place says; for few documents."""
        places = sorted(found)
        ranked = [found[place] for place in places]
        return cls(
            asked=asked,
            places=np.array(places, np.int64),
            words=np.array([one.words for one in ranked], np.uint8),
            real=np.array([one.real for one in ranked], np.uint8),
            score=np.array([one.score for one in ranked], np.float64),
            best=np.array([one.best for one in ranked], np.uint8),
        )

    def get(self, place: int) -> Found | None:
        """Return how one document answers, if it does at all."""
        at = int(np.searchsorted(self.places, place))
        if at == len(self.places) or self.places[at] != place:
            return None
        return Found(
            real=int(self.real[at]),
            words=int(self.words[at]),
            score=float(self.score[at]),
            best=Tier(int(self.best[at])),
        )

    def scores(self, places: Sequence[int]) -> dict[int, float]:
        """Return the score of each of some documents that has any of the words."""
        if not len(self.places):
            return {}
        at = np.searchsorted(self.places, places)
        at[at == len(self.places)] = 0
        return {
            place: score
            for place, there, score in zip(
                places, self.places[at].tolist(), self.score[at].tolist(), strict=True
            )
            if place == there
        }

    def only(self, places: Places) -> Self:
        """Return the same without the documents that are not among some places."""
        kept = np.isin(self.places, places)
        return type(self)(
            asked=self.asked,
            places=self.places[kept],
            words=self.words[kept],
            real=self.real[kept],
            score=self.score[kept],
            best=self.best[kept],
        )

    def having(self, fewest: int) -> Places:
        """Return the places of the documents that have so many of the words."""
        found: Places = self.places[self.words >= fewest]
        return found


def worth(tier: Tier, field: Field, bm25: float) -> float:
    """Return what one word found in one field counts for."""
    return TIER_WEIGHTS[tier] + min(FIELD_WEIGHTS[field] * bm25, MOST_WITHIN_TIER)


def tier_of(worths: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the tiers that words were found in, by what they count for."""
    surer = _LEAST.searchsorted(worths, "right").astype(np.uint8)
    return np.uint8(Tier.SPELLING) - surer
