"""Every way in which a word stands in the columns, with what it counts for.

Scores are those of Whoosh 2.7.4's BM25F over a whole state: documents, words and
lengths are counted through all segments, with documents that are gone for as long
as they stand in a segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.adapters.analysis import Beginning, Phrase, Piece, Sought, Word
from directory.adapters.whoosh_codec import LENGTHS
from directory.adapters.word_parts import (
    FIELDS,
    PARTS,
    SOUNDS,
    WORDS,
    Kind,
    Span,
    WordPart,
)
from directory.search.rules.layers import Layer, Places
from directory.search.rules.typos import allowed
from directory.search.rules.words import (
    FIELD_WEIGHTS,
    LIKE_A_SYNONYM,
    MOST_BEGINNINGS,
    MOST_SPELLINGS,
    MOST_WITHIN_TIER,
    SPELLED,
    TIER_WEIGHTS,
    Field,
    Tier,
)

Floats = NDArray[np.float64]
Numbers = NDArray[np.integer[Any]]

B = 0.75
K1 = 1.2
"""Of BM25F (source: Whoosh 2.7.4's defaults)."""

MUCH_FEWER = 16
"""How many times fewer are looked up one by one among the others."""

EXACTLY = tuple(
    Tier.SYNONYM if field in LIKE_A_SYNONYM else Tier.EXACT for field in Field
)
IN_PART = (Tier.PART,) * len(Field)
BY_SOUND = (Tier.SOUND,) * len(Field)
BY_SPELLING = tuple(Tier.SPELLING if one in SPELLED else None for one in Field)
"""How surely a word is found, by field; none where it is not looked for."""

Tiers = Sequence[Tier | None]


class Way(NamedTuple):
    """One way in which a word is found: in one field of one segment.

    Args:
        form: What stands there.
        field: Where.
        tier: How surely.
        places: Of the documents, ascending; also of those that are gone.
        worth: What it counts for in each.
    """

    form: str
    field: Field
    tier: Tier
    places: Places
    worth: Floats


class Similar(NamedTuple):
    """Words that may have been meant by one that is nowhere to be found."""

    words: tuple[str, ...]


class _View:
    """A segment as the statistics of a whole state see it."""

    def __init__(
        self, layer: Layer[WordPart], norms: Sequence[Sequence[Floats]]
    ) -> None:
        self.base = layer.base
        self.size = layer.size
        self.alive = layer.alive
        self.part = layer.part
        self.impacts = [
            [
                _bm25(weights[low:high], norm[lengths[low:high]])
                for low, high, norm in zip(
                    kind.rows[:-1], kind.rows[1:], norms_of, strict=True
                )
            ]
            for kind, norms_of in zip(layer.part.kinds, norms, strict=True)
            for weights, lengths in [(kind.weights, kind.lengths)]
        ]


def _bm25(weights: Floats, norms: Floats) -> Floats:
    """Return BM25F but for the rareness of the word."""
    found: Floats = weights * (K1 + 1) / (weights + norms)
    return found


class Ways:
    """Finds ways in which words stand in some segments; threads share it.

    Args:
        layers: In the order of their places.
    """

    def __init__(self, layers: Sequence[Layer[WordPart]]) -> None:
        """Sum up what scores depend on; nothing is read of any document."""
        # Whoosh counts documents that are gone, as long as they are in its files.
        self._documents = sum(one.size for one in layers)
        self._norms = [
            [self._norm(layers, kind, field) for field in range(len(fields))]
            for kind, fields in enumerate(FIELDS)
        ]
        self.views = tuple(_View(one, self._norms) for one in layers if one.size)

    def _norm(self, layers: Sequence[Layer[WordPart]], kind: int, field: int) -> Floats:
        """Return how much a field's length weighs, by the byte kept of it."""
        total = sum(one.part.kinds[kind].totals[field] for one in layers)
        mean = total / max(self._documents, 1) or 1
        found: Floats = K1 * ((1 - B) + B * LENGTHS / mean)
        return found

    def of(self, sought: Sought | Similar) -> Iterator[Way]:
        """Yield each way in which a word is found."""
        if isinstance(sought, Word):
            yield from self._term(WORDS, sought.word, EXACTLY)
            if len(sought.parts) == 1:
                yield from self._term(PARTS, sought.parts[0], IN_PART)
            elif sought.parts:
                yield from self._parts(sought.parts)
            if sought.sound:
                yield from self._term(SOUNDS, sought.sound, BY_SOUND)
        elif isinstance(sought, Phrase):
            yield from self._phrase(sought.pieces)
        elif isinstance(sought, Beginning):
            exact = {sought.letters, sought.stem}
            for term in exact.union(self._beginning(sought.letters)):
                yield from self._term(
                    WORDS, term, EXACTLY if term in exact else IN_PART
                )
        else:
            for term in sought.words:
                yield from self._term(WORDS, term, BY_SPELLING)

    def _numbers(self, kind: int, term: str) -> list[tuple[_View, Kind, int]]:
        """Return the segments that have a term, and its number in each."""
        key = term.encode()
        return [
            (view, of_kind, number)
            for view in self.views
            for of_kind in [view.part.kinds[kind]]
            if (number := of_kind.number(key)) >= 0
        ]

    def idf(self, having: int) -> float:
        """Return how rare something is that so many documents have."""
        return log(self._documents / (having + 1)) + 1

    def _term(self, kind: int, term: str, tiers: Tiers) -> Iterator[Way]:
        """Yield where a term stands, in each field that has a tier."""
        stands = self._numbers(kind, term)
        if not stands:
            return
        for at, field in enumerate(FIELDS[kind]):
            tier = tiers[at]
            spans = [one.span(number, at) for _, one, number in stands]
            having = sum(end - begin for begin, end in spans)
            if not having or tier is None:
                continue
            factor = self.idf(having) * FIELD_WEIGHTS[field]
            for (view, one, _), (begin, end) in zip(stands, spans, strict=True):
                if begin < end:
                    worth = view.impacts[kind][at] * factor
                    _into(worth, tier)
                    worth = _taken(worth, one.codes[begin:end])
                    places = _places(one.numbers[begin:end], view)
                    yield Way(term, field, tier, places, worth)

    def _parts(self, parts: Sequence[str]) -> Iterator[Way]:
        """Yield what has all parts in one field, with the mean of their worth."""
        stands = [self._numbers(PARTS, part) for part in parts]
        form = parts[0] + "".join(part[1:] for part in parts[1:])
        for at, field in enumerate(Field):
            idfs = [
                self.idf(sum(end - begin for begin, end in spans))
                for each in stands
                for spans in [[one.span(number, at) for _, one, number in each]]
            ]
            for view in self.views:
                here = [
                    (one, one.span(number, at), idf)
                    for each, idf in zip(stands, idfs, strict=True)
                    for its, one, number in each
                    if its is view
                ]
                if len(here) < len(parts) or any(
                    one.begin == one.end for _, one, _ in here
                ):
                    continue
                numbers, sums = _in_all(here, view.impacts[PARTS][at], view.size)
                sums *= FIELD_WEIGHTS[field] / len(parts)
                if len(numbers):
                    yield _way(form, field, Tier.PART, view, numbers, sums)

    def _phrase(self, pieces: Sequence[Piece]) -> Iterator[Way]:
        """Yield where words stand together, scored as one word."""
        kinds = [PARTS if one.is_part else WORDS for one in pieces]
        if len(pieces) == 1:
            yield from self._term(kinds[0], pieces[0].term, EXACTLY)
            return
        stands = [
            {id(view): number for view, _, number in self._numbers(kind, piece.term)}
            for kind, piece in zip(kinds, pieces, strict=True)
        ]
        if not all(stands):
            return
        form = " ".join(piece.term for piece in pieces)
        for at, field in enumerate(Field):
            factor = 0.0
            for view in self.views:
                if not all(id(view) in each for each in stands):
                    continue
                placed = []
                for kind, each, piece in zip(kinds, stands, pieces, strict=True):
                    places = view.part.kinds[kind].placed(each[id(view)], at)
                    if not len(places):
                        break
                    placed.append((places, piece.after))
                if len(placed) < len(pieces):
                    continue
                begins = _standing(placed)
                if not len(begins):
                    continue
                if not factor:
                    factor = self._together(kinds, stands, at) * FIELD_WEIGHTS[field]
                every = np.searchsorted(view.part.begins[at], begins, "right") - 1
                numbers, counts = _counted(every)
                norms = self._norms[kinds[0]][at]
                lengths = view.part.kinds[kinds[0]].each[at][numbers]
                worth = _bm25(counts, norms[lengths]) * factor
                yield _way(form, field, EXACTLY[at], view, numbers, worth)

    def _together(
        self, kinds: Sequence[int], stands: Sequence[Mapping[int, int]], field: int
    ) -> float:
        """Return how rare the pieces of a phrase are in a field, in all."""
        idf = 0.0
        for kind, each in zip(kinds, stands, strict=True):
            spans = [
                view.part.kinds[kind].span(each[id(view)], field)
                for view in self.views
                if id(view) in each
            ]
            idf += self.idf(sum(end - begin for begin, end in spans))
        return idf

    def _beginning(self, letters: str) -> list[str]:
        """Return the words that begin with letters, most frequent first.

        How frequent a word is, is told by the field and segment in which it is
        most so.
        """
        most: dict[bytes, int] = {}
        for view in self.views:
            kind = view.part.kinds[WORDS]
            begin, end = kind.beginning(letters.encode())
            if begin == end:
                continue
            width = kind.width
            starts = kind.starts[begin * width : end * width + 1]
            having = np.diff(starts.astype(np.int64)).reshape(-1, width).max(axis=1)
            # In the order of the dictionary where they are as frequent.
            order = np.arange(end - begin) - having * (end - begin)
            if len(order) > MOST_BEGINNINGS:
                kept = np.argpartition(order, MOST_BEGINNINGS)[:MOST_BEGINNINGS]
            else:
                kept = np.arange(len(order))
            for at, many in zip(kept.tolist(), having[kept].tolist(), strict=True):
                term = kind.term(begin + at)
                most[term] = max(many, most.get(term, 0))
        order = sorted(most, key=lambda term: (-most[term], term))
        return [term.decode() for term in order[:MOST_BEGINNINGS]]

    def similar(self, word: str) -> Similar:
        """Return words of names and needs that are spelled much the same."""
        most = allowed(len(word))
        if not most:
            return Similar(())
        near = {one for view in self.views for one in view.part.similar(word, most)}
        return Similar(tuple(sorted(near)[:MOST_SPELLINGS]))


def _counted(numbers: Places) -> tuple[Places, Floats]:
    """Return each of some ascending numbers once, and how often it is there."""
    differs = np.empty(len(numbers), np.bool_)
    differs[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=differs[1:])
    first = np.flatnonzero(differs)
    counts = np.empty(len(first))
    np.subtract(first[1:], first[:-1], out=counts[:-1])
    counts[-1] = len(numbers) - first[-1]
    return numbers[first], counts


def _way(
    form: str, field: Field, tier: Tier, view: _View, numbers: Numbers, within: Floats
) -> Way:
    _into(within, tier)
    return Way(form, field, tier, _places(numbers, view), within)


def _into(within: Floats, tier: Tier) -> None:
    """Make what counts within a tier what counts in all."""
    np.minimum(within, MOST_WITHIN_TIER, out=within)
    within += TIER_WEIGHTS[tier]


def _places(numbers: Numbers, view: _View) -> Places:
    places = numbers.astype(np.int64)
    places += view.base
    return places


def _taken(table: Floats, codes: Numbers) -> Floats:
    """Return the values of a table; three times as fast as indexing by codes."""
    return table.take(codes.astype(np.intp))


def _in_all(
    here: Sequence[tuple[Kind, Span, float]], impacts: Floats, size: int
) -> tuple[Numbers, Floats]:
    """Return what has all parts, with the sum of their BM25F."""
    ordered = sorted(here, key=lambda one: one[1].end - one[1].begin)
    one, (begin, end), idf = ordered[0]
    numbers = one.numbers[begin:end]
    sums = _taken(impacts, one.codes[begin:end]) * idf
    for one, (begin, end), idf in ordered[1:]:
        others = one.numbers[begin:end]
        if len(numbers) * MUCH_FEWER < len(others):
            at = np.searchsorted(others, numbers)
            at[at == len(others)] = 0
            is_there = others[at] == numbers
            more = impacts[one.codes[begin:end][at[is_there]]] * idf
        else:
            each = np.zeros(size)
            each[others] = _taken(impacts, one.codes[begin:end]) * idf
            more = each[numbers]
            is_there = more > 0
            more = more[is_there]
        numbers, sums = numbers[is_there], sums[is_there] + more
        if not len(numbers):
            break
    return numbers, sums


def _standing(placed: Sequence[tuple[NDArray[Any], int]]) -> NDArray[Any]:
    """Return the beginnings of a phrase, by where its pieces stand.

    Args:
        placed: For each piece its places, ascending, and how many places after
            the beginning of the phrase it stands.
    """
    ordered = sorted(placed, key=lambda one: len(one[0]))
    places, after = ordered[0]
    begins: NDArray[Any] = places - places.dtype.type(after)
    for places, after in ordered[1:]:
        if not len(begins):
            break
        wanted = places.dtype.type(after)
        if len(begins) * MUCH_FEWER < len(places):
            at = np.searchsorted(places, begins + wanted)
            at[at == len(places)] = 0
            begins = begins[places[at] == begins + wanted]
        else:
            both = np.concatenate((begins, places - wanted))
            both.sort()
            begins = both[1:][both[1:] == both[:-1]]
    return begins
