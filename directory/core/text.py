"""Languages, and text that exists in some of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """A language of the interface, by its ISO 639-1 code."""

    EN = "en"
    ZH = "zh"
    RU = "ru"
    AR = "ar"

    @property
    def is_right_to_left(self) -> bool:
        """Whether a page in this language runs from right to left."""
        return self is Language.AR

    @property
    def tag(self) -> str:
        """Return the BCP 47 tag for ``lang`` attributes."""
        return "zh-Hans" if self is Language.ZH else self.value


FALLBACKS: Mapping[Language, tuple[Language, ...]] = {
    Language.EN: (Language.EN, Language.ZH),
    Language.ZH: (Language.ZH, Language.EN),
    Language.RU: (Language.RU, Language.EN, Language.ZH),
    Language.AR: (Language.AR, Language.EN, Language.ZH),
}
"""Where to look when a text does not exist in the reader's language."""

Text = dict[str, str]
"""Text for readers as it is stored and exchanged: language code to words."""


class Said(NamedTuple):
    """Words together with the language they are in."""

    words: str
    language: Language


def pick(text: Mapping[str, str], language: Language) -> Said:
    """Return the words in the reader's language, or in the nearest there is.

    Raises:
        LookupError: If the text is empty in every language.
    """
    for candidate in FALLBACKS[language]:
        words = text.get(candidate.value)
        if words:
            return Said(words, candidate)
    for code, words in text.items():
        if words:
            return Said(words, Language(code))
    raise LookupError("a text without words")


UNSEEN = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Unicode categories of characters that nobody sees."""

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the text around them, so that it reads as it is not."""


def legible(words: str) -> str:
    """Return words that can be published as they are.

    Raises:
        ValueError: Naming the first character that is not seen, or that changes
            the direction of others. Line breaks and tabs are seen.
    """
    for char in words:
        if char not in "\n\t" and (
            char in TURNING or unicodedata.category(char) in UNSEEN
        ):
            raise ValueError(f"has a character that is not seen: U+{ord(char):04X}")
    return words
