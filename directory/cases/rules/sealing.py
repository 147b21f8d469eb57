"""Sealing what a case says about a person with the data key of its inquiry."""

from __future__ import annotations

from directory.core.crypto import Place, seal, unseal
from directory.inquiries.rules.parts import BLOCK


def seal_words(key: bytes, table: str, column: str, row: str, words: str) -> bytes:
    """Return words sealed, filled up so that their length says little.

    Args:
        key: The data key of the inquiry.
        table: Where they stand.
        column: Likewise.
        row: Id of the row; they cannot be moved to another.
        words: Without trailing blanks, which are not kept.
    """
    plain = words.encode()
    filled = plain.ljust(-(-max(len(plain), 1) // BLOCK) * BLOCK)
    return seal(key, filled, Place(table, column, row))


def open_words(key: bytes, table: str, column: str, row: str, sealed: bytes) -> str:
    """Return words that :func:`seal_words` sealed for this place.

    Raises:
        SealBrokenError: If they were changed, or moved from elsewhere.
    """
    return unseal(key, sealed, Place(table, column, row)).decode().rstrip(" ")
