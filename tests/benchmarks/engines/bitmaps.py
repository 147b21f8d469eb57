"""Filters, counts and orders as sets of bits, for engines that only find words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from directory.search.rules.layers import Bits, Places, bits_of
from tests.benchmarks.contract import TOP, Prepared, Query
from tests.benchmarks.facts import Filter, ranked
from tests.benchmarks.hospitals import COUNTED

Scores = NDArray[np.float64]


class Bitmaps:
    """What is known of documents beside their words.

    Args:
        documents: All of them, by place.
    """

    def __init__(self, documents: Sequence[Prepared]) -> None:
        """Turn facts into sets and orders."""
        self.everything: Bits = (1 << len(documents)) - 1
        self._size = len(documents)
        passing: dict[Filter, list[int]] = {}
        counted: dict[Filter, list[int]] = {}
        for one in documents:
            for value in one.facts.passing:
                passing.setdefault(value, []).append(one.place)
            for value in one.facts.counted:
                counted.setdefault(value, []).append(one.place)
        self._passing = {one: _bits(places) for one, places in passing.items()}
        self._counted: dict[str, dict[str, Bits]] = {facet: {} for facet in COUNTED}
        for (facet, key), places in counted.items():
            self._counted[facet][key] = _bits(places)
        self.by_worth = np.array(ranked([one.facts.worth for one in documents]))
        self.by_name = np.array(ranked([one.facts.name for one in documents]))
        days = [(-one.facts.day, one.facts.worth) for one in documents]
        self.by_day = np.array(ranked(days))

    def members(self, query: Query, words: Bits, without: str = "") -> Bits:
        """Return what answers, perhaps without the filter on one facet."""
        filters = query.without(without) if without else query.filters
        found = words if query.sought else self.everything
        for one in filters:
            found &= self._passing.get(one, 0)
        return found

    def counts(
        self, query: Query, words: Bits, members: Bits
    ) -> Mapping[str, Mapping[str, int]]:
        """Return the counts of all facets, as :class:`Page` has them."""
        chosen = query.widening
        found: dict[str, Mapping[str, int]] = {}
        for facet, values in self._counted.items():
            base = self.members(query, words, facet) if facet in chosen else members
            found[facet] = {
                key: (bits & base).bit_count() for key, bits in values.items()
            }
        return found

    def top(
        self, query: Query, members: Bits, places: Places, scores: Scores
    ) -> tuple[int, ...]:
        """Return the first results in the order that is asked for.

        Args:
            query: The query.
            members: All results.
            places: Of the documents with words.
            scores: Of each of these; larger is better.
        """
        if query.sort != "relevance":
            return self.first(members, self._order(query))
        if not query.sought:
            return self.first(members, self.by_worth)
        if query.filters:
            kept = self._mask(members)[places]
            places, scores = places[kept], scores[kept]
        if len(places) > TOP:
            best = np.argpartition(-scores, TOP)[:TOP]
            places, scores = places[best], scores[best]
        return tuple(places[np.argsort(-scores, kind="stable")].tolist())

    def _order(self, query: Query) -> NDArray[np.int64]:
        return self.by_name if query.sort == "name" else self.by_day

    def _mask(self, bits: Bits) -> NDArray[np.bool_]:
        size = self._size // 8 + 1
        packed = np.frombuffer(bits.to_bytes(size, "little"), np.uint8)
        return np.unpackbits(packed, bitorder="little").view(np.bool_)

    def first(self, members: Bits, ranks: NDArray[np.int64]) -> tuple[int, ...]:
        """Return the first of some documents in an order."""
        places = np.flatnonzero(self._mask(members))
        of_them = ranks[places]
        if len(places) > TOP:
            best = np.argpartition(of_them, TOP)[:TOP]
            places, of_them = places[best], of_them[best]
        return tuple(places[np.argsort(of_them)].tolist())


def _bits(places: Sequence[int]) -> Bits:
    return bits_of(np.array(places, np.int64))
