"""Finding words by columns: Whoosh's postings, scored as Whoosh does, by NumPy.

A word is worth, in a document, the most of the ways in which it is found there.
Nothing here loops over documents.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from directory.adapters import analysis
from directory.adapters.analysis import Phrase, Sought, Word
from directory.adapters.ready import Ready
from directory.adapters.ways import Similar, Way, Ways
from directory.adapters.word_parts import WordPart, pack_words
from directory.search.rules.layers import Layer, Places, places_in
from directory.search.rules.words import TIER_WEIGHTS, Matches, Reason, Tier, tier_of

__all__ = ["ColumnWords", "WordPart", "pack_words"]

Floats = NDArray[np.float64]

NOTHING = Matches.none()

NEVER = 255
"""No tier: the word is not there."""

FEW = 1024
"""Places up to which words are kept by their places, and worked out beforehand."""

ABOUT = 500
"""Bytes that a remembered word takes beside its arrays."""

KEPT_APART = 4
"""A word in fewer than one document of so many is kept by its places only."""

MERGED = 32
"""Arrays of fewer than one place of so many in all are merged, not added up."""

MOST_REMEMBERED = 64 << 20
"""Bytes of words remembered for the life of a state: at 40,000 documents some
hundred of the most frequent words, and most others that are looked for."""


IN_PART = np.uint8(Tier.PART)

_ONES = np.ones(FEW, np.uint8)
_ONES.setflags(write=False)


def _ones(many: int) -> NDArray[np.uint8]:
    return _ONES[:many] if many <= FEW else np.ones(many, np.uint8)


class Few:
    """Where a word is found, if in few documents; threads share it.

    Args:
        places: Ascending.
        worth: What it counts for in each.
    """

    def __init__(
        self, places: Places, worth: Floats, tier: NDArray[np.uint8] | None = None
    ) -> None:
        """Tell the tiers, unless they are known."""
        self.places = places
        self.worth = worth
        self.tier = tier_of(worth) if tier is None else tier
        for one in (places, worth, self.tier):
            one.setflags(write=False)

    @property
    def nbytes(self) -> int:
        """Return how much memory is held."""
        return self.places.nbytes + self.worth.nbytes + self.tier.nbytes

    def matches(self, asked: int) -> Matches:
        """Return what has the word, of so many that were asked."""
        return Matches(
            asked,
            self.places,
            _ones(len(self.places)),
            (self.tier <= IN_PART).view(np.uint8),
            self.worth,
            self.tier,
        )


class Many:
    """Where a word is found, if in many documents; threads share it.

    Args:
        worth: What it counts for at each place of the state; 0 where it is not.
        tiers: The ways in which it is found anywhere.
    """

    def __init__(self, worth: Floats, tiers: Iterable[Tier]) -> None:
        """Tell the tiers."""
        self.worth = worth
        self.tier = np.full(len(worth), NEVER, np.uint8)
        for tier in sorted(tiers, reverse=True):
            np.copyto(self.tier, np.uint8(tier), where=worth >= TIER_WEIGHTS[tier])
        self.nbytes = worth.nbytes + self.tier.nbytes
        for one in (worth, self.tier):
            one.setflags(write=False)

    def matches(self, asked: int) -> Matches:
        """Return what has the word, of so many that were asked."""
        places = np.flatnonzero(self.tier != NEVER)
        tier = self.tier[places]
        return Matches(
            asked=asked,
            places=places,
            words=np.ones(len(places), np.uint8),
            real=(tier <= Tier.PART).view(np.uint8),
            score=self.worth[places],
            best=tier,
        )


class ColumnWords:
    """Finds words in the documents of some segments; threads share it.

    Args:
        layers: In the order of their places.
        most_remembered: Bytes of words that are remembered at most.
    """

    def __init__(
        self,
        layers: Sequence[Layer[WordPart]],
        *,
        most_remembered: int = MOST_REMEMBERED,
    ) -> None:
        """Sum up what scores depend on; nothing is read of any document."""
        self._size = max((one.base + one.size for one in layers), default=0)
        self._ways = Ways(layers)
        self._parts = sum(one.part.nbytes for one in layers)
        self._ready: Ready | None = None
        if self._size <= FEW and Ready.fits(self._ways):
            self._ready = Ready(self._ways)
            self._parts += self._ready.nbytes
        self._alive: NDArray[np.bool_] | None = None
        if any(one.alive.bit_count() < one.size for one in layers):
            self._alive = np.zeros(self._size, np.bool_)
            for one in layers:
                self._alive[places_in(one.alive) + one.base] = True
        self._remembered: dict[Sought | Similar, Few | Many] = {}
        self._remembering = threading.Lock()
        self._most_remembered = most_remembered
        self._bytes = 0

    @property
    def nbytes(self) -> int:
        """Return how much memory is held: the segments' files, and words found."""
        return self._parts + self._bytes

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""
        return self.having(analysis.sought(text))

    def having(self, sought: Sequence[Sought]) -> Matches:
        """Return the same for a text that was cut into words already.

        What stands in quotes must be there; of plain words any may.
        """
        each = [(one, found) for one, _, found in self._each(sought)]
        quoted = [found for one, found in each if isinstance(one, Phrase)]
        found = [one for _, one in each if one is not None]
        if not found or None in quoted:
            return Matches.none(len(sought)) if sought else NOTHING
        total = self._total(sought, found)
        if len(each) > 1:
            for one in quoted:
                assert one is not None
                total = total.only(one.matches(1).places)
        return total

    def _total(self, sought: Sequence[Sought], found: Sequence[Few | Many]) -> Matches:
        """Return what has any of some words that were found."""
        if len(found) == 1:
            return found[0].matches(len(sought))
        few = [one for one in found if isinstance(one, Few)]
        if self._size <= FEW and len(few) == len(found):
            return _added(few, len(sought), self._size)
        is_few = sum(len(one.places) for one in few) * MERGED < self._size
        if is_few and len(few) == len(found):
            return _merged(few, len(sought))
        return self._summed(found, len(sought))

    def explain(self, text: str, place: int) -> tuple[Reason, ...]:
        """Return every way in which one document has a word of the text."""
        reasons: list[Reason] = []
        for one, meant, _ in self._each(analysis.sought(text)):
            here = [
                (way, float(way.worth[at]))
                for way in self._ways.of(meant)
                for at in [int(np.searchsorted(way.places, place))]
                if at < len(way.places) and way.places[at] == place
            ]
            most = max((worth for _, worth in here), default=0.0)
            reasons += (
                Reason(
                    word=analysis.typed(one),
                    form=way.form,
                    field=way.field,
                    tier=way.tier,
                    within=worth - TIER_WEIGHTS[way.tier],
                    counts=worth == most,
                )
                for way, worth in here
            )
        return tuple(reasons)

    def _each(
        self, sought: Sequence[Sought]
    ) -> Iterator[tuple[Sought, Sought | Similar, Few | Many | None]]:
        """Yield each word, what is taken for it, and where that is found."""
        may_guess = True
        for one in sought:
            meant: Sought | Similar = one
            found = self._of(one)
            if found is None and may_guess and isinstance(one, Word) and one.spelling:
                # One word a query (source: threat model, T6).
                may_guess = False
                meant = self._ways.similar(one.spelling)
                found = self._of(meant)
            yield one, meant, found

    def _of(self, sought: Sought | Similar) -> Few | Many | None:
        if self._ready is not None and Ready.has(sought):
            with suppress(LookupError):
                stands = self._ready.of(sought)
                return None if stands is None else Few(*stands)
        known = self._remembered.get(sought)
        if known is not None:
            return known
        found = self._most(tuple(self._ways.of(sought)))
        if found is not None:
            self._remember(sought, found)
        return found

    def _remember(self, sought: Sought | Similar, found: Few | Many) -> None:
        """Keep where a word is; what people typed that is nowhere is not kept."""
        with self._remembering:
            if self._remembered.setdefault(sought, found) is found:
                self._bytes += found.nbytes + ABOUT
            while self._bytes > self._most_remembered:
                oldest = self._remembered.pop(next(iter(self._remembered)))
                self._bytes -= oldest.nbytes + ABOUT

    def _most(self, ways: Sequence[Way]) -> Few | Many | None:
        """Return the most that a word is worth at each place."""
        many = sum(len(way.places) for way in ways)
        if not many:
            return None
        if many * MERGED < self._size and self._size > FEW:
            places, worth = _largest(ways)
            if self._alive is not None:
                stands = self._alive[places]
                places, worth = places[stands], worth[stands]
            return Few(places, worth) if len(places) else None
        if len(ways) == 1 and self._size <= FEW and self._alive is None:
            return Few(ways[0].places, ways[0].worth)
        all_worth = np.zeros(self._size)
        all_worth[ways[0].places] = ways[0].worth
        for way in ways[1:]:
            np.maximum.at(all_worth, way.places, way.worth)
        if self._alive is not None:
            all_worth *= self._alive
        places = np.flatnonzero(all_worth > 0)
        if not len(places):
            return None
        if len(places) * KEPT_APART < self._size or self._size <= FEW:
            return Few(places, all_worth[places])
        return Many(all_worth, {way.tier for way in ways})

    def _summed(self, found: Sequence[Few | Many], asked: int) -> Matches:
        """Return what has any of the words, some of which are in many documents."""
        score = np.zeros(self._size)
        words = np.zeros(self._size, np.uint8)
        real = np.zeros(self._size, np.uint8)
        best = np.full(self._size, NEVER, np.uint8)
        for one in found:
            if isinstance(one, Many):
                score += one.worth
                words += one.tier != NEVER
                real += one.tier <= Tier.PART
                np.minimum(best, one.tier, out=best)
            else:
                score[one.places] += one.worth
                words[one.places] += 1
                real[one.places] += one.tier <= Tier.PART
                best[one.places] = np.minimum(best[one.places], one.tier)
        places = np.flatnonzero(words)
        if len(places) == self._size:
            return Matches(asked, places, words, real, score, best)
        return Matches(
            asked, places, words[places], real[places], score[places], best[places]
        )


def _largest(ways: Sequence[Way]) -> tuple[Places, Floats]:
    """Return the largest worth at each place of some ways."""
    if len(ways) == 1:
        return ways[0].places, ways[0].worth
    places = np.concatenate([way.places for way in ways])
    worth = np.concatenate([way.worth for way in ways])
    order = np.argsort(places, kind="stable")
    places = places[order]
    begins = _begins(places)
    return places[begins], np.maximum.reduceat(worth[order], begins)


def _begins(places: Places) -> Places:
    """Return where another place begins among ascending ones."""
    differs = np.empty(len(places), np.bool_)
    differs[0] = True
    np.not_equal(places[1:], places[:-1], out=differs[1:])
    return np.flatnonzero(differs)


def _added(found: Sequence[Few], asked: int, size: int) -> Matches:
    """Return what has any of some words, in so few documents as there are."""
    places = np.concatenate([one.places for one in found])
    tiers = np.concatenate([one.tier for one in found])
    worth = np.concatenate([one.worth for one in found])
    score: Floats = np.bincount(places, worth, size).astype(np.float64, copy=False)
    words = np.bincount(places, minlength=size)
    real = np.bincount(places[tiers <= IN_PART], minlength=size)
    best = np.full(size, NEVER, np.uint8)
    np.minimum.at(best, places, tiers)
    places = np.flatnonzero(words)
    return Matches(
        asked,
        places,
        words[places].astype(np.uint8),
        real[places].astype(np.uint8),
        score[places],
        best[places],
    )


def _merged(found: Sequence[Few], asked: int) -> Matches:
    """Return what has any of some words that are in few documents each."""
    places = np.concatenate([one.places for one in found])
    order = np.argsort(places, kind="stable")
    places = places[order]
    score = np.concatenate([one.worth for one in found])[order]
    tiers = np.concatenate([one.tier for one in found])[order]
    begins = _begins(places)
    return Matches(
        asked=asked,
        places=places[begins],
        words=np.diff(begins, append=len(places)).astype(np.uint8),
        real=np.add.reduceat(tiers <= Tier.PART, begins, dtype=np.uint8),
        score=np.add.reduceat(score, begins),
        best=np.minimum.reduceat(tiers, begins),
    )
