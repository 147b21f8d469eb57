"""Phrases in a small notation that cannot be slow to look for.

``*`` stands for the rest of a word, ``~`` for a few words of the same clause,
``#`` for a number, a space for a space or hyphen, ``%`` for a percent sign with or
without a space before it; ``(a|b)`` and ``?`` are as in regular expressions. Nothing
else repeats, so every pattern takes a bounded number of steps at each letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.core.text import Language
from directory.submissions.rules.linter.findings import Rule
from directory.submissions.rules.linter.reading import fold

LONGEST_GAP: Mapping[Language, int] = {
    Language.EN: 30,
    Language.ZH: 12,
    Language.RU: 30,
    Language.AR: 30,
}
"""How many characters ``~`` stands for at most."""

_BEFORE: Mapping[Language, str] = {
    Language.EN: r"(?<!\w)",
    Language.ZH: "",
    Language.RU: r"(?<!\w)",
    # Conjunctions, prepositions and the article are written onto the word.
    Language.AR: r"(?<!\w)[وفبلك]?(?:ال|لل)?",
}
_AFTER: Mapping[Language, str] = {
    Language.EN: r"(?!\w)",
    Language.ZH: "",
    Language.RU: r"(?!\w)",
    Language.AR: r"(?!\w)",
}


@dataclass(frozen=True, slots=True)
class Said:
    """How one rule is broken in one language.

    Args:
        said: Phrases that break it, unless they are taken back.
        harmless: Longer phrases in which the same words mean something else.
    """

    said: tuple[str, ...]
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says, as phrases.

    Args:
        before: Words that take back what follows them.
        after: Words that take back what stands before them.
        emphatic: Phrases that look like the former and take nothing back.
        rules: How each rule is broken.
        outcomes: What a rate may be a rate of.
        shares: Shares of people in words, e.g. ``nine out of ten``.
        percents: Words for a percent sign.
        people: Phrases that count people, among them ``#``.
        prices: Words that announce a price.
        currencies: Words and signs of currencies.
        scales: Words that multiply an amount.
        phones: Words that announce a telephone number.
        messengers: Names of messengers that the alphabet of others lacks.
        trials: Words that speak of a study, in which much may be tried.
        made: Words that join a product and its maker.
        named: Words that join two names of one product.
    """

    language: Language
    before: tuple[str, ...]
    after: tuple[str, ...]
    emphatic: tuple[str, ...]
    rules: Mapping[Rule, Said]
    outcomes: tuple[str, ...]
    shares: tuple[str, ...]
    percents: tuple[str, ...]
    people: tuple[str, ...]
    prices: tuple[str, ...]
    currencies: tuple[str, ...]
    scales: tuple[str, ...]
    phones: tuple[str, ...]
    messengers: tuple[str, ...]
    trials: tuple[str, ...]
    made: tuple[str, ...]
    named: tuple[str, ...]


def compiled(phrases: Iterable[str], language: Language) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases in folded text."""
    longest = f"[^.,;:!?\\n]{{0,{LONGEST_GAP[language]}}}"
    body = "|".join(_pattern(fold(phrase), longest) for phrase in phrases)
    return re.compile(f"{_BEFORE[language]}(?:{body}){_AFTER[language]}")


_NOTATION: Mapping[str, str] = {
    "(": "(?:",
    "*": r"\w{0,12}",
    "#": r"(?<!\d)\d{1,7}(?:[.,]\d{1,3})?(?!\d)",
    " ": "[ -]",
    "%": " ?%",
}


def _pattern(phrase: str, longest: str) -> str:
    notation = {**_NOTATION, "~": longest}
    return "".join(
        notation.get(char, char if char in "|)?" or char.isalnum() else re.escape(char))
        for char in phrase
    )
