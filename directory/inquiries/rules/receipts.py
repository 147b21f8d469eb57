"""The receipt code: how it is written, read back, and checked for typing errors."""

from __future__ import annotations

from directory.core import codes
from directory.core.codes import (
    ALPHABET,
    CHECK_SYMBOLS,
    GROUP,
    LONGEST_TYPED,
    CodeMistypedError,
    groups,
    plain,
)

__all__ = [
    "ALPHABET",
    "CODE_BYTES",
    "GROUPS",
    "LONGEST_TYPED",
    "CodeMistypedError",
    "groups",
    "plain",
    "read",
    "written",
]

CODE_BYTES = 16
"""128 bits: beyond guessing at any rate of tries."""

DATA_SYMBOLS = 26
"""Symbols of five bits that 128 bits need; the first of them is below 8."""

GROUPS = (DATA_SYMBOLS + CHECK_SYMBOLS) // GROUP
"""Groups in a code: seven."""


def written(code: bytes) -> str:
    """Return 16 bytes as seven groups of four symbols, the last two a check.

    Args:
        code: 16 bytes.
    """
    return codes.written(int.from_bytes(code), DATA_SYMBOLS)


def read(typed: str) -> bytes:
    """Return the 16 bytes of a code, however it was typed.

    Raises:
        CodeMistypedError: If it cannot be a code.
    """
    number = codes.read(plain(typed), DATA_SYMBOLS)
    if number >> CODE_BYTES * 8:
        raise CodeMistypedError(reason="check")
    return number.to_bytes(CODE_BYTES)
