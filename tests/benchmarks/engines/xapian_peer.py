"""Xapian: boolean terms for filters, match spies for counts, values for orders.

It has no fuzzy search; the means at hand is its list of terms, compared one by
one. A value holds one thing only, so that a facet with several choices is counted
by a value for every few of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from tests.benchmarks.contract import (
    TOP,
    Engine,
    Page,
    Prepared,
    Query,
    Shown,
    alternatives,
    enough_of,
    phrase,
    weighted,
)
from tests.benchmarks.engines.spellings import Spellings
from tests.benchmarks.facts import Filter, ranked
from tests.benchmarks.hospitals import COUNTED

DEBIAN = "/usr/lib/python3/dist-packages"
"""Where Debian's python3-xapian is, which is on no package index."""

WORTH, NAME, DAY = 0, 1, 2
ORDERS = {"relevance": WORTH, "name": NAME, "verified": DAY}
FIRST_OF_COUNTS = 3
TOGETHER = 5
"""Choices that are counted by one value."""

FILTER, SPELLED, PLACE = "XF", "XS", "Q"
MOST_BEGINNINGS = 1024


class Xapian(Engine):
    """Xapian through Debian's own binding."""

    name = "Xapian"

    def __init__(self) -> None:
        """Load the library, or raise ``ImportError``."""
        try:
            self._x: Any = import_module("xapian")
        except ImportError:
            sys.path.append(DEBIAN)
            try:
                self._x = import_module("xapian")
            finally:
                sys.path.remove(DEBIAN)

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write the database, and pack it."""
        x = self._x
        base = x.WritableDatabase(str(folder / "loose"), x.DB_CREATE_OR_OVERWRITE)
        orders, groups = _orders(documents), _groups(documents)
        base.begin_transaction()
        for one in documents:
            base.add_document(self._document(one, orders, groups))
        base.commit_transaction()
        base.close()
        x.Database(str(folder / "loose")).compact(str(folder / "packed"))

    def _document(
        self,
        one: Prepared,
        orders: Mapping[int, Sequence[int]],
        groups: Sequence[Sequence[Filter]],
    ) -> Any:
        x = self._x
        made = x.Document()
        for token in one.tokens():
            made.add_posting(token.text, token.at + 1, weighted(token.field))
        for word in set(one.spelled()):
            made.add_boolean_term(SPELLED + word)
        for value in one.facts.passing:
            made.add_boolean_term(_term(value))
        made.add_boolean_term(f"{PLACE}{one.place}")
        for slot, ranks in orders.items():
            made.add_value(slot, x.sortable_serialise(ranks[one.place]))
        for slot, group in enumerate(groups, FIRST_OF_COUNTS):
            code = sum(1 << at for at, v in enumerate(group) if v in one.facts.counted)
            if code:
                made.add_value(slot, bytes([code + 32]))
        return made

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the database, and read the words that may be meant."""
        x = self._x
        self._shown = Shown(documents)
        self._folder = folder
        self._base = x.Database(str(folder / "packed"))
        self._writable: Any = None
        self._orders, self._groups = _orders(documents), _groups(documents)
        self._spellings = Spellings(
            item.term.decode().removeprefix(SPELLED)
            for item in self._base.allterms(SPELLED)
        )

    def page(self, query: Query) -> Page:
        """Answer."""
        x = self._x
        words = self._words(query) if query.sought else None
        members = self._members(query.filters, words)
        chosen = query.widening
        enquire = x.Enquire(self._base)
        enquire.set_query(members)
        if query.sort != "relevance" or words is None:
            enquire.set_weighting_scheme(x.BoolWeight())
            enquire.set_sort_by_value(ORDERS[query.sort], False)
        spies = self._spies(enquire, set(COUNTED).difference(chosen))
        found = enquire.get_mset(0, TOP, self._base.get_doccount())
        counts = self._counts(spies)
        for facet in chosen:
            other = x.Enquire(self._base)
            other.set_weighting_scheme(x.BoolWeight())
            other.set_query(self._members(query.without(facet), words))
            spies = self._spies(other, {facet})
            other.get_mset(0, 0, self._base.get_doccount())
            counts |= self._counts(spies)
        top = tuple(item.docid - 1 for item in found)
        total = found.get_matches_estimated()
        return Page(total, top, counts, self._shown.marked(top, query))

    def _spies(self, enquire: Any, facets: set[str]) -> list[tuple[Any, Any]]:
        found = []
        for slot, group in enumerate(self._groups, FIRST_OF_COUNTS):
            if group[0][0] in facets:
                spy = self._x.ValueCountMatchSpy(slot)
                enquire.add_matchspy(spy)
                found.append((spy, group))
        return found

    def _counts(self, spies: Sequence[tuple[Any, Any]]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for spy, group in spies:
            counts = found.setdefault(group[0][0], {})
            for item in spy.values():
                code, many = item.term[0] - 32, item.termfreq
                for at, (_, key) in enumerate(group):
                    if code >> at & 1:
                        counts[key] = counts.get(key, 0) + many
        return found

    def _members(self, filters: Sequence[Filter], words: Any) -> Any:
        x = self._x
        if not filters:
            return x.Query.MatchAll if words is None else words
        passing = x.Query(x.Query.OP_AND, [x.Query(_term(one)) for one in filters])
        if words is None:
            return passing
        return x.Query(x.Query.OP_FILTER, words, passing)

    def _words(self, query: Query) -> Any:
        x = self._x
        if query.misspelled:
            word = query.sought[0]
            assert isinstance(word, Word)
            near = self._spellings.similar(word.spelling)
            return x.Query(x.Query.OP_OR, [SPELLED + one for one in near])
        if query.fewest == 1:
            return self._any([self._one(one) for one in query.sought])
        return self._any(
            [
                x.Query(x.Query.OP_AND, [self._one(one) for one in some])
                for some in enough_of(query)
            ]
        )

    def _any(self, queries: Sequence[Any]) -> Any:
        if len(queries) == 1:
            return queries[0]
        return self._x.Query(self._x.Query.OP_OR, queries)

    def _one(self, sought: Sought) -> Any:
        x = self._x
        if isinstance(sought, Phrase):
            terms = list(phrase(sought))
            return x.Query(x.Query.OP_PHRASE, terms, len(terms))
        if isinstance(sought, Beginning):
            limit = x.Query.WILDCARD_LIMIT_MOST_FREQUENT
            wild = x.Query(x.Query.OP_WILDCARD, sought.letters, MOST_BEGINNINGS, limit)
            return self._any([wild, x.Query(sought.stem)])
        return self._any(list(self._ways(sought)))

    def _ways(self, word: Word) -> Iterator[Any]:
        x = self._x
        for way in alternatives(word):
            yield (
                x.Query(x.Query.OP_AND, list(way)) if len(way) > 1 else x.Query(way[0])
            )

    def update(self, changed: Prepared) -> None:
        """Replace a document and look again."""
        x = self._x
        if self._writable is None:
            self._writable = x.WritableDatabase(str(self._folder / "packed"), x.DB_OPEN)
        made = self._document(changed, self._orders, self._groups)
        self._writable.replace_document(changed.place + 1, made)
        self._writable.commit()
        self._base.reopen()

    def close(self) -> None:
        """Close the database."""
        self._base.close()
        if self._writable is not None:
            self._writable.close()


def _orders(documents: Sequence[Prepared]) -> Mapping[int, Sequence[int]]:
    return {
        WORTH: ranked([one.facts.worth for one in documents]),
        NAME: ranked([one.facts.name for one in documents]),
        DAY: ranked([(-one.facts.day, one.facts.worth) for one in documents]),
    }


def _groups(documents: Sequence[Prepared]) -> list[list[Filter]]:
    """Return the choices that are counted together: a few of one facet."""
    values = set().union(*(one.facts.counted for one in documents))
    found = []
    for facet in COUNTED:
        of_facet = sorted(one for one in values if one[0] == facet)
        found += [
            of_facet[at : at + TOGETHER] for at in range(0, len(of_facet), TOGETHER)
        ]
    return found


def _term(value: Filter) -> str:
    return f"{FILTER}{value[0]}:{value[1]}"
