"""The receipt code: how it is written, read back, and checked for typing errors."""

from __future__ import annotations

import unicodedata

from directory.core.errors import DirectoryError

CODE_BYTES = 16
"""128 bits: beyond guessing at any rate of tries."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 symbols without I, L, O and U (source: crockford.com/base32)."""

DATA_SYMBOLS = 26
"""Symbols of five bits that 128 bits need; the first of them is below 8."""

CHECK_SYMBOLS = 2

PRIME = 1021
"""Largest prime below 32 squared. Neither 32 nor 31 share a factor with it, so
every single wrong symbol and every swap of two neighbors changes the rest."""

GROUP = 4
"""Symbols in a group."""

GROUPS = (DATA_SYMBOLS + CHECK_SYMBOLS) // GROUP
"""Groups in a code: seven."""

ALIKE = str.maketrans(
    {
        "O": "0",
        "I": "1",
        "L": "1",
        # Keys that a reader with a Russian keyboard takes for the Latin letter.
        "А": "A",
        "В": "B",
        "С": "C",
        "Е": "E",
        "Н": "H",
        "К": "K",
        "М": "M",
        "О": "0",
        "Р": "P",
        "Т": "T",
        "Х": "X",
    }
)
"""Letters that are read as the symbol they look like."""

LONGEST_TYPED = 200
"""Characters beyond which nothing that was typed can be a code."""

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


class CodeMistypedError(DirectoryError):
    """What was typed cannot be a receipt code; ``reason`` says why.

    ``reason`` is ``length`` (with ``symbols``, how many there were),
    ``symbol`` or ``check``.
    """

    code = "inquiry.code-mistyped"


def written(code: bytes) -> str:
    """Return 16 bytes as seven groups of four symbols, the last two a check.

    Args:
        code: 16 bytes.
    """
    number = int.from_bytes(code)
    symbols = _symbols(number, DATA_SYMBOLS) + _symbols(number % PRIME, CHECK_SYMBOLS)
    return "-".join(groups(symbols))


def groups(symbols: str) -> tuple[str, ...]:
    """Return the groups of a code, dashes or not."""
    bare = symbols.replace("-", "")
    return tuple(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def read(typed: str) -> bytes:
    """Return the 16 bytes of a code, however it was typed.

    Case, spaces, dashes, wide letters, digits of other scripts, and letters
    that look alike are forgiven.

    Raises:
        CodeMistypedError: If it cannot be a code.
    """
    symbols = plain(typed)
    if len(symbols) != DATA_SYMBOLS + CHECK_SYMBOLS:
        raise CodeMistypedError(reason="length", symbols=len(symbols))
    number = _number(symbols[:DATA_SYMBOLS])
    if _number(symbols[DATA_SYMBOLS:]) != number % PRIME or number >> CODE_BYTES * 8:
        raise CodeMistypedError(reason="check")
    return number.to_bytes(CODE_BYTES)


def plain(typed: str) -> str:
    """Return what was typed as symbols of the alphabet, as far as it is one."""
    wide = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in wide.translate(ALIKE)
        if not (character.isspace() or unicodedata.category(character) in _SKIPPED)
    )


_SKIPPED = frozenset({"Pd", "Cf", "Cc", "Po", "Zs"})
"""Dashes, invisible marks, punctuation and spaces (Unicode categories)."""


def _symbols(number: int, count: int) -> str:
    return "".join(
        ALPHABET[number >> 5 * place & 31] for place in reversed(range(count))
    )


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        if symbol not in _VALUES:
            raise CodeMistypedError(reason="symbol")
        number = number * 32 + _VALUES[symbol]
    return number
