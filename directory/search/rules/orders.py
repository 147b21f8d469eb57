"""The orders that documents stand in where nothing asked for tells them apart.

Each segment keeps its documents in these orders, made by who wrote it. A state
puts the documents of its small segments into the order of its largest one, when
an order is first needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from directory.core.text import Language, pick
from directory.search.rules.documents import BEST_FIRST, IndexDocument
from directory.search.rules.layers import Layer, Places, places_in
from directory.search.rules.packing import Array, Packed
from directory.search.rules.values import Kind

EVIDENCE_ORDER = {
    "sourced-treatment": 0,
    "sourced-trial": 1,
    "sourced-secondary": 2,
    "unverified": 3,
    "unverified-low": 4,
}
"""How well CAR-T itself is shown, best first; what is not listed comes last."""

KIND_ORDER = {
    Kind.THERAPY: 0,
    Kind.CENTER: 1,
    Kind.FACILITATOR: 2,
    Kind.GUIDE: 3,
}
"""Which kind comes first where all else is equal."""

_WORTH = Struct(">BIBBI")
"""Kind, place given by an editor, evidence, its level, day; as bytes in order."""

_MIDDLE = 2**31

Ranks = NDArray[np.int32]
"""For each place how many stand before it."""


class By(StrEnum):
    """What an order goes by."""

    WORTH = "worth"
    """Kind, evidence, freshness, name."""

    NAME = "name"
    DAY = "day"
    """The day of the last check, the latest first; then as by worth."""


def name_of(document: IndexDocument, language: Language) -> str:
    """Return the name that a reader of this language is shown."""
    return pick(document.names, language).words if document.names else document.slug


def pack_orders(documents: Sequence[IndexDocument]) -> dict[str, Array | bytes]:
    """Return the orders of a segment, by the names that :class:`Ordered` reads.

    Args:
        documents: In the order of their numbers.
    """
    worth = [_worth(document) for document in documents]
    pool: dict[bytes, int] = {}
    found: dict[str, Array | bytes] = {
        "worth": np.frombuffer(b"".join(worth), np.uint8),
        "days": np.array([_day(document) for document in documents], np.int32),
    }
    for language in Language:
        names = [_name(document, language) for document in documents]
        numbers = range(len(names))
        found |= {
            f"names.{language}": np.array(
                [pool.setdefault(name, len(pool)) for name in names], np.uint32
            ),
            f"{By.NAME}.{language}": np.array(
                sorted(numbers, key=names.__getitem__), np.int32
            ),
            f"{By.WORTH}.{language}": np.array(
                sorted(numbers, key=[*map(bytes.__add__, worth, names)].__getitem__),
                np.int32,
            ),
        }
    found["names"] = np.frombuffer(b"".join(pool), np.uint8)
    found["name-ends"] = np.cumsum([0, *map(len, pool)], dtype=np.uint64)
    return found


def _worth(document: IndexDocument) -> bytes:
    level = EVIDENCE_ORDER.get(document.evidence_level or "", len(EVIDENCE_ORDER))
    return _WORTH.pack(
        KIND_ORDER[document.kind],
        min(max(0, document.position + _MIDDLE), 2 * _MIDDLE - 1),
        BEST_FIRST.index(document.evidence),
        level,
        _MIDDLE - _day(document),
    )


def _day(document: IndexDocument) -> int:
    return document.verified_on.toordinal() if document.verified_on else 0


def _name(document: IndexDocument, language: Language) -> bytes:
    # Bytes of UTF-8 stand in the same order as the characters that they say.
    name = name_of(document, language).casefold()
    return b"\0".join(
        (name.encode(), document.slug.encode(), bytes([KIND_ORDER[document.kind]]))
    )


class Ordered:
    """The orders of one segment's documents, and what they were ordered by."""

    def __init__(self, packed: Packed) -> None:
        """Read no document.

        Args:
            packed: A file with what :func:`pack_orders` gave.
        """
        self._packed = packed
        self._worth = packed.array("worth").data
        self._pool = packed.array("names").data
        self._ends = packed.array("name-ends")
        self.days = packed.array("days")

    def numbers(self, by: By, language: Language) -> Array:
        """Return all numbers in one of the orders that are kept."""
        return self._packed.array(f"{by}.{language}")

    def key(self, by: By, language: Language, number: int) -> bytes:
        """Return what a document is ordered by."""
        at = int(self._packed.array(f"names.{language}")[number])
        begin, end = self._ends[at : at + 2].tolist()
        name = bytes(self._pool[begin:end])
        if by is By.NAME:
            return name
        size = _WORTH.size
        return bytes(self._worth[number * size : (number + 1) * size]) + name


class Orders:
    """The orders of all documents that stand, each made when it is first needed.

    Args:
        layers: The segments, in the order of their bases.
    """

    def __init__(self, layers: Sequence[Layer[Ordered]]) -> None:
        """Put the days together."""
        self._layers = tuple(layers)
        self._made: dict[tuple[By, Language], tuple[Places, Ranks]] = {}
        self.days: NDArray[np.int32] = np.concatenate(
            [np.empty(0, np.int32), *(layer.part.days for layer in self._layers)]
        )

    def places(self, by: By, language: Language) -> Places:
        """Return the places in order; also of some that no longer stand."""
        return self._of(by, language)[0]

    def ranks(self, by: By, language: Language) -> Ranks:
        """Return the rank of each place; of one that no longer stands, any."""
        return self._of(by, language)[1]

    def _of(self, by: By, language: Language) -> tuple[Places, Ranks]:
        made = self._made.get((by, language))
        if made is None:
            # Two threads may make the same; either will do.
            made = self._made[by, language] = self._make(by, language)
        return made

    def _make(self, by: By, language: Language) -> tuple[Places, Ranks]:
        if by is By.DAY:
            ranks = self.ranks(By.WORTH, language).astype(np.int64)
            places = np.argsort((-self.days.astype(np.int64) << 32) + ranks)
        else:
            places = self._merged(by, language)
        ranks_of = np.zeros(len(self.days), np.int32)
        ranks_of[places] = np.arange(len(places), dtype=np.int32)
        return places, ranks_of

    def _merged(self, by: By, language: Language) -> Places:
        """Put what stands in small segments into the order of the largest one."""
        if not self._layers:
            return np.empty(0, np.int64)
        largest = max(self._layers, key=lambda layer: layer.size)
        order = largest.part.numbers(by, language)
        small = sorted(
            chain.from_iterable(
                (
                    (layer.part.key(by, language, number), layer.base + number)
                    for number in places_in(layer.alive).tolist()
                )
                for layer in self._layers
                if layer is not largest
            )
        )

        def key(number: int) -> bytes:
            return largest.part.key(by, language, number)

        if len(small) * largest.size.bit_length() > largest.size:
            # Sorting what is in order already, in two runs, takes one pass.
            found = [(key(number), largest.base + number) for number in order.tolist()]
            return np.array([place for _, place in sorted(found + small)], np.int64)
        at = 0
        before: list[int] = []
        for one, _ in small:
            at = bisect_left(order, one, at, key=key)
            before.append(at)
        return np.insert(
            order.astype(np.int64) + largest.base, before, [place for _, place in small]
        )
