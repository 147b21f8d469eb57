"""The code of a draft: what a browser holds, and what is typed on another device.

It is longer than a receipt code, so that neither is taken for the other.
"""

from __future__ import annotations

from directory.core import codes
from directory.core.codes import CHECK_SYMBOLS, GROUP, CodeMistypedError, groups, plain
from directory.inquiries.rules import receipts

__all__ = ["GROUPS", "CodeMistypedError", "groups", "is_receipt", "new", "read"]

DATA_SYMBOLS = 30
"""Symbols of five bits: 150 bits, beyond guessing at any rate of tries."""

CHANCE_BYTES = 19
"""Random bytes that a code is made from; two bits of them are left out."""

GROUPS = (DATA_SYMBOLS + CHECK_SYMBOLS) // GROUP
"""Groups in a code: eight."""


def new(chance: bytes) -> str:
    """Return a code of eight groups of four symbols, the last two a check.

    Args:
        chance: Nineteen random bytes.
    """
    return codes.written(int.from_bytes(chance) >> 2, DATA_SYMBOLS)


def read(typed: str) -> str:
    """Return a code as it is written, however it was typed.

    Raises:
        CodeMistypedError: If it cannot be one.
    """
    return codes.written(codes.read(plain(typed), DATA_SYMBOLS), DATA_SYMBOLS)


def is_receipt(typed: str) -> bool:
    """Tell whether what was typed is a receipt code instead."""
    try:
        receipts.read(typed)
    except CodeMistypedError:
        return False
    return True
