"""Words of the API's answers: those of the pages, in the language asked for."""

from __future__ import annotations

from flask import g, request

from directory.core.text import Language
from directory.search.rules.values import Concept, NotCovered
from directory.web import context, filters, labels, locale

PARAMETER = "lang"
"""Parameter that chooses the language of labels and sentences."""


def choose() -> None:
    """Set the language of this answer: parameter, prefix, header, English.

    No cookie is asked: the same address and headers give the same answer.
    """
    g.language = _choice()


def _choice() -> Language:
    asked = request.args.get(PARAMETER) or request.environ.get(locale.MARK)
    if asked in set(Language):
        return Language(asked)
    return locale.preferred()


class PageWords:
    """The labels of the pages, as exports ask for them."""

    @property
    def language(self) -> Language:
        """Return the language of this request."""
        return context.language()

    def term(self, kind: str, key: str) -> str:
        """Return the vocabulary's label, or a listing's name."""
        return filters.term(key, kind)

    def concept(self, concept: Concept) -> str:
        """Return what a part of a query was understood as, within a sentence."""
        return labels.word(labels.CONCEPTS, concept).lower()

    def value(self, value: str) -> str:
        """Return what is said of something."""
        return labels.word(labels.VALUES, value)

    def not_covered(self, reason: NotCovered) -> str:
        """Return in a sentence why there is no answer."""
        return labels.word(labels.NOT_COVERED, reason.reason)

    def correction(self, note: str) -> str:
        """Return a note on a name that people mix up."""
        return labels.word(labels.CORRECTIONS, note)
