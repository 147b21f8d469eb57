"""Similar words from a list, for engines that have no such search of their own."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from directory.search.rules.typos import allowed

SAME_BEGINNING = 2


class Spellings:
    """Known words by their first two letters.

    Args:
        words: What may have been meant.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Put words that begin alike together."""
        self._words: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            self._words.setdefault(word[:SAME_BEGINNING], []).append(word)

    def similar(self, word: str) -> tuple[str, ...]:
        """Return the words that a misspelled one may have meant."""
        most = allowed(len(word))
        return tuple(
            one
            for one in self._words.get(word[:SAME_BEGINNING], ())
            if OSA.distance(word, one, score_cutoff=most) <= most
        )
