"""Finding what a misspelled word was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

Things = NDArray[np.int64]
"""Numbers of what a word belongs to, ascending, each once."""

SHORTEST = 4
"""Shorter words are never corrected."""

LONG = 8
"""From this length on, two mistakes are forgiven instead of one."""

LONGEST = 31
"""Words of this length and longer ones stand together."""

STEMS = ("cabtagene", "leucel")
"""Endings that drug names share: what tells drugs apart stands before them."""

_KINDS = 31
"""Letters are told apart by their number modulo this prime: within one script
hardly two fall together."""


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
    return OSA.distance(one, other, score_cutoff=most)


def letters(word: str) -> int:
    """Return which letters a word has, and which more than once, as 62 bits.

    A letter left out or put in changes one bit at most, one that was changed
    two, and one that was swapped none.
    """
    once = twice = 0
    for char in word:
        bit = 1 << ord(char) % _KINDS
        twice |= once & bit
        once |= bit
    return once | twice << _KINDS


class Bucket:
    """Known words by their lengths and letters, so that few are compared whole.

    Args:
        found: The letters of each word, the shortest words first.
        starts: Where words of each length begin, up to :data:`LONGEST`, and
            where all end.
        word: Returns a word by its place.
    """

    def __init__(
        self,
        found: NDArray[np.uint64],
        starts: Sequence[int],
        word: Callable[[int], str],
    ) -> None:
        self._letters = found
        self._starts = starts
        self._word = word

    def near(self, word: str) -> dict[str, int]:
        """Return the words that are close enough, with their distances."""
        most = allowed(len(word))
        first = self._starts[min(len(word) - most, LONGEST)]
        after = self._starts[min(len(word) + most, LONGEST) + 1]
        if not most or first == after:
            return {}
        differ = np.bitwise_count(self._letters[first:after] ^ np.uint64(letters(word)))
        places = np.flatnonzero(differ <= 2 * most)
        if not len(places):
            return {}
        known = [self._word(place) for place in (places + first).tolist()]
        close = extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
        return {
            other: int(far) for other, far, _ in close if far <= allowed(len(other))
        }


def shelved(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return in which order a bucket has words, and where each length begins."""
    lengths = np.fromiter((min(len(word), LONGEST) for word in words), np.int64)
    order = np.argsort(lengths, kind="stable")
    return order, np.searchsorted(lengths[order], np.arange(LONGEST + 2))


class Typos:
    """An immutable list of known words, and what each belongs to.

    Args:
        words: Known words, each with the thing it belongs to, so that a guess
            between two things is never made.
        drugs: Words that are names of drugs; for them the part before a shared
            ending is compared too, so that one drug never becomes another.
    """

    def __init__(
        self, words: Iterable[tuple[str, str]], drugs: Iterable[str] = ()
    ) -> None:
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for word, owner in words:
            owners[word].add(owner)
        known = list(owners)
        order, starts = shelved(known)
        known = [known[place] for place in order.tolist()]
        found = np.fromiter(map(letters, known), np.uint64, len(known))
        self._bucket = Bucket(found, starts.tolist(), known.__getitem__)
        names = sorted({owner for things in owners.values() for owner in things})
        self.names = names
        """What words belong to; its place in this list is its number."""
        number = {name: place for place, name in enumerate(names)}
        self._owners = {
            word: tuple(sorted(number[one] for one in things))
            for word, things in owners.items()
        }
        self._drugs = frozenset(drugs)

    def near(self, word: str) -> dict[str, int]:
        """Return the words that are close enough, with their distances."""
        return self._bucket.near(word)

    def owners(self, word: str) -> Things:
        """Return the numbers of what a known word belongs to."""
        return np.array(self._owners.get(word, ()), np.int64)

    def is_drug(self, word: str) -> bool:
        """Tell whether a known word is the name of a drug."""
        return word in self._drugs

    def guess(self, word: str) -> Guess | None:
        """Return the one known word that this is close to, if there is one."""
        return decide(word, self.near(word), self.owners, self.is_drug)


def decide(
    word: str,
    near: dict[str, int],
    owners: Callable[[str], Things],
    is_drug: Callable[[str], bool],
) -> Guess | None:
    """Return which of some words was meant, if it can be told.

    Guesses that are equally close to two different things give nothing.

    Args:
        word: As typed, folded.
        near: Known words with their distances.
        owners: Returns what a known word belongs to; nothing, if whatever had
            it is gone.
        is_drug: Tells whether a known word is the name of a drug.
    """
    for least in sorted(set(near.values())):
        closest = {
            known: things
            for known, far in near.items()
            if far == least
            and _may_be(word, known, far, is_drug)
            and len(things := owners(known))
        }
        if not closest:
            continue
        if len(closest) > 1 and not _share(closest.values()):
            return None
        known = min(closest, key=lambda other: (other[0] != word[0], len(other), other))
        return Guess(known, least, least > 1 or len(word) < 6 or known[0] != word[0])
    return None


def _share(owners: Iterable[Things]) -> bool:
    """Tell whether some thing has all of several words."""
    shared, *rest = sorted(owners, key=len)
    for things in rest:
        at = np.minimum(np.searchsorted(things, shared), len(things) - 1)
        shared = shared[things[at] == shared]
    return bool(len(shared))


def _may_be(word: str, known: str, far: int, is_drug: Callable[[str], bool]) -> bool:
    """Tell whether a close word may be meant, beyond being close."""
    if len(word) < 6 and word[0] != known[0] and far:
        return False
    if not is_drug(known):
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
