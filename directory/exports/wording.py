"""What exports need from whoever has the words: labels in the reader's language."""

from __future__ import annotations

from typing import Protocol

from directory.core.text import Language
from directory.search.rules.values import Concept, NotCovered, Why


class Wording(Protocol):
    """Words for what the program knows by a key, in one language."""

    @property
    def language(self) -> Language:
        """Return the language that the words are in."""
        ...

    def term(self, kind: str, key: str) -> str:
        """Return the label of a vocabulary term, e.g. ``Guangzhou``."""
        ...

    def concept(self, concept: Concept) -> str:
        """Return what a part of a query was understood as, e.g. ``city``."""
        ...

    def value(self, value: str) -> str:
        """Return what is said of something, e.g. ``not stated``."""
        ...

    def not_covered(self, reason: NotCovered) -> str:
        """Return in a sentence why there is no answer."""
        ...

    def correction(self, note: str) -> str:
        """Return a note on a name that people mix up."""
        ...


def in_words(why: Why, wording: Wording) -> str:
    """Return one reason for a result, e.g. ``tocilizumab: not stated``.

    A capability is named and its value said; of anything else that is so, the
    concept is named first, e.g. ``city: Guangzhou``.
    """
    said = wording.value(why.value)
    if why.concept is None:
        return said
    term = wording.term(why.concept.value, why.key)
    if why.concept is not Concept.CAPABILITY and why.value == "yes":
        return f"{wording.concept(why.concept)}: {term}"
    return f"{term}: {said}"
