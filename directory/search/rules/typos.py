"""Finding what a misspelled word was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SHORTEST = 4
"""Shorter words are never corrected."""

LONG = 8
"""From this length on, two mistakes are forgiven instead of one."""

LEAD = 8
"""Letters of a word that its bucket is found by."""

STEMS = ("cabtagene", "leucel")
"""Endings that drug names share: what tells drugs apart stands before them."""


class Guess(NamedTuple):
    """What a word may have been meant to be.

    Args:
        word: The known word.
        distance: How many letters differ.
        is_doubtful: Whether the reader should be asked.
    """

    word: str
    distance: int
    is_doubtful: bool


def allowed(length: int) -> int:
    """Return how many mistakes are forgiven in a word of this many letters."""
    if length < SHORTEST:
        return 0
    return 1 if length < LONG else 2


def distance(one: str, other: str, most: int) -> int:
    """Return the Damerau-Levenshtein distance, or ``most + 1`` if it is more.

    Counts letters left out, put in, changed, or swapped with their neighbor.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


class Typos:
    """An immutable index of known words by what is left when letters go.

    Args:
        words: Known words, each with the thing it belongs to, so that a guess
            between two things is never made.
        drugs: Words that are names of drugs; for them the part before a shared
            ending is compared too, so that one drug never becomes another.
    """

    def __init__(
        self, words: Iterable[tuple[str, str]], drugs: Iterable[str] = ()
    ) -> None:
        buckets: defaultdict[str, set[str]] = defaultdict(set)
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for word, owner in words:
            owners[word].add(owner)
        for word in owners:
            for rest in _shortened(word):
                buckets[rest].add(word)
        self._buckets = {rest: tuple(sorted(found)) for rest, found in buckets.items()}
        self._owners = {word: frozenset(things) for word, things in owners.items()}
        self._drugs = frozenset(drugs)

    def guess(self, word: str) -> Guess | None:
        """Return the one known word that this is close to, if there is one.

        Words of fewer than four letters, and guesses that are equally close to
        two different things, give nothing.
        """
        most = allowed(len(word))
        if not most:
            return None
        best: dict[str, int] = {}
        near = {known for rest in _shortened(word) for known in self._bucket(rest)}
        for known in sorted(near):
            reach = min(most, allowed(len(known)))
            far = distance(word, known, reach) if reach else 1
            if far <= reach and self._may_be(word, known, far):
                best[known] = far
        if not best:
            return None
        least = min(best.values())
        closest = [known for known, far in best.items() if far == least]
        things = frozenset.intersection(*(self._owners[known] for known in closest))
        if len(closest) > 1 and not things:
            return None
        known = min(closest, key=lambda other: (other[0] != word[0], len(other), other))
        return Guess(known, least, least > 1 or len(word) < 6 or known[0] != word[0])

    def _bucket(self, rest: str) -> tuple[str, ...]:
        return self._buckets.get(rest, ())

    def _may_be(self, word: str, known: str, far: int) -> bool:
        """Tell whether a close word may be meant, beyond being close."""
        if len(word) < 6 and word[0] != known[0] and far:
            return False
        if known not in self._drugs:
            return True
        for stem in STEMS:
            if known.endswith(stem):
                own, typed = known.removesuffix(stem), _before(word, stem)
                if len(own) < SHORTEST:
                    return own == typed
                return distance(own, typed, 1) <= 1
        return far <= 1


def _before(word: str, stem: str) -> str:
    """Return a word without a shared ending, itself perhaps misspelled."""
    if word.endswith(stem):
        return word.removesuffix(stem)
    ends = [
        (distance(word[cut:], stem, 2), abs(len(word) - cut - len(stem)), cut)
        for cut in range(max(len(word) - len(stem) - 2, 0), len(word))
    ]
    far, _, cut = min(ends, default=(3, 0, len(word)))
    return word[:cut] if far <= 2 else word


def _shortened(word: str) -> Iterator[str]:
    """Yield the beginning of a word without up to two of its letters."""
    lead = word[:LEAD]
    yield lead
    once = {lead[:i] + lead[i + 1 :] for i in range(len(lead))}
    yield from once
    if len(word) >= LONG - 1:
        yield from {
            part[:i] + part[i + 1 :] for part in once for i in range(len(part))
        } - once
