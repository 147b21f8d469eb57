"""This search: execution alone, the whole of it, and with Whoosh finding words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from directory.adapters.columns import ColumnWords
from directory.adapters.index_segments import Opened, Part
from directory.adapters.index_states import SegmentIndex
from directory.adapters.whoosh_words import WhooshWords
from directory.core.text import Language
from directory.search.ports import Changed, Content
from directory.search.queries import State, answer
from directory.search.rules import facets, highlights, ordering, ranking
from directory.search.rules.catalog import Catalog
from directory.search.rules.layers import Layer
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import Names
from directory.search.rules.questions import Question
from directory.search.rules.questions import question as parted
from directory.search.rules.reading import read
from directory.search.rules.values import (
    Asked,
    Kind,
    Reading,
    Sort,
)
from tests.benchmarks.contract import TOP, Engine, Page, Prepared, Query, needles
from tests.benchmarks.hospitals import DAY, terms
from tests.conftest import NOW

CENTERS = frozenset({Kind.CENTER})
SORTS = {one.value: one for one in Sort}


class Execution(Engine):
    """From a question to its page: words, results, order, counts, pieces of text."""

    name = "this search, execution"
    folder = "ours"
    confirmed_first = True
    parts: tuple[Part, ...] = (Part.DOCUMENTS, Part.FACTS)
    words_of: Part = Part.WORDS
    finding: Callable[[Sequence[Layer[Any]]], ColumnWords | WhooshWords] = ColumnWords

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write a state of the index."""
        found = Content([one.document for one in documents], terms(), 0, DAY)
        index = SegmentIndex(folder)
        with index.writing():
            index.rebuild(found, NOW)

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the state that stands, as a process does that begins to serve."""
        del documents
        self._index = SegmentIndex(folder)
        self._refresh()

    def _refresh(self) -> None:
        opened = self._index.open((*self.parts, self.words_of))
        documents = opened.documents()
        self._catalog = Catalog.of(documents, opened.layers(Part.FACTS), terms())
        self._words = type(self).finding(opened.layers(self.words_of))
        self._opened(opened)

    def _opened(self, opened: Opened) -> None:
        """Do the rest, once the state is open."""

    def page(self, query: Query) -> Page:
        """Answer."""
        catalog = self._catalog
        ask = asked(query)
        unread = Reading(query.text, Language.EN, rest=query.text)
        question = parted(ask, unread, catalog.documents.ids)
        sought = ranking.Sought(self._words.having(query.sought))

        def select(changed: Question) -> ranking.Selected:
            return ranking.select(catalog, changed, sought)

        selected = select(question)
        shown = ordering.ordered(
            catalog, question, selected, sought, ask.sort, Language.EN, TOP
        )
        words = needles(query)
        documents = catalog.documents
        return Page(
            selected.hits.bit_count(),
            tuple(shown),
            facets.facets(catalog, question, selected, select),
            tuple(
                highlights.pieces_of(documents.texts(place), words, Language.EN)
                if words
                else ()
                for place in shown
            ),
        )

    def judged(self, page: Page) -> Page:
        """Return the page with its counts by key."""
        counts = {
            facet: {one.key: one.count for one in values}
            for facet, values in page.counts.items()
        }
        return page._replace(counts=counts)

    def update(self, changed: Prepared) -> None:
        """Apply a change as the writer does, and open the new state."""
        said = Changed(frozenset({changed.document.id}), (changed.document,), 1)
        with self._index.writing():
            self._index.apply(said, NOW)
        self._refresh()


class Whole(Execution):
    """The same with reading what was typed by the vocabulary and all names."""

    name = "this search, whole"

    parts = (*Execution.parts, Part.NAMES)

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the state that stands, and compile the vocabulary."""
        self._lexicon = Lexicon.compiled(terms())
        super().open(documents, folder)

    def _opened(self, opened: Opened) -> None:
        names = Names(opened.layers(Part.NAMES), self._catalog.documents)
        reader = partial(read, self._lexicon.with_names(names))
        self._state = State("bench", self._catalog, self._words, reader)

    def page(self, query: Query) -> Page:
        """Answer, with how it was read, reasons, and what to relax."""
        found = answer(self._state, asked(query), Language.EN)
        return Page(
            found.total,
            tuple(int(one.slug.removeprefix("invented-")) for one in found.items),
            found.facets,
            tuple(one.highlights for one in found.items),
        )

    def understands(self, query: Query) -> bool:
        """Tell whether it reads more into a query than its words."""
        reading = self._state.read(query.text, frozenset())
        return (
            bool(reading.understood or reading.not_covered)
            or reading.rest.split() != query.text.split()
        )


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
        kinds=CENTERS,
        sort=SORTS[query.sort],
        per_page=TOP,
    )
