"""This search: execution alone, the whole of it, and with Whoosh finding words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from directory.adapters.columns import ColumnWords
from directory.adapters.index_segments import Part
from directory.adapters.index_states import SegmentIndex
from directory.adapters.whoosh_words import WhooshWords
from directory.core.text import Language
from directory.search.ports import Changed, Content, FullText
from directory.search.queries import State, answer, page_of
from directory.search.rules.catalog import Catalog
from directory.search.rules.layers import Layer
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import Names
from directory.search.rules.reading import read
from directory.search.rules.values import (
    Asked,
    FacetValue,
    Kind,
    Reading,
    Results,
    Sort,
)
from tests.benchmarks.contract import TOP, Engine, Page, Prepared, Query
from tests.benchmarks.hospitals import DAY, terms
from tests.conftest import NOW

PARTS = (Part.DOCUMENTS, Part.FACTS, Part.NAMES)


class Execution(Engine):
    """From a question to its page: words, results, order, counts, pieces of text."""

    name = "this search, execution"
    folder = "ours"
    confirmed_first = True
    words_of: Part = Part.WORDS
    finding: Callable[[Sequence[Layer[Any]]], FullText] = ColumnWords

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write a state of the index."""
        found = Content([one.document for one in documents], terms(), 0, DAY)
        index = SegmentIndex(folder)
        with index.writing():
            index.rebuild(found, NOW)

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the state that stands, as a process does that begins to serve."""
        self._documents = documents
        self._index = SegmentIndex(folder)
        self._lexicon = Lexicon.compiled(terms())
        self._refresh()

    def _refresh(self) -> None:
        opened = self._index.open((*PARTS, self.words_of))
        documents = opened.documents()
        lexicon = self._lexicon.with_names(Names(opened.layers(Part.NAMES), documents))
        self._state = State(
            "bench",
            Catalog.of(documents, opened.layers(Part.FACTS), terms()),
            type(self).finding(opened.layers(self.words_of)),
            partial(read, lexicon),
        )

    def page(self, query: Query) -> Page:
        """Answer."""
        found = self._results(query)
        return Page(
            found.total,
            tuple(int(one.slug.removeprefix("invented-")) for one in found.items),
            counts(found.facets),
            tuple(one.highlights for one in found.items),
        )

    def _results(self, query: Query) -> Results:
        unread = Reading(query.text, Language.EN, rest=query.text)
        return page_of(self._state, asked(query), unread, Language.EN)

    def update(self, changed: Prepared) -> None:
        """Apply a change as the writer does, and open the new state."""
        said = Changed(frozenset({changed.document.id}), (changed.document,), 1)
        with self._index.writing():
            self._index.apply(said, NOW)
        self._refresh()


class Whole(Execution):
    """The same with reading what was typed by the vocabulary and all names."""

    name = "this search, whole"

    def _results(self, query: Query) -> Results:
        return answer(self._state, asked(query), Language.EN)

    def understands(self, query: Query) -> bool:
        """Tell whether it reads more into a query than its words."""
        reading = self._state.read(query.text, frozenset())
        return bool(reading.understood or reading.not_covered)


class PlainWhoosh(Execution):
    """The same with Whoosh's own matchers in place of the columns."""

    name = "plain Whoosh"
    is_slow = True
    words_of = Part.WHOOSH
    finding = WhooshWords


def asked(query: Query) -> Asked:
    """Return a query as pages ask it."""
    return Asked(
        text=query.text,
        filters={facet: (key,) for facet, key in query.filters},
        kinds=frozenset({Kind.CENTER}),
        sort=Sort(query.sort),
        per_page=TOP,
    )


def counts(
    facets: Mapping[str, Sequence[FacetValue]],
) -> Mapping[str, Mapping[str, int]]:
    """Return counts by facet and key."""
    return {
        facet: {one.key: one.count for one in values}
        for facet, values in facets.items()
    }
