"""Pages of results that were made before, while a state of the index stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from directory.core.text import Language
from directory.search.rules.values import PER_PAGE, Asked, Kind, Results, Sort

MOST_KEPT = 1000
"""Pages kept for one state, those used last; some 20 kB each."""

LONGEST_KEPT = 200
"""Characters of a query of which the page is kept."""

MOST_CHOSEN = 32
"""Chosen values and undone readings of a query of which the page is kept."""

Filters = tuple[tuple[str, tuple[str, ...]], ...]


class Uses(NamedTuple):
    """How often pages were wanted.

    Args:
        hits: Pages that were given again.
        misses: Pages that had to be made.
        kept: How many are kept now.
    """

    hits: int
    misses: int
    kept: int


class Pages:
    """Gives the same page again to whoever asks the same; threads share it.

    Neither the order of filters nor that of their values makes another question.
    What is unusually long or large is answered and not kept, so that nobody can
    fill the memory.

    Args:
        answer: Makes a page; it has to give the same for the same.
        most: How many are kept.
    """

    def __init__(
        self, answer: Callable[[Asked, Language], Results], most: int = MOST_KEPT
    ) -> None:
        """Begin with none."""

        @lru_cache(maxsize=most)
        def kept(
            text: str,
            language: Language,
            filters: Filters,
            dropped: frozenset[str],
            kinds: frozenset[Kind],
            confirmed_only: bool,
            sort: Sort,
            page: int,
            per_page: int,
        ) -> Results:
            chosen = dict(filters)
            return answer(
                Asked(
                    text, chosen, dropped, kinds, confirmed_only, sort, page, per_page
                ),
                language,
            )

        self._answer = answer
        self._kept = kept
        self._passed = 0

    def __call__(self, asked: Asked, language: Language) -> Results:
        """Return the page that answers a question."""
        filters: Filters = ()
        chosen = len(asked.dropped)
        if asked.filters:
            filters = tuple(
                sorted((facet, _each(keys)) for facet, keys in asked.filters.items())
            )
            chosen += sum(len(keys) for _, keys in filters)
        if (
            len(asked.text) > LONGEST_KEPT
            or chosen > MOST_CHOSEN
            or asked.per_page > PER_PAGE
        ):
            self._passed += 1
            return self._answer(asked, language)
        return self._kept(
            asked.text,
            language,
            filters,
            asked.dropped,
            asked.kinds,
            asked.confirmed_only,
            asked.sort,
            asked.page,
            asked.per_page,
        )

    def uses(self) -> Uses:
        """Return how often pages were wanted, and made."""
        info = self._kept.cache_info()
        return Uses(info.hits, info.misses + self._passed, info.currsize)


def _each(keys: tuple[str, ...]) -> tuple[str, ...]:
    return keys if len(keys) == 1 else tuple(sorted(set(keys)))
