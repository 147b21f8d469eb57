"""Which passwords are taken: long enough, and not among the first to be guessed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

SHORTEST = 12
"""Characters (source: OWASP ASVS 5.0, 6.2.1, which asks for 8 and advises 15)."""

LONGEST = 128
"""Characters; what is longer takes time to hash and is no better."""

LOOKED_AT = 72
"""Characters that the estimate looks at: it takes long for more."""

FEWEST_GUESSES = 10**8
"""Below, a password is among those that are tried first: the 30,000 most common
ones, names, dates, rows of keys, and what is made of them (source: zxcvbn, whose
lists are part of it; score 3 of 4)."""

FEWEST_OWN = 3
"""Different letters that have to be left of a password without the words that others
know and without digits: ``cart hospital 2026`` is made of nothing else."""

OF_THIS_SITE = (
    "cart",
    "car-t",
    "cell",
    "therapy",
    "hospital",
    "directory",
    "center",
    "patient",
)
"""Words that whoever guesses here would try (source: OWASP ASVS 5.0, 6.2.11)."""


class PasswordFlaw(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


def password_flaw(password: str, known: Iterable[str] = ()) -> PasswordFlaw | None:
    """Return why a password is not taken, or nothing if it is.

    Args:
        password: As typed.
        known: What others know of the person: name, address, organizations.
    """
    if len(password) < SHORTEST:
        return PasswordFlaw.SHORT
    if len(password) > LONGEST:
        return PasswordFlaw.LONG
    words = [*OF_THIS_SITE, *_words(known)]
    if _own_part(password, words) < FEWEST_OWN:
        return PasswordFlaw.COMMON
    guesses = zxcvbn(password[:LOOKED_AT], user_inputs=words)["guesses"]
    return PasswordFlaw.COMMON if guesses < FEWEST_GUESSES else None


def _own_part(password: str, words: Iterable[str]) -> int:
    """Return how many different characters are left without known words and digits."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len({each for each in rest if each.isalpha()})


def _words(known: Iterable[str]) -> set[str]:
    """Return each text, and each word of three letters and more in it."""
    found: set[str] = set()
    for text in known:
        folded = text.casefold()
        parts = "".join(each if each.isalnum() else " " for each in folded).split()
        found |= {folded, *(part for part in parts if len(part) > 2)}
    return found
