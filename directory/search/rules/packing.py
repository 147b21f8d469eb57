"""Putting arrays and texts into one file, so that opening it copies nothing.

The file begins with its table of contents::

    8 bytes   length of the table, little-endian
    table     JSON: for each name how it is to be read, where it begins, its length
    content   each part at a multiple of 8 bytes
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 8
BYTES = "bytes"

Array = NDArray[Any]


def pack(parts: Mapping[str, Array | bytes]) -> bytes:
    """Return parts as one file.

    Args:
        parts: By name; arrays of one dimension, of numbers.
    """
    table: dict[str, tuple[str, int, int]] = {}
    content: list[bytes] = []
    at = 0
    for name, part in parts.items():
        if isinstance(part, bytes):
            kind, raw = BYTES, part
        else:
            little = part.astype(part.dtype.newbyteorder("<"), copy=False)
            kind, raw = little.dtype.str, little.tobytes()
        table[name] = (kind, at, len(raw))
        padded = -len(raw) % ALIGNED
        content += (raw, bytes(padded))
        at += len(raw) + padded
    head = json.dumps(table, sort_keys=True).encode()
    head += b" " * (-len(head) % ALIGNED)
    return b"".join((len(head).to_bytes(8, "little"), head, *content))


class Packed:
    """Parts of a file made by :func:`pack`, read where they stand.

    Args:
        content: The file, already known to be whole.
    """

    def __init__(self, content: bytes) -> None:
        """Read the table.

        Raises:
            ValueError: If it is not such a file.
        """
        length = int.from_bytes(content[:8], "little")
        self._content = content
        self._begin = 8 + length
        self._table: dict[str, tuple[str, int, int]] = json.loads(
            content[8 : 8 + length]
        )

    def array(self, name: str) -> Array:
        """Return an array; it cannot be written to."""
        kind, at, length = self._table[name]
        dtype = np.dtype(kind)
        return np.frombuffer(
            self._content, dtype, length // dtype.itemsize, self._begin + at
        )

    def bytes(self, name: str) -> bytes:
        """Return a copy of a part that is no array."""
        _, at, length = self._table[name]
        return self._content[self._begin + at : self._begin + at + length]

    def names(self) -> tuple[str, ...]:
        """Return the names of all parts."""
        return tuple(self._table)
