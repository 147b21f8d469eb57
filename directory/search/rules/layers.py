"""Sets of documents, and the segments that a state of the index is made of.

Each document of a state has a *place*, a whole number from 0. A set of documents
is one whole number whose bits are their places: filters are ``&`` and ``|``,
counts are ``bit_count``. Places of documents that were replaced or withdrawn
stay empty until their segment is written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Bits = int
"""A set of documents."""

Places = NDArray[np.int64]
"""Places of documents, ascending, each once."""

P = TypeVar("P")


class Layer(NamedTuple, Generic[P]):
    """What one segment contributes to a state.

    Args:
        part: Immutable; shared by all states that have the segment.
        base: Place of the segment's first document in the state.
        size: How many documents the segment was written with.
        alive: Which of them still stand, by number within the segment.
    """

    part: P
    base: int
    size: int
    alive: Bits


def places_of(bits: Bits) -> Iterator[int]:
    """Yield the places in a set, lowest first; for sets of few."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def places_in(bits: Bits) -> Places:
    """Return the places in a set, ascending; for sets of many."""
    if not bits:
        return np.empty(0, np.int64)
    content = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
    return np.flatnonzero(
        np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little")
    )


def bits_of(places: Places) -> Bits:
    """Return the set of some places, in any order."""
    if not len(places):
        return 0
    return _bits(places, int(places.max()))


def bits_of_ascending(places: Places) -> Bits:
    """Return the same of places that are known to be in order."""
    return _bits(places, int(places[-1])) if len(places) else 0


def _bits(places: Places, last: int) -> Bits:
    mask = np.zeros(last + 1, np.bool_)
    mask[places] = True
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def mask_of(bits: Bits, size: int) -> NDArray[np.bool_]:
    """Return for each of so many places whether it is in a set."""
    content = bits.to_bytes((size + 7) // 8, "little")
    return np.unpackbits(
        np.frombuffer(content, np.uint8), count=size, bitorder="little"
    ).view(np.bool_)
