"""Words for tests: every label says which key it stands for."""

from __future__ import annotations

from directory.core.text import Language
from directory.search.rules.values import Concept, NotCovered


class PlainWords:
    """Labels that are easy to tell apart."""

    language = Language.EN

    def term(self, kind: str, key: str) -> str:
        """Return the key in capitals, after its kind."""
        return f"{kind}/{key.upper()}"

    def concept(self, concept: Concept) -> str:
        """Return the concept itself."""
        return concept.value

    def value(self, value: str) -> str:
        """Return the value with spaces."""
        return value.replace("-", " ")

    def not_covered(self, reason: NotCovered) -> str:
        """Return a sentence with the reason."""
        return f"No answer to {reason.text}: {reason.reason}."

    def correction(self, note: str) -> str:
        """Return a sentence with the note's key."""
        return f"Not to be mixed up: {note}."


WORDS = PlainWords()
