"""What every engine is given, and what every engine must give back.

Documents come cut into words already, as this search cuts them, so that no engine
is better or worse by its tokenizer. The words of a document are one stream of
tokens with their places:

- words as they are; a place whose word is not indexed is left free;
- two neighboring Chinese characters behind ``=``; a word of several such pairs
  must have them all in one field, so they stand once more with the field's letter;
- pinyin of names behind ``~``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from directory.adapters import analysis
from directory.adapters.analysis import Phrase, Sought, Word
from directory.adapters.analysis import Tokens as Cut
from directory.core.text import Language
from directory.search.rules import highlights
from directory.search.rules.documents import IndexDocument
from directory.search.rules.stored import MOST_DECODED
from directory.search.rules.typos import allowed, distance
from directory.search.rules.words import FIELD_WEIGHTS, Field
from tests.benchmarks.facts import Facts, Filter

TOP = 10
"""Results of a page."""

SOUNDED = (Field.NAME, Field.ALIAS)
SPELLED = (Field.NAME, Field.ALIAS, Field.NEED)
"""Where the words stand that a misspelled one may have meant."""

NARROWING = frozenset({"capability"})
"""Facets whose choices add up: one more leaves fewer, so that they are counted with
their own filter. Of the others one more widens."""

LETTER = {Field.NAME: "n", Field.ALIAS: "a", Field.NEED: "d", Field.TEXT: "t"}
PART, SOUND = "=", "~"


class Token(NamedTuple):
    """A token of a document, where it stands, and in which field."""

    text: str
    at: int
    field: Field


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as engines are given it.

    Args:
        place: Its number among all.
        document: As it is.
        texts: Each text of it, cut into words, with its field.
        facts: What filters, counts and orders go by.
    """

    place: int
    document: IndexDocument
    texts: tuple[tuple[Field, Cut], ...]
    facts: Facts

    def tokens(self) -> Iterator[Token]:
        """Yield its tokens in order; no two texts meet."""
        begin = 0
        for field, cut in self.texts:
            yield from _laid_out(cut, field, begin)
            begin += 3 * (cut.length + 1) + len(cut.sounds) + 1

    def spelled(self) -> Iterator[str]:
        """Yield the words that a misspelled one may have meant."""
        for field, cut in self.texts:
            if field in SPELLED:
                yield from (one for one in cut.words if one.isascii() and one.isalpha())


@dataclass(frozen=True, slots=True)
class Query:
    """A query as engines are given it.

    Args:
        kind: One of :data:`tests.benchmarks.queries.KINDS`.
        text: As typed; only this search reads it.
        sought: The same, cut into words.
        filters: Chosen values, at most one of each facet; they leave what has the
            words, too.
        sort: ``relevance``, ``name`` or ``verified``.
        misspelled: Whether its one word is in no document as it stands.
    """

    kind: str
    text: str
    sought: tuple[Sought, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: str = "relevance"
    misspelled: bool = False

    @property
    def fewest(self) -> int:
        """Return how many of the things sought a document must have: half."""
        return max(1, (len(self.sought) + 1) // 2)

    @property
    def widening(self) -> tuple[str, ...]:
        """Return the facets filtered by that are counted without their own filter."""
        return tuple(facet for facet, _ in self.filters if facet not in NARROWING)

    def without(self, facet: str) -> tuple[Filter, ...]:
        """Return the filters on other facets."""
        return tuple(one for one in self.filters if one[0] != facet)


class Page(NamedTuple):
    """One page of results.

    Args:
        total: How many documents answer.
        top: The first :data:`TOP` of them, by place, in order.
        counts: How many of the results have each value of each facet, without
            the facet's own filter where it is one of :attr:`Query.widening`;
            values that none has may be missing.
        highlights: Pieces of each of ``top`` with what was found marked.
    """

    total: int
    top: tuple[int, ...]
    counts: Mapping[str, Any]
    highlights: tuple[tuple[str, ...], ...]


class Engine(ABC):
    """One way of answering queries.

    Args:
        name: As tables show it.
        folder: Name of the folder of its index; engines that read the same one
            have the same name here.
        confirmed_first: Whether it puts first what has every filter confirmed.
        can_update: Whether it can replace a document without building anew.
        is_slow: Whether it answers only a part of the queries where there are
            many documents.
    """

    name: str
    folder: str = ""
    confirmed_first = False
    can_update = True
    is_slow = False

    @abstractmethod
    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write an index of documents into an empty folder."""

    @abstractmethod
    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open what :meth:`build` wrote, ready to answer.

        ``documents`` are there to be shown, not to be searched.
        """

    def supports(self, query: Query) -> bool:
        """Tell whether the engine has a means for a query; most have for all."""
        del query
        return True

    @abstractmethod
    def page(self, query: Query) -> Page:
        """Answer."""

    def judged(self, page: Page) -> Page:
        """Return a page as it is judged, after its time was taken."""
        return page

    def update(self, changed: Prepared) -> None:
        """Replace the document of a place; the next page knows it."""
        raise NotImplementedError(changed.place)

    def close(self) -> None:  # noqa: B027 (most keep nothing open)
        """Let go of files and servers."""


def prepared(place: int, document: IndexDocument, facts: Facts) -> Prepared:
    """Cut a document into words."""
    said = {
        Field.NAME: tuple(document.names.values()),
        Field.ALIAS: (*document.aliases, document.slug.replace("-", " ")),
        Field.NEED: (*document.needs, *document.questions),
        Field.TEXT: tuple(document.text.values()),
    }
    texts = tuple(
        (field, _cut(text, field in SOUNDED))
        for field, texts in said.items()
        for text in texts
    )
    return Prepared(place, document, texts, facts)


@lru_cache(maxsize=8192)
def _cut(text: str, with_sounds: bool) -> Cut:
    return analysis.analyze(text, with_sounds=with_sounds)


def _laid_out(cut: Cut, field: Field, begin: int) -> Iterator[Token]:
    for word, at in zip(cut.words, cut.words_at, strict=True):
        yield Token(word, begin + at, field)
    begin += cut.length + 1
    for part, at in zip(cut.parts, cut.parts_at, strict=True):
        yield Token(PART + part, begin + at, field)
    begin += cut.length + 1
    for part, at in zip(cut.parts, cut.parts_at, strict=True):
        yield Token(in_field(part, field), begin + at, field)
    begin += cut.length + 1
    for at, sound in enumerate(cut.sounds):
        yield Token(SOUND + sound, begin + at, field)


def in_field(part: str, field: Field) -> str:
    """Return the token of two Chinese characters in one field."""
    return LETTER[field] + PART + part


def alternatives(word: Word) -> tuple[tuple[str, ...], ...]:
    """Return the ways in which a word may be found, each of tokens that must all be."""
    found: list[tuple[str, ...]] = [(word.word,)]
    if len(word.parts) == 1:
        found.append((PART + word.parts[0],))
    elif word.parts:
        found += (tuple(in_field(one, field) for one in word.parts) for field in Field)
    if word.sound:
        found.append((SOUND + word.sound,))
    return tuple(found)


def phrase(sought: Phrase) -> tuple[str, ...]:
    """Return the tokens of a phrase without gaps, which queries are made of."""
    return tuple((PART if one.is_part else "") + one.term for one in sought.pieces)


def enough_of(query: Query) -> Iterator[tuple[Sought, ...]]:
    """Yield each least selection of what is sought that makes an answer.

    For engines that cannot count how many of several words a document has.
    """
    return combinations(query.sought, query.fewest)


def similar(word: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the known words that a misspelled one may have meant.

    The rule is that of this search; for engines that have none of their own.
    """
    most = allowed(len(word))
    return tuple(
        one
        for one in known
        if abs(len(one) - len(word)) <= most and distance(word, one, most) <= most
    )


def weighted(field: Field) -> int:
    """Return how often a word counts that stands in a field."""
    return int(FIELD_WEIGHTS[field])


class Shown:
    """Documents as they are shown; no engine but this search has to fetch them.

    Args:
        documents: All of them, by place, in memory.
    """

    def __init__(self, documents: Sequence[Prepared]) -> None:
        """Keep the texts of what is shown often as this search does."""

        @lru_cache(maxsize=MOST_DECODED)
        def texts(place: int) -> Mapping[str, highlights.Folded]:
            return highlights.folded(documents[place].document.text)

        self._texts = texts

    def marked(self, top: Sequence[int], query: Query) -> tuple[tuple[str, ...], ...]:
        """Return the pieces of some documents with the words of a query marked."""
        words = needles(query)
        return tuple(
            highlights.pieces_of(self._texts(place), words, Language.EN)
            if words
            else ()
            for place in top
        )


def needles(query: Query) -> tuple[str, ...]:
    """Return what is marked in the results of a query."""
    return highlights.needles(query.text, ())
