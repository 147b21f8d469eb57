"""Explaining words of medicine where a page first uses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from directory.core.text import Language, Said
from directory.knowledge import queries
from directory.knowledge.rules.glossary import Finder, GlossaryTerm, Stretch
from directory.knowledge.rules.languages import lacks
from directory.web import context


class Explainer:
    """Marks words on one page, and remembers which it has explained.

    In each section a word is marked once; the section in which the page first uses
    it is where it is explained.

    Args:
        terms: The glossary.
        finder: Finds them in a language.
    """

    def __init__(
        self, terms: Sequence[GlossaryTerm], finder: Callable[[Language], Finder]
    ) -> None:
        """Begin with nothing explained."""
        self._finder = finder
        self._by_key = {term.key: term for term in terms}
        self._explained: set[str] = set()
        self._marked: set[str] = set()
        self._met: list[GlossaryTerm] = []

    def stretches(self, said: Said) -> list[Stretch]:
        """Cut a text at the words that this section has not marked before."""
        found = list(self._finder(said.language).stretches(said.words, self._marked))
        for stretch in found:
            if stretch.key is None:
                continue
            self._marked.add(stretch.key)
            if stretch.key not in self._explained:
                self._explained.add(stretch.key)
                self._met.append(self._by_key[stretch.key])
        return found

    def met(self) -> tuple[GlossaryTerm, ...]:
        """Return the words that the page first used since this was last asked.

        A new section begins with it.
        """
        met = tuple(self._met)
        self._met.clear()
        self._marked.clear()
        return met


def glossary() -> tuple[GlossaryTerm, ...]:
    """Return the glossary as it stands, read again once anything changed."""
    return context.vocabulary().once(
        "glossary", lambda: (queries.glossary(context.session()),)
    )[0]


def explainer() -> Explainer:
    """Return what explains the words of one page."""
    terms = glossary()

    def finder(language: Language) -> Finder:
        return context.vocabulary().once(
            ("finder", language), lambda: Finder(terms, language)
        )

    return Explainer(terms, finder)


def explained(said: Said, words: Explainer) -> list[Stretch]:
    """Cut a text at the words that are explained beside it."""
    return words.stretches(said)


def met(words: Explainer) -> tuple[GlossaryTerm, ...]:
    """Return the words to explain at the end of a section."""
    return words.met()


def falls_back(shown: object) -> bool:
    """Tell whether something of it does not exist in the page's language."""
    language = context.language()
    return language is not Language.EN and lacks(shown, language)
