"""What somebody who has begun to type may be looking for."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from directory.core.text import Text
from directory.search.rules.beginnings import How, lines, typed
from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import BEST_FIRST, IndexDocument, Standing
from directory.search.rules.layers import Layer
from directory.search.rules.packing import Array, Packed, pack
from directory.search.rules.values import Kind, Suggestion
from directory.vocabulary.rules import Form, Term, TermKind

OFFERED = {
    TermKind.CITY: "city",
    TermKind.CAPABILITY: "capability",
    TermKind.INDICATION: "indication",
}
"""Terms that are suggested, besides documents."""

KIND_ORDER = (
    "city",
    "center",
    "therapy",
    "indication",
    "capability",
    "guide",
    "facilitator",
)
"""Which kind comes first where matches are equally good."""

MOST_OF_A_KIND = 4
"""So that one kind does not fill the list while others match too."""

BLOCK = 128
"""Beginnings whose best is known, so that a first letter need not look at all."""

FORMAT = "offers-1"

LONGEST = 255
"""Length of a spelling that still counts in order."""

_HOW, _WORTH = 11, 8
"""Bits below how a beginning matches, and below how well its thing is shown."""

END = "\x00"


class Target(NamedTuple):
    """One thing to offer, with its spellings.

    Args:
        kind: As in :class:`directory.search.rules.values.Suggestion`.
        key: Slug or vocabulary key.
        names: Words by language.
        spellings: By what it is found.
        worth: From 0, best: which comes first where matches are equal.
        number: Of its document in the segment.
    """

    kind: str
    key: str
    names: Text
    spellings: tuple[str, ...]
    worth: int = 0
    number: int = 0


class Named(Protocol):
    """Documents of a state."""

    def __getitem__(self, place: int, /) -> IndexDocument: ...


def pack_offers(documents: Sequence[IndexDocument]) -> bytes:
    """Return everything that a segment's documents are suggested by.

    Args:
        documents: In the order of their numbers.
    """
    return _pack(
        Target(
            kind=one.kind.value,
            key=one.slug,
            names=one.names,
            spellings=(*one.names.values(), *one.aliases, *_questions(one)),
            worth=_worth(one),
            number=number,
        )
        for number, one in enumerate(documents)
    )


def pack_terms(terms: Iterable[Term]) -> bytes:
    """Return everything that the vocabulary's terms are suggested by."""
    return _pack(
        Target(
            kind=OFFERED[term.kind],
            key=term.key,
            names={str(code): words for code, words in term.labels.items()},
            spellings=(
                *term.labels.values(),
                *(
                    one.text
                    for one in term.synonyms
                    if one.form not in {Form.MISSPELLING, Form.QUESTION}
                ),
            ),
        )
        for term in terms
        if term.kind in OFFERED
    )


def _questions(document: IndexDocument) -> tuple[str, ...]:
    return document.questions if document.kind is Kind.GUIDE else ()


def _worth(document: IndexDocument) -> int:
    if document.kind is not Kind.CENTER:
        return 0
    return min(BEST_FIRST.index(document.evidence), BEST_FIRST.index(Standing.NO))


def _pack(targets: Iterable[Target]) -> bytes:
    """Put beginnings in order: by kind, then by their letters."""
    ordered = sorted(targets, key=lambda one: (KIND_ORDER.index(one.kind), one.key))
    texts: list[bytes] = []
    length = 0
    keys: list[bytes] = []
    offsets: list[int] = []
    of_line: list[int] = []
    goods: list[int] = []
    line_targets: list[int] = []
    line_spellings: list[int] = []
    about: list[tuple[str, str, Text, tuple[str, ...]]] = []
    groups = [0] * (len(KIND_ORDER) + 1)
    for target, one in enumerate(ordered):
        kind = KIND_ORDER.index(one.kind)
        spellings = tuple(dict.fromkeys(one.spellings))
        about.append((one.kind, one.key, one.names, spellings))
        seen: set[str] = set()
        for spelling, written in enumerate(spellings):
            for line in lines(written):
                if line.text in seen:
                    continue
                seen.add(line.text)
                content = line.text.encode()
                prefix = bytes((kind,))
                for start, how in line.starts:
                    at = len(line.text[:start].encode())
                    keys.append(prefix + content[at:])
                    offsets.append(length + at)
                    of_line.append(len(line_targets))
                    rest = min(len(line.text) - start, LONGEST)
                    goods.append(how << _HOW | one.worth << _WORTH | rest)
                    groups[kind + 1] += 1
                line_targets.append(target)
                line_spellings.append(spelling)
                texts.append(content + END.encode())
                length += len(content) + 1
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
    good = np.array(goods, np.uint16)[order]
    return pack(
        {
            "format": FORMAT.encode(),
            "text": b"".join(texts),
            "offset": np.array(offsets, np.uint32)[order],
            "line": np.array(of_line, np.uint32)[order],
            "good": good,
            "best": np.minimum.reduceat(good, np.arange(0, len(good), BLOCK))
            if len(good)
            else good,
            "group": np.cumsum(np.array(groups, np.uint32), dtype=np.uint32),
            "target": np.array(line_targets, np.uint32),
            "spelling": np.array(line_spellings, np.uint16),
            "number": np.array([one.number for one in ordered], np.uint32),
            "about": json.dumps(about, ensure_ascii=False).encode(),
        }
    )


class Found(NamedTuple):
    """One thing found, and how; the least is the best.

    Args:
        how: How it matches.
        kind: Place of its kind in :data:`KIND_ORDER`.
        worth: As its target's, and then the length of what was found.
        rest: The folded text from where it matches.
        key: Slug or vocabulary key.
        names: Words by language.
        written: The spelling that matches.
    """

    how: int
    kind: int
    worth: int
    rest: bytes
    key: str
    names: Text
    written: str


class OfferPart:
    """Beginnings of one segment, or of the vocabulary, opened.

    Args:
        content: What :func:`pack_offers` or :func:`pack_terms` returned.
    """

    def __init__(self, content: bytes) -> None:
        """Open it.

        Raises:
            ValueError: If it is of another format.
        """
        packed = Packed(content)
        if packed.bytes("format") != FORMAT.encode():
            raise ValueError("offers of another format")
        self._text = packed.bytes("text")
        self._offset = packed.array("offset").data
        self._line = packed.array("line")
        self._good = packed.array("good")
        self._best = packed.array("best")
        self._groups = packed.array("group").tolist()
        self._target = packed.array("target")
        self._spelling = packed.array("spelling")
        self._number = packed.array("number")
        self._about = json.loads(packed.bytes("about"))

    def find(
        self, beginning: str, most: int, alive: int | None = None
    ) -> Iterator[Found]:
        """Yield the best of each kind.

        Args:
            beginning: Folded.
            most: How many of each kind.
            alive: Numbers of the documents that still stand; ``None`` for all.
        """
        sought = beginning.encode()
        for kind in range(len(KIND_ORDER)):
            low, high = self._range(sought, *self._groups[kind : kind + 2])
            if low == high:
                continue
            _, whole = self._range(sought + END.encode(), low, high)
            seen: set[int] = set()
            for entry in self._ranked(low, whole, high, most, alive):
                line = int(self._line[entry])
                target = int(self._target[line])
                if target in seen:
                    continue
                seen.add(target)
                good = int(self._good[entry])
                how = good >> _HOW
                if entry < whole and how == How.START:
                    how = How.WHOLE
                at = self._offset[entry]
                _, key, names, spellings = self._about[target]
                yield Found(
                    how,
                    kind,
                    good & (1 << _HOW) - 1,
                    self._text[at : self._text.index(b"\0", at)],
                    key,
                    names,
                    spellings[self._spelling[line]],
                )
                if len(seen) == most:
                    break

    def _range(self, sought: bytes, low: int, high: int) -> tuple[int, int]:
        """Return where beginnings with these letters stand."""
        text, offset, length = self._text, self._offset, len(sought)

        def letters(entry: int) -> bytes:
            at = offset[entry]
            return text[at : at + length]

        span = range(high)
        first = bisect_left(span, sought, low, high, key=letters)
        after = bisect_left(span, sought + b"\xff", first, high, key=letters)
        return first, after

    def _ranked(
        self, low: int, whole: int, high: int, most: int, alive: int | None
    ) -> Iterator[int]:
        """Yield entries of a range, best first; those that are whole before all."""
        many = 4 * most
        yielded: set[int] = set()
        while True:
            exact = self._least(low, whole, many)
            for entry in (*exact, *self._least(low, high, many)):
                if entry in yielded:
                    continue
                yielded.add(entry)
                if alive is not None:
                    target = int(self._target[self._line[entry]])
                    if not alive >> int(self._number[target]) & 1:
                        continue
                yield entry
            if many >= high - low:
                return
            many *= 4

    def _least(self, low: int, high: int, many: int) -> list[int]:
        """Return the best entries of a range, best first."""
        places: Array
        first, after = -(-low // BLOCK), high // BLOCK
        if after - first <= many:
            places = np.arange(low, high)
        else:
            blocks = np.argsort(self._best[first:after], kind="stable")[:many] + first
            inner = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
            places = np.concatenate(
                (np.arange(low, first * BLOCK), inner, np.arange(after * BLOCK, high))
            )
            places.sort()
        order = np.argsort(self._good[places], kind="stable")[:many]
        found: list[int] = places[order].tolist()
        return found


class Suggester:
    """Everything that may be offered from one state; threads share it.

    Args:
        terms_part: Of the vocabulary.
        layers: Of the state's segments.
        documents: Of the state.
    """

    def __init__(
        self,
        terms_part: OfferPart,
        layers: Sequence[Layer[OfferPart]],
        documents: Named | None = None,
    ) -> None:
        """Join the parts; nothing is compiled."""
        self._terms = terms_part
        self._layers = tuple(layers)
        self._documents = documents

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return what begins with the text, or holds it, best first.

        Args:
            text: As typed so far.
            limit: How many at most.
        """
        if limit < 1:
            return ()
        for beginning in typed(text):
            found = sorted(self._find(beginning, limit), key=_order)
            if found:
                return tuple(_mixed(found, limit))
        return ()

    def _find(self, beginning: str, limit: int) -> Iterator[Found]:
        yield from self._terms.find(beginning, limit)
        for layer in self._layers:
            yield from layer.part.find(beginning, limit, layer.alive)


def _order(one: Found) -> tuple[int, int, int, bytes, str]:
    return one[:5]


def _mixed(ranked: Sequence[Found], limit: int) -> Iterator[Suggestion]:
    """Yield the best of all kinds, none of them crowding out the others."""
    count: dict[int, int] = {}
    first: list[Found] = []
    later: list[Found] = []
    for one in ranked:
        count[one.kind] = count.get(one.kind, 0) + 1
        (first if count[one.kind] <= MOST_OF_A_KIND else later).append(one)
    chosen = (first + later)[:limit]
    groups = [one.kind for one in chosen]
    chosen.sort(key=lambda one: groups.index(one.kind))
    for one in chosen:
        yield Suggestion(KIND_ORDER[one.kind], one.key, one.names, one.written)


def build(catalog: Catalog, terms: Iterable[Term]) -> Suggester:
    """Put every name, alias, term and their sounds in order, in memory.

    Args:
        catalog: Its documents are offered.
        terms: Of these the kinds in :data:`OFFERED` are.
    """
    documents = catalog.documents
    layer = Layer(
        OfferPart(pack_offers(documents)), 0, len(documents), catalog.everything
    )
    return Suggester(OfferPart(pack_terms(terms)), (layer,), documents)
