"""Writing documents into one segment of the engine, all of them at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from directory.adapters import analysis
from directory.adapters.whoosh_codec import (
    Numbers,
    Postings,
    length_bytes,
    write_segment,
)
from directory.search.rules.documents import IndexDocument
from directory.search.rules.words import SOUNDED, Field

LONGEST_KEPT = 32
"""Characters of a piece of text whose words are kept while a segment is made:
most pieces between two spaces come again."""

MOST_KEPT = 200_000
"""Such pieces."""

FIELDS = (
    *(f"{field}_words" for field in Field),
    *(f"{field}_parts" for field in Field),
    *(f"{field}_sounds" for field in SOUNDED),
)
"""The engine's fields for words."""


class _Piece(NamedTuple):
    """The terms of a piece of text, by number, and where they stand in it."""

    words: array[int]
    words_at: array[int]
    parts: array[int]
    parts_at: array[int]
    sounds: array[int]
    length: int


class _Terms(dict[str, int]):
    """Numbers of terms, in the order in which they came."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number

    def of(self, terms: Iterable[str]) -> array[int]:
        return array("I", (self[term] for term in terms))


class _Gathered:
    """The terms of one field as they come, document after document."""

    def __init__(self) -> None:
        self.terms = array("I")
        self.at = array("I")
        self.bases = array("I")
        self.counts = array("I")
        self.ends = array("Q")

    def add(self, terms: array[int], at: array[int], base: int) -> None:
        self.terms.extend(terms)
        self.at.extend(at)
        self.bases.append(base)
        self.counts.append(len(terms))


def said(document: IndexDocument) -> Mapping[Field, Sequence[str]]:
    """Return the texts of a document, by field."""
    return {
        Field.NAME: tuple(document.names.values()),
        Field.ALIAS: (*document.aliases, document.slug.replace("-", " ")),
        Field.NEED: (*document.needs, *document.questions),
        Field.TEXT: tuple(document.text.values()),
    }


def pack_whoosh(documents: Sequence[IndexDocument]) -> bytes:
    """Return one segment of the engine as one file.

    Args:
        documents: Numbered in this order, from 0.
    """
    return write_segment(len(documents), _Writing().postings(documents))


class _Writing:
    """What is known while a segment is made."""

    def __init__(self) -> None:
        self._words = _Terms()
        self._parts = _Terms()
        self._sounds = _Terms()
        self._kept: dict[tuple[str, bool], _Piece] = {}

    def postings(self, documents: Sequence[IndexDocument]) -> dict[str, Postings]:
        found = {name: _Gathered() for name in FIELDS}
        for document in documents:
            for field, texts in said(document).items():
                self._add(found, field, texts)
            for one in found.values():
                one.ends.append(len(one.terms))
        terms = {
            "words": _ranked(self._words),
            "parts": _ranked(self._parts),
            "sounds": _ranked(self._sounds),
        }
        return {
            "id": _ids(documents),
            **{
                name: _sorted(one, *terms[name.rpartition("_")[2]], len(documents))
                for name, one in found.items()
            },
        }

    def _add(
        self, found: Mapping[str, _Gathered], field: Field, texts: Iterable[str]
    ) -> None:
        is_sounded = field in SOUNDED
        words, parts = found[f"{field}_words"], found[f"{field}_parts"]
        base = 0
        for text in texts:
            for piece in self._pieces(text, is_sounded):
                if piece.words:
                    words.add(piece.words, piece.words_at, base)
                if piece.parts:
                    parts.add(piece.parts, piece.parts_at, base)
                if piece.sounds:
                    found[f"{field}_sounds"].terms.extend(piece.sounds)
                base += piece.length
            base += analysis.GAP

    def _pieces(self, text: str, is_sounded: bool) -> Iterator[_Piece]:
        """Yield the pieces between spaces: no word goes beyond one."""
        for typed in text.split():
            key = (typed, is_sounded)
            piece = self._kept.get(key)
            if piece is None:
                piece = self._cut(typed, is_sounded)
                if len(typed) <= LONGEST_KEPT and len(self._kept) < MOST_KEPT:
                    self._kept[key] = piece
            yield piece

    def _cut(self, typed: str, is_sounded: bool) -> _Piece:
        cut = analysis.analyze(typed, with_sounds=is_sounded)
        return _Piece(
            self._words.of(cut.words),
            array("I", cut.words_at),
            self._parts.of(cut.parts),
            array("I", cut.parts_at),
            self._sounds.of(cut.sounds),
            cut.length,
        )


def _ranked(terms: _Terms) -> tuple[list[bytes], Numbers]:
    """Return terms in the engine's order, and the rank of each by its number."""
    written = [term.encode() for term in terms]
    order = sorted(range(len(written)), key=written.__getitem__)
    ranks = np.empty(len(order), np.uint64)
    ranks[order] = np.arange(len(order), dtype=np.uint64)
    return [written[number] for number in order], ranks


def _sorted(
    found: _Gathered, terms: list[bytes], ranks: Numbers, size: int
) -> Postings:
    """Return what was gathered of a field, by term, document and place."""
    in_each = np.diff(np.frombuffer(found.ends, np.uint64), prepend=np.uint64(0))
    lengths = in_each.astype(np.int64)
    numbers = np.repeat(np.arange(size, dtype=np.uint64), lengths)
    at = np.zeros(len(found.terms), np.uint64)
    if found.at:
        counts = np.frombuffer(found.counts, np.uint32)
        at += np.frombuffer(found.at, np.uint32)
        at += np.repeat(np.frombuffer(found.bases, np.uint32), counts)
    longest = int(at.max(initial=0)) + 1
    if len(terms) * size * longest >= 1 << 64:
        raise ValueError("more words than fit into one segment")
    # One number says term, document and place, so that one sort does it all.
    keys = ranks[np.frombuffer(found.terms, np.uint32)] * np.uint64(size) + numbers
    keys = keys * np.uint64(longest) + at
    keys.sort()
    stands, places = np.divmod(keys, np.uint64(longest))
    begins = np.flatnonzero(np.diff(stands, prepend=np.uint64(2**64 - 1)))
    rank, number = np.divmod(stands[begins], np.uint64(max(size, 1)))
    changes = np.flatnonzero(np.diff(rank, append=np.uint64(2**64 - 1)))
    return Postings(
        terms=[terms[one] for one in rank[changes].tolist()],
        ends=changes + 1,
        numbers=number.astype(np.uint32),
        counts=np.diff(begins, append=len(keys)).astype(np.uint32),
        at=places.astype(np.uint32) if found.at else np.empty(0, np.uint32),
        lengths=length_bytes(lengths),
        total=len(keys),
    )


def _ids(documents: Sequence[IndexDocument]) -> Postings:
    """Return by which number each document is found."""
    ids = sorted((one.id.encode(), number) for number, one in enumerate(documents))
    return Postings(
        terms=[one for one, _ in ids],
        ends=np.arange(1, len(ids) + 1),
        numbers=np.array([number for _, number in ids], np.uint32),
        counts=np.ones(len(ids), np.uint32),
        at=np.empty(0, np.uint32),
        lengths=np.zeros(len(ids), np.uint8),
        total=0,
    )
