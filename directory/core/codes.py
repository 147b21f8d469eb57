"""Codes that people copy by hand: an alphabet without twins, and a check."""

from __future__ import annotations

import unicodedata

from directory.core.errors import DirectoryError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 symbols without I, L, O and U (source: crockford.com/base32)."""

CHECK_SYMBOLS = 2

PRIME = 1021
"""Largest prime below 32 squared. Neither 32 nor 31 share a factor with it, so
every single wrong symbol and every swap of two neighbors changes the rest."""

GROUP = 4
"""Symbols in a group."""

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
    """What was typed cannot be a code; ``reason`` says why.

    ``reason`` is ``length`` (with ``symbols``, how many there were),
    ``symbol`` or ``check``.
    """

    code = "inquiry.code-mistyped"


def written(number: int, count: int) -> str:
    """Return a number as symbols in groups of four, the last two a check.

    Args:
        number: At least 0, below 32 to the power of ``count``.
        count: Symbols for the number itself.
    """
    found = _symbols(number, count) + _symbols(number % PRIME, CHECK_SYMBOLS)
    return "-".join(groups(found))


def read(symbols: str, count: int) -> int:
    """Return the number that was written so; see :func:`plain`.

    Raises:
        CodeMistypedError: If it cannot be such a code.
    """
    if len(symbols) != count + CHECK_SYMBOLS:
        raise CodeMistypedError(reason="length", symbols=len(symbols))
    number = _number(symbols[:count])
    if _number(symbols[count:]) != number % PRIME:
        raise CodeMistypedError(reason="check")
    return number


def groups(symbols: str) -> tuple[str, ...]:
    """Return the groups of a code, dashes or not."""
    bare = symbols.replace("-", "")
    return tuple(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def plain(typed: str) -> str:
    """Return what was typed as symbols of the alphabet, as far as it is one.

    Case, spaces, dashes, wide letters, digits of other scripts, and letters
    that look alike are forgiven.
    """
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
