"""Tantivy: one field for all words, fast fields for filters, counts and orders.

Similar words are its own fuzzy query, over a field of names and needs; it does
not ask for the same beginning, so it finds more. Beginnings are its expansion of
terms by their prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from directory.search.rules.typos import allowed
from tests.benchmarks.contract import (
    SPELLED,
    TOP,
    Engine,
    Page,
    Prepared,
    Query,
    Shown,
    alternatives,
    phrase,
    weighted,
)
from tests.benchmarks.facts import Filter, ranked
from tests.benchmarks.hospitals import COUNTED

MOST_BEGINNINGS = 1024
ORDERS = {"relevance": "worth", "name": "name", "verified": "day"}


class Tantivy(Engine):
    """Tantivy through its own Python package."""

    name = "Tantivy"

    def __init__(self) -> None:
        """Load the library, or raise ``ImportError``."""
        self._t: Any = import_module("tantivy")

    def _schema(self) -> Any:
        made = self._t.SchemaBuilder()
        made.add_text_field("words", tokenizer_name="whitespace")
        made.add_text_field(
            "spelled", tokenizer_name="whitespace", index_option="basic"
        )
        made.add_text_field("passing", tokenizer_name="raw", index_option="basic")
        for facet in COUNTED:
            made.add_text_field(facet, tokenizer_name="raw", fast=True)
        for order in ("place", *ORDERS.values()):
            made.add_unsigned_field(order, indexed=order == "place", fast=True)
        return made.build()

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write the index as one segment."""
        index = self._t.Index(self._schema(), path=str(folder))
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        orders = _orders(documents)
        for one in documents:
            writer.add_document(self._document(one, orders))
        writer.commit()
        writer.wait_merging_threads()

    def _document(self, one: Prepared, orders: dict[str, list[int]]) -> Any:
        made = self._t.Document()
        made.add_text("words", _stream(one))
        made.add_text("spelled", " ".join(dict.fromkeys(one.spelled())))
        for facet, key in one.facts.counted:
            made.add_text(facet, key)
        for value in one.facts.passing:
            made.add_text("passing", _value(value))
        made.add_unsigned("place", one.place)
        for order, ranks in orders.items():
            made.add_unsigned(order, ranks[one.place])
        return made

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the index."""
        self._shown = Shown(documents)
        self._index = self._t.Index.open(str(folder))
        self._schema_ = self._index.schema
        self._searcher = self._index.searcher()
        self._writer: Any = None
        self._orders = _orders(documents)

    def page(self, query: Query) -> Page:
        """Answer."""
        searcher, t = self._searcher, self._t
        words = self._words(query) if query.sought else None
        members = self._members(query.filters, words)
        if query.sort != "relevance" or words is None:
            found = searcher.search(
                members,
                TOP,
                order_by_field=ORDERS[query.sort],
                order=t.Order.Asc,
            )
        else:
            found = searcher.search(members, TOP)
        addresses = [address for _, address in found.hits]
        top = tuple(searcher.fast_field_values("place", addresses))
        chosen = query.widening
        facets = [facet for facet in COUNTED if facet not in chosen]
        counts = self._counts(members, facets)
        for facet in chosen:
            base = self._members(query.without(facet), words)
            counts |= self._counts(base, [facet])
        return Page(found.count, top, counts, self._shown.marked(top, query))

    def _counts(self, members: Any, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        asked = {one: {"terms": {"field": one, "size": 100}} for one in facets}
        found = self._searcher.aggregate(members, asked)
        return {
            facet: {one["key"]: one["doc_count"] for one in found[facet]["buckets"]}
            for facet in facets
        }

    def _members(self, filters: Sequence[Filter], words: Any) -> Any:
        query, must = self._t.Query, self._t.Occur.Must
        if not filters:
            return query.all_query() if words is None else words
        terms = [
            query.term_query(self._schema_, "passing", _value(one), "basic")
            for one in filters
        ]
        if words is None and len(terms) == 1:
            return terms[0]
        passing = [(must, query.const_score_query(one, 0.0)) for one in terms]
        if words is not None:
            passing.append((must, words))
        return query.boolean_query(passing)

    def _words(self, query: Query) -> Any:
        t = self._t
        if query.misspelled:
            word = query.sought[0]
            assert isinstance(word, Word)
            return t.Query.fuzzy_term_query(
                self._schema_, "spelled", word.spelling, allowed(len(word.spelling))
            )
        each = [self._one(one) for one in query.sought]
        if len(each) == 1:
            return each[0]
        should = [(t.Occur.Should, one) for one in each]
        return t.Query.boolean_query(should, minimum_number_should_match=query.fewest)

    def _one(self, sought: Sought) -> Any:
        t = self._t
        if isinstance(sought, Phrase):
            terms = list(phrase(sought))
            if len(terms) == 1:
                return self._term(terms[0])
            return t.Query.phrase_query(self._schema_, "words", terms)
        if isinstance(sought, Beginning):
            found = self._searcher.terms_with_prefix(
                "words", sought.letters, limit=MOST_BEGINNINGS
            )
            terms = [one if isinstance(one, str) else one[0] for one in found]
            return t.Query.term_set_query(self._schema_, "words", [*terms, sought.stem])
        ways = [self._all(way) for way in alternatives(sought)]
        return t.Query.disjunction_max_query(ways) if len(ways) > 1 else ways[0]

    def _all(self, way: Sequence[str]) -> Any:
        terms = [self._term(one) for one in way]
        if len(terms) == 1:
            return terms[0]
        must = [(self._t.Occur.Must, one) for one in terms]
        return self._t.Query.boolean_query(must)

    def _term(self, token: str) -> Any:
        return self._t.Query.term_query(self._schema_, "words", token, "freq")

    def update(self, changed: Prepared) -> None:
        """Replace a document and open what was committed."""
        if self._writer is None:
            self._writer = self._index.writer(heap_size=32_000_000, num_threads=1)
        self._writer.delete_documents_by_term("place", changed.place)
        self._writer.add_document(self._document(changed, self._orders))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Let go of the writer's lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()


def _orders(documents: Sequence[Prepared]) -> dict[str, list[int]]:
    return {
        "worth": ranked([one.facts.worth for one in documents]),
        "name": ranked([one.facts.name for one in documents]),
        "day": ranked([(-one.facts.day, one.facts.worth) for one in documents]),
    }


def _value(value: Filter) -> str:
    return ":".join(value)


def _stream(document: Prepared) -> str:
    """Return all tokens with holes; what names say counts more, at the end."""
    stream: list[str] = []
    again: list[str] = []
    after = 0
    for token in document.tokens():
        if token.at != after:
            stream.append("_")
        stream.append(token.text)
        after = token.at + 1
        if token.field in SPELLED:
            again += [token.text] * (weighted(token.field) - 1)
    return " ".join((*stream, "_", *again))
