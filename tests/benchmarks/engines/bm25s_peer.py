"""bm25s: scores of words for all documents at once; sets of bits for the rest.

It knows no phrase, beginning, similar word or filter, and cannot count how many
of several words a document has.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from directory.adapters.analysis import Word
from directory.search.rules.layers import bits_of
from tests.benchmarks.contract import (
    Engine,
    Page,
    Prepared,
    Query,
    Shown,
    alternatives,
    weighted,
)
from tests.benchmarks.engines.bitmaps import Bitmaps

MOST_AGAIN = 3
"""How often a word of a name is repeated; more drowns the texts."""


class Bm25s(Engine):
    """bm25s, with NumPy."""

    name = "bm25s, bitmaps"
    can_update = False

    def __init__(self) -> None:
        """Load the library, or raise ``ImportError``."""
        self._b: Any = import_module("bm25s")

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Score every word in every document, and save the scores."""
        tokens = [
            [
                token.text
                for token in one.tokens()
                for _ in range(min(MOST_AGAIN, weighted(token.field)))
            ]
            for one in documents
        ]
        made = self._b.BM25()
        made.index(tokens, show_progress=False)
        made.save(str(folder))

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Load the scores, and turn facts into sets."""
        self._shown = Shown(documents)
        self._size = len(documents)
        self._scores = self._b.BM25.load(str(folder), load_corpus=False)
        self._bitmaps = Bitmaps(documents)

    def supports(self, query: Query) -> bool:
        """Tell whether any one of some words, each one token, is asked for."""
        return (
            bool(query.sought)
            and not query.filters
            and not query.misspelled
            and query.fewest == 1
            and all(
                isinstance(one, Word) and len(one.parts) < 2 for one in query.sought
            )
        )

    def page(self, query: Query) -> Page:
        """Answer."""
        known = self._scores.vocab_dict
        tokens = [
            way[0]
            for one in query.sought
            if isinstance(one, Word)
            for way in alternatives(one)
            if way[0] in known
        ]
        places = np.empty(0, np.int64)
        scores = np.zeros(self._size)
        if tokens:
            scores = self._scores.get_scores(tokens)
            places = np.flatnonzero(scores)
        words = bits_of(places)
        members = self._bitmaps.members(query, words)
        top = self._bitmaps.top(query, members, places, scores[places])
        return Page(
            members.bit_count(),
            top,
            self._bitmaps.counts(query, words, members),
            self._shown.marked(top, query),
        )
