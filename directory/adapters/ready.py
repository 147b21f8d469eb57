"""Every word of a small state with what it counts for, worked out beforehand.

Of few documents most of the time goes into asking for a word in each field, and
not into its postings. What comes out is the same, number by number, as
:class:`directory.adapters.ways.Ways` has.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from directory.adapters.analysis import Beginning, Word
from directory.adapters.ways import BY_SOUND, EXACTLY, IN_PART, Tiers, Ways
from directory.adapters.word_parts import FIELDS, PARTS, SOUNDS, WORDS
from directory.search.rules.layers import Places, mask_of
from directory.search.rules.words import (
    FIELD_WEIGHTS,
    MOST_BEGINNINGS,
    MOST_WITHIN_TIER,
    TIER_WEIGHTS,
    Tier,
    tier_of,
)

MOST_POSTINGS = 1 << 18
"""Of a kind; more are not worked out beforehand, since opening would take long."""


class Stands(NamedTuple):
    """Where something is found.

    Args:
        places: Ascending.
        worth: What it counts for in each.
        tier: The surest way in which it is found in each.
    """

    places: Places
    worth: NDArray[np.float64]
    tier: NDArray[np.uint8]


class _Kind:
    """The terms of one kind, each with where it stands in any field."""

    def __init__(self, ways: Ways, kind: int, tiers: Tiers) -> None:
        [view] = ways.views
        terms = view.part.kinds[kind]
        width, size = terms.width, view.size
        starts = terms.starts.astype(np.int64)
        many = starts[1:] - starts[:-1]
        owner = np.repeat(np.arange(len(many)), many)
        field = owner % width
        weights = np.array([FIELD_WEIGHTS[one] for one in FIELDS[kind]])
        idf = np.array([ways.idf(having) for having in range(int(many.max()) + 1)])
        factor = idf[many] * np.tile(weights, len(many) // width)
        rows = np.array(terms.rows[:-1])[field] + terms.codes
        within = np.concatenate(view.impacts[kind])[rows] * factor[owner]
        np.minimum(within, MOST_WITHIN_TIER, out=within)
        worth = (
            within
            + np.array([TIER_WEIGHTS[one] for one in tiers if one is not None])[field]
        )
        keys = owner // width * size + terms.numbers
        kept = np.flatnonzero(mask_of(view.alive, size)[terms.numbers])
        kept = kept[np.argsort(keys[kept], kind="stable")]
        keys = keys[kept]
        begins = np.flatnonzero(np.diff(keys, prepend=-1))
        keys = keys[begins]
        self.places: Places = keys % size
        self.worth = np.maximum.reduceat(worth[kept], begins)
        self.within = np.maximum.reduceat(within[kept], begins)
        self.tier = tier_of(self.worth)
        for one in (self.places, self.worth, self.within, self.tier):
            one.setflags(write=False)
        known = [terms.term(number) for number in range(len(many) // width)]
        self.terms = known
        self.numbers = dict(zip(known, range(len(known)), strict=True))
        ends = np.searchsorted(keys, np.arange(len(known) + 1) * size)
        self.starts: list[int] = ends.tolist()

    @property
    def nbytes(self) -> int:
        arrays = (self.places, self.worth, self.within, self.tier)
        return sum(one.nbytes for one in arrays) + 200 * len(self.terms)

    def of(self, term: str) -> Stands | None:
        number = self.numbers.get(term.encode())
        if number is None:
            return None
        begin, end = self.starts[number], self.starts[number + 1]
        if begin == end:
            return None
        return Stands(
            self.places[begin:end], self.worth[begin:end], self.tier[begin:end]
        )


class Ready:
    """The words of a state of one segment; threads share it.

    Args:
        ways: Of the state; see :meth:`fits`.
    """

    def __init__(self, ways: Ways) -> None:
        """Work out every word."""
        [view] = ways.views
        self._size = view.size
        self._kinds = [
            _Kind(ways, kind, tiers)
            for kind, tiers in ((WORDS, EXACTLY), (PARTS, IN_PART), (SOUNDS, BY_SOUND))
        ]
        self.nbytes = sum(one.nbytes for one in self._kinds)

    @staticmethod
    def fits(ways: Ways) -> bool:
        """Tell whether a state is of one segment with few words, and some."""
        return len(ways.views) == 1 and all(
            0 < len(kind.numbers) <= MOST_POSTINGS for kind in ways.views[0].part.kinds
        )

    @staticmethod
    def has(sought: object) -> TypeGuard[Word | Beginning]:
        """Tell whether something is of those that are worked out."""
        if isinstance(sought, Word):
            return len(sought.parts) < 2
        return isinstance(sought, Beginning)

    def of(self, sought: Word | Beginning) -> Stands | None:
        """Return where something is found, if it is.

        Raises:
            LookupError: If too many words begin so, and the most frequent are
                to be told first.
        """
        if isinstance(sought, Beginning):
            return self._beginning(sought)
        words, parts, sounds = self._kinds
        found = words.of(sought.word)
        if sought.parts:
            found = self._better(found, parts.of(sought.parts[0]))
        if sought.sound:
            found = self._better(found, sounds.of(sought.sound))
        return found

    def _better(self, one: Stands | None, other: Stands | None) -> Stands | None:
        if one is None or other is None:
            return one or other
        is_there = np.zeros(self._size, np.bool_)
        is_there[one.places] = True
        if is_there[other.places].all() and other.worth.max() <= one.worth.min():
            return one
        worth = np.zeros(self._size)
        worth[one.places] = one.worth
        worth[other.places] = np.maximum(worth[other.places], other.worth)
        return _stands(worth)

    def _beginning(self, sought: Beginning) -> Stands | None:
        words = self._kinds[WORDS]
        letters = sought.letters.encode()
        begin = bisect_left(words.terms, letters)
        # No text has this byte.
        end = bisect_left(words.terms, letters + b"\xff")
        if end - begin > MOST_BEGINNINGS:
            raise LookupError(sought.letters)
        worth: NDArray[Any] = np.zeros(self._size)
        low, high = words.starts[begin], words.starts[end]
        in_part = words.within[low:high] + TIER_WEIGHTS[Tier.PART]
        np.maximum.at(worth, words.places[low:high], in_part)
        for term in {sought.letters, sought.stem}:
            if (exact := words.of(term)) is not None:
                worth[exact.places] = np.maximum(worth[exact.places], exact.worth)
        return _stands(worth)


def _stands(worth: NDArray[np.float64]) -> Stands | None:
    places = np.flatnonzero(worth)
    if not len(places):
        return None
    found = worth[places]
    return Stands(places, found, tier_of(found))
