"""All spellings that queries are read by, compiled once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from directory.search.rules.compiling import Compiler
from directory.search.rules.entries import Entry, preference
from directory.search.rules.languages import EVERYDAY
from directory.search.rules.named import Names
from directory.search.rules.names import CommonParts, Spelling
from directory.search.rules.normalize import key_of
from directory.search.rules.typos import Guess, Typos
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Term

__all__ = ["Entry", "Lexicon", "Spelling"]


NO_ENTRIES: tuple[Entry, ...] = ()

MOST_OWNERS = 3
"""Of more things than this, words that all their names share tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Spellings and what they mean; immutable, so all threads share one.

    Args:
        terms: The vocabulary that it was compiled from.
        entries: Meanings by folded spelling, sure ones first.
        prefixes: Every beginning of a folded spelling.
        words: Every folded word of a spelling: never taken for a typo.
        spellings: How a folded word is written.
        typos: Finds what a misspelled word was meant to be.
        name_words: Things by the folded words of their names.
        reasons: Why a term is not covered, by ``kind:key``, with what is near.
        guides: Guides by the folded questions that they answer.
        guide_prefixes: Every beginning of a folded question.
        contents: The same questions by their folded content words.
        common: Words that many names share.
    """

    terms: tuple[Term, ...]
    entries: Mapping[str, tuple[Entry, ...]]
    prefixes: frozenset[str]
    words: frozenset[str]
    spellings: Mapping[str, str]
    typos: Typos
    name_words: Mapping[str, frozenset[Entry]]
    reasons: Mapping[str, tuple[str, tuple[tuple[Concept, str], ...]]]
    guides: Mapping[str, str]
    guide_prefixes: frozenset[str]
    contents: Mapping[str, tuple[tuple[frozenset[str], str], ...]]
    common: CommonParts

    @classmethod
    def compiled(cls, terms: Iterable[Term]) -> Self:
        """Return the lexicon of a vocabulary alone."""
        return cls.build(terms)

    def with_names(self, names: Names) -> Self:
        """Return a lexicon of the same vocabulary that knows these names too."""
        return self.build(self.terms, names.spellings())

    def meanings(self, key: str) -> tuple[Entry, ...]:
        """Return what a folded spelling may mean, sure meanings first."""
        return self.entries.get(key, NO_ENTRIES)

    def continues(self, key: str) -> bool:
        """Tell whether a folded spelling begins with this and goes on."""
        return key in self.prefixes

    def knows(self, word: str) -> bool:
        """Tell whether a folded word stands in a spelling, so that it is no typo."""
        return word in self.words

    def guess(self, word: str) -> Guess | None:
        """Return what a folded word that is not known was meant to be."""
        return self.typos.guess(word)

    def written(self, word: str) -> str:
        """Return how a folded word is written."""
        return self.spellings.get(word, word)

    def is_in_names(self, word: str) -> bool:
        """Tell whether a folded word stands in the name of something listed."""
        return word in self.name_words

    def is_in_name_of(self, word: str, centers: Collection[str]) -> bool:
        """Tell whether a folded word stands in the name of one of some centers.

        Args:
            word: Folded.
            centers: Their slugs.
        """
        return any(owner.key in centers for owner in self.name_words.get(word, ()))

    def owners(
        self, telling: Sequence[str], beside: Sequence[str], cities: frozenset[str]
    ) -> tuple[Entry, ...]:
        """Return the few things whose names have all of some words.

        Args:
            telling: Folded words that a name must have, at least one.
            beside: Folded words of which each narrows what is found, unless it
                leaves nothing.
            cities: The cities that are asked for; they narrow likewise.

        Returns:
            By key; none if there are more than :data:`MOST_OWNERS`.
        """
        found = self.name_words.get(telling[0], frozenset())
        for word in telling[1:]:
            found &= self.name_words.get(word, frozenset())
        for word in beside:
            found = found & self.name_words.get(word, found) or found
        if cities and any(owner.city in cities for owner in found):
            found = frozenset(owner for owner in found if owner.city in cities)
        if len(found) > MOST_OWNERS:
            return NO_ENTRIES
        return tuple(sorted(found, key=lambda owner: owner.key))

    def asked(self, key: str) -> str | None:
        """Return the guide that answers a folded question, by its slug."""
        return self.guides.get(key)

    def asks_on(self, key: str) -> bool:
        """Tell whether a folded question begins with this and goes on."""
        return key in self.guide_prefixes

    def questions(self, word: str) -> tuple[tuple[frozenset[str], str], ...]:
        """Return questions by their first folded content word, with their guides."""
        return self.contents.get(word, ())

    @classmethod
    def build(cls, terms: Iterable[Term], names: Iterable[Spelling] = ()) -> Self:
        """Compile a vocabulary and the names of everything listed.

        Args:
            terms: The vocabulary.
            names: Spellings of centers, facilitators, therapies, and the
                questions of guides.
        """
        terms = tuple(terms)
        made = Compiler(terms)
        for spelling in names:
            made.add_name(spelling)
        made.add_institutions()
        entries = {
            key: tuple(sorted(found.values(), key=preference))
            for key, found in made.entries.items()
        }
        questions: defaultdict[str, list[tuple[frozenset[str], str]]]
        questions = defaultdict(list)
        for content, guide in made.questions:
            questions[min(content)].append((content, guide))
        everyday = {key_of(word) for word in EVERYDAY}
        return cls(
            terms=terms,
            entries=entries,
            prefixes=frozenset(
                key[:end] for key in entries for end in range(1, len(key))
            ),
            words=frozenset(made.words | everyday),
            spellings=made.written,
            typos=Typos(sorted(made.targets), made.drugs),
            name_words={
                word: frozenset(found.values())
                for word, found in made.name_words.items()
            },
            reasons=made.reasons,
            guides=made.asked,
            guide_prefixes=frozenset(
                key[:end] for key in made.asked for end in range(1, len(key))
            ),
            contents={word: tuple(found) for word, found in questions.items()},
            common=made.common,
        )
