"""All spellings that queries are read by, compiled once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from directory.search.rules.compiling import Compiler
from directory.search.rules.entries import Entry, preference
from directory.search.rules.languages import EVERYDAY
from directory.search.rules.names import CommonParts, Spelling
from directory.search.rules.normalize import key_of
from directory.search.rules.typos import Typos
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Term

__all__ = ["Entry", "Lexicon", "Spelling"]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Spellings and what they mean; immutable, so all threads share one.

    Args:
        entries: Meanings by folded spelling, sure ones first.
        prefixes: Every beginning of a folded spelling.
        words: Every folded word of a spelling: never taken for a typo.
        written: How a folded word is written.
        typos: Finds what a misspelled word was meant to be.
        name_words: Things by the folded words of their names.
        reasons: Why a term is not covered, by ``kind:key``, with what is near.
        asked: Guides by the folded questions that they answer.
        asked_prefixes: Every beginning of a folded question.
        questions: The same questions by their folded content words.
        common: Words that many names share.
    """

    entries: Mapping[str, tuple[Entry, ...]]
    prefixes: frozenset[str]
    words: frozenset[str]
    written: Mapping[str, str]
    typos: Typos
    name_words: Mapping[str, frozenset[Entry]]
    reasons: Mapping[str, tuple[str, tuple[tuple[Concept, str], ...]]]
    asked: Mapping[str, str]
    asked_prefixes: frozenset[str]
    questions: Mapping[str, tuple[tuple[frozenset[str], str], ...]]
    common: CommonParts

    @classmethod
    def build(cls, terms: Iterable[Term], names: Iterable[Spelling] = ()) -> Self:
        """Compile a vocabulary and the names of everything listed.

        Args:
            terms: The vocabulary.
            names: Spellings of centers, facilitators, therapies, and the
                questions of guides.
        """
        made = Compiler(tuple(terms))
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
            entries=entries,
            prefixes=frozenset(
                key[:end] for key in entries for end in range(1, len(key))
            ),
            words=frozenset(made.words | everyday),
            written=made.written,
            typos=Typos(sorted(made.targets), made.drugs),
            name_words={
                word: frozenset(found.values())
                for word, found in made.name_words.items()
            },
            reasons=made.reasons,
            asked=made.asked,
            asked_prefixes=frozenset(
                key[:end] for key in made.asked for end in range(1, len(key))
            ),
            questions={word: tuple(found) for word, found in questions.items()},
            common=made.common,
        )
