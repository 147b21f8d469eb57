"""The words of a segment as columns: what the engine's postings say, for NumPy.

Terms are of three kinds: words, parts (two Chinese characters), and sounds. Of
each kind there is one dictionary for all fields, in the order of the bytes::

    terms, begins      the terms one after another, and where each begins
    buckets, bucketed  numbers of terms by the CRC-32 of the term
    starts             where the postings of each term in each field begin
    numbers            of the documents, for each posting
    codes              for each posting its row in the table of its field
    weights, lengths   that table: how often a term stands in a document, and how
                       many words the field has there; few pairs, for many postings
    rows               where the table of each field begins
    at_starts, at      places of each term in each field, counted through all
                       documents; not of sounds

A document begins at ``begins.<field>``, and no phrase reaches into the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from directory.adapters.analysis import GAP
from directory.adapters.whoosh_codec import Numbers, Postings, read_segment
from directory.search.rules.packing import Array, Packed, pack
from directory.search.rules.words import SAME_BEGINNING, SOUNDED, SPELLED, Field

WORDS, PARTS, SOUNDS = range(3)
KINDS = ("words", "parts", "sounds")

FIELDS: Sequence[Sequence[Field]] = (tuple(Field), tuple(Field), SOUNDED)
"""Fields of each kind."""

PLACED = (WORDS, PARTS)
"""Kinds whose places are known."""

CHINESE_BEGINS = "\u2e80"
"""Words from here on are never spelled."""


def pack_words(whoosh: bytes) -> bytes:
    """Return the words of one segment of the engine, as one file.

    Args:
        whoosh: The segment, known to be whole.
    """
    size, found = read_segment(whoosh)
    parts: dict[str, Array | bytes] = {}
    begins = [_begins(found, field, size) for field in Field]
    for field, begin in zip(Field, begins, strict=True):
        parts[f"begins.{field}"] = begin
    for kind, fields in enumerate(FIELDS):
        of_kind = [found[f"{field}_{KINDS[kind]}"] for field in fields]
        packed = _kind(of_kind, begins if kind in PLACED else ())
        parts |= {f"{KINDS[kind]}.{name}": part for name, part in packed.items()}
    spelled = [found[f"{field}_words"].terms for field in SPELLED]
    return pack(parts | _spellings({one.decode() for each in spelled for one in each}))


def _begins(found: Mapping[str, Postings], field: Field, size: int) -> Numbers:
    """Return where each document begins in a field; phrases begin after it."""
    ends = np.zeros(size, np.int64)
    for kind in PLACED:
        one = found[f"{field}_{KINDS[kind]}"]
        last = one.at[np.cumsum(one.counts, dtype=np.int64) - 1]
        np.maximum.at(ends, one.numbers, last.astype(np.int64) + 1)
    begins = np.cumsum(ends + GAP) - ends
    last_of_all = int(begins[-1] + ends[-1]) if size else 0
    return begins.astype(np.uint32 if last_of_all < 1 << 32 else np.uint64)


def _kind(fields: Sequence[Postings], begins: Sequence[Numbers]) -> dict[str, Array]:
    """Return the columns of one kind of term, in all its fields."""
    terms = sorted(set().union(*(one.terms for one in fields)))
    numbers = dict(zip(terms, range(len(terms)), strict=True))
    owners = [
        np.fromiter((numbers[one] for one in each.terms), np.int64, len(each.terms))
        for each in fields
    ]
    firsts = [np.diff(one.ends, prepend=0).astype(np.int64) for one in fields]
    starts = _starts(len(terms), owners, firsts)
    table, codes, rows = _table(fields)
    width = len(fields)
    packed: dict[str, Array] = {
        **_dictionary(terms),
        "starts": _small(starts),
        "numbers": np.empty(int(starts[-1]), np.uint32),
        "codes": np.empty(int(starts[-1]), codes[0].dtype),
        "weights": table[0],
        "lengths": table[1],
        "rows": rows,
        "totals": np.array([one.total for one in fields], np.int64),
        "each": np.concatenate([one.lengths for one in fields]),
    }
    for column, (one, owner, many) in enumerate(
        zip(fields, owners, firsts, strict=True)
    ):
        to = _spread(starts[owner * width + column], many)
        packed["numbers"][to] = one.numbers
        packed["codes"][to] = codes[column]
    if not begins:
        return packed
    placed = []
    for one in fields:
        stands = np.cumsum(one.counts, dtype=np.int64)
        ends = stands[one.ends.astype(np.int64) - 1]
        placed.append(np.diff(ends, prepend=0))
    at_starts = _starts(len(terms), owners, placed)
    packed["at_starts"] = _small(at_starts)
    packed["at"] = np.empty(int(at_starts[-1]), np.result_type(*begins))
    for column, (one, owner, many) in enumerate(
        zip(fields, owners, placed, strict=True)
    ):
        to = _spread(at_starts[owner * width + column], many)
        begin = np.repeat(begins[column][one.numbers], one.counts)
        packed["at"][to] = begin + one.at
    return packed


def _starts(
    terms: int, owners: Sequence[Numbers], many: Sequence[Numbers]
) -> NDArray[np.int64]:
    """Return where each term in each field begins, if it has so many."""
    counts = np.zeros((terms, len(owners)), np.int64)
    for column, (owner, each) in enumerate(zip(owners, many, strict=True)):
        counts[owner, column] = each
    return np.concatenate(([0], np.cumsum(counts.ravel())))


def _spread(starts: Numbers, many: Numbers) -> NDArray[np.int64]:
    """Return all numbers of ranges, by their beginnings and lengths."""
    found = np.repeat(starts - np.cumsum(many) + many, many)
    found += np.arange(len(found))
    return found


def _small(numbers: Numbers) -> Numbers:
    return numbers.astype(np.uint32 if int(numbers[-1]) < 1 << 32 else np.uint64)


def _table(
    fields: Sequence[Postings],
) -> tuple[tuple[Array, Array], list[Array], Array]:
    """Return which weights come with which lengths, by field, and the row of each."""
    weights: list[Array] = []
    lengths: list[Array] = []
    codes: list[Array] = []
    for one in fields:
        each = np.unique(one.counts)
        keys = np.searchsorted(each, one.counts) * 256 + one.lengths[one.numbers]
        is_there = np.zeros(len(each) * 256, np.bool_)
        is_there[keys] = True
        there = np.flatnonzero(is_there)
        weights.append(each[there >> 8].astype(np.float64))
        lengths.append((there & 255).astype(np.uint8))
        codes.append((np.cumsum(is_there) - 1)[keys])
    most = max(len(one) for one in weights)
    dtype = np.uint16 if most <= 1 << 16 else np.uint32
    rows = np.cumsum([0, *(len(one) for one in weights)])
    table = (np.concatenate(weights), np.concatenate(lengths))
    return table, [one.astype(dtype) for one in codes], rows


def _dictionary(terms: Sequence[bytes]) -> dict[str, Array]:
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    hashes = np.fromiter(map(crc32, terms), np.int64, len(terms))
    size = 1 << max(len(terms) - 1, 0).bit_length()
    of_term = hashes & (size - 1)
    counts = np.bincount(of_term, minlength=size)
    return {
        "terms": np.frombuffer(b"".join(terms), np.uint8),
        "begins": _small(np.concatenate(([0], np.cumsum(lengths)))),
        "buckets": np.concatenate(([0], np.cumsum(counts))).astype(np.uint32),
        "bucketed": np.argsort(of_term, kind="stable").astype(np.uint32),
    }


def _spellings(words: set[str]) -> dict[str, Array | bytes]:
    """Return words that may have been meant, by their first letters."""
    kept = sorted(one for one in words if one.isalpha() and one < CHINESE_BEGINS)
    heads: list[str] = []
    shelves: list[bytes] = []
    for head, same in groupby(kept, itemgetter(slice(SAME_BEGINNING))):
        heads.append(head)
        shelves.append("\n".join(same).encode())
    ends = np.cumsum([0, *map(len, shelves)])
    return {
        "spelled.heads": "\n".join(heads).encode(),
        "spelled.ends": ends,
        "spelled.words": np.frombuffer(b"".join(shelves), np.uint8),
    }


class Span(NamedTuple):
    """Postings of one term in one field, or places of them: from, up to."""

    begin: int
    end: int


class Kind:
    """The terms of one kind in a segment.

    Args:
        packed: The segment's words.
        kind: Number of the kind.
    """

    def __init__(self, packed: Packed, kind: int) -> None:
        """Read nothing yet."""

        def column(name: str) -> Array:
            return packed.array(f"{KINDS[kind]}.{name}")

        self.width = len(FIELDS[kind])
        self.numbers = column("numbers")
        self.codes = column("codes")
        self.weights = column("weights")
        self.lengths = column("lengths")
        self.rows: list[int] = column("rows").tolist()
        self.totals: list[int] = column("totals").tolist()
        self.each = column("each").reshape(self.width, -1)
        self.starts = column("starts")
        # One number is read faster from memory itself than from an array.
        self._starts = self.starts.data
        self._terms = column("terms").data
        self._begins = column("begins").data
        self._buckets = column("buckets").data
        self._bucketed = column("bucketed").data
        self._mask = len(self._buckets) - 2
        self._size = len(self._begins) - 1
        if kind in PLACED:
            self._at_starts = column("at_starts").data
            self.at = column("at")

    def number(self, term: bytes) -> int:
        """Return the number of a term, or -1."""
        bucket = crc32(term) & self._mask
        for at in range(self._buckets[bucket], self._buckets[bucket + 1]):
            number: int = self._bucketed[at]
            if self._terms[self._begins[number] : self._begins[number + 1]] == term:
                return number
        return -1

    def term(self, number: int) -> bytes:
        """Return a term by its number."""
        return bytes(self._terms[self._begins[number] : self._begins[number + 1]])

    def span(self, number: int, field: int) -> Span:
        """Return which postings a term has in a field."""
        at = number * self.width + field
        return Span(self._starts[at], self._starts[at + 1])

    def placed(self, number: int, field: int) -> Array:
        """Return where a term stands in a field, through all documents."""
        at = number * self.width + field
        return self.at[self._at_starts[at] : self._at_starts[at + 1]]

    def beginning(self, letters: bytes) -> tuple[int, int]:
        """Return from and up to which number terms begin with some letters."""
        every = range(self._size)
        begin = bisect_left(every, letters, key=self.term)
        # No text has this byte.
        return begin, bisect_left(every, letters + b"\xff", key=self.term)


class WordPart:
    """The words of one segment.

    Args:
        content: What :func:`pack_words` returned, known to be whole.
    """

    def __init__(self, content: bytes) -> None:
        """Open it; nothing is copied but the first letters of words."""
        packed = Packed(content)
        self.kinds = tuple(Kind(packed, kind) for kind in range(len(KINDS)))
        self.begins = tuple(packed.array(f"begins.{field}") for field in Field)
        self._heads = packed.bytes("spelled.heads").decode().split("\n")
        self._ends: Any = packed.array("spelled.ends").data
        self._spelled = packed.array("spelled.words").data
        self.nbytes = len(content)

    def similar(self, word: str, most: int) -> list[str]:
        """Return words of names and needs in which few letters differ.

        Args:
            word: Whose first letters they must have.
            most: Letters that may differ, as counted by
                :func:`directory.search.rules.typos.distance`.
        """
        head = word[:SAME_BEGINNING]
        at = bisect_left(self._heads, head)
        if at == len(self._heads) or self._heads[at] != head:
            return []
        shelf = bytes(self._spelled[self._ends[at] : self._ends[at + 1]])
        words = shelf.decode().split("\n")
        near = extract(
            word, words, scorer=OSA.distance, score_cutoff=most, limit=len(words)
        )
        return [one for one, _, _ in near]
