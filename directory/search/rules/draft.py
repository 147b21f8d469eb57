"""A reading while it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from directory.search.rules.grammar import Literal
from directory.search.rules.lexicon import Entry, Lexicon
from directory.search.rules.normalize import Token
from directory.search.rules.values import NOT, Concept, NotCovered, Understood
from directory.vocabulary.rules import Reason

MOST_UNDERSTOOD = 12
"""Readings of one query; further words stay words."""


@dataclass(slots=True)
class Draft:
    """A reading while it is made.

    Args:
        lexicon: What is known.
        text: The query, cleaned and cut.
        words: Its tokens.
        dropped: Readings that the reader undid, as ``kind:key``.
        cities: Cities that it names.
        understood: Readings so far.
        spoken: Languages of the spellings that were recognized.
        refused: Why there is no answer, the first of each reason.
        notes: Names that people mix up: what was typed, and the note's key.
        centers: Slugs of the centers that were understood.
        used: Places of words that a reading explains.
        framed: Places of words that only frame.
        institutions: Places of words that name a university.
        literals: What is looked for as it stands, and not read.
        negated: What the query says it is without, so far.
        groups: Spellings that name several products at once, with the places
            where they stand.
        postponed: Guides that are read only if nothing else is.
    """

    lexicon: Lexicon
    text: str
    words: Sequence[Token]
    dropped: frozenset[str]
    cities: frozenset[str] = frozenset()
    understood: list[Understood] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    refused: dict[Reason, NotCovered] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    centers: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    framed: set[int] = field(default_factory=set)
    institutions: set[int] = field(default_factory=set)
    literals: tuple[Literal, ...] = ()
    negated: list[Understood] = field(default_factory=list)
    groups: list[tuple[tuple[Entry, ...], int, int]] = field(default_factory=list)
    postponed: list[tuple[Entry, int, int]] = field(default_factory=list)

    def typed(self, first: int, after: int) -> str:
        """Return the reader's own words."""
        return self.text[self.words[first].start : self.words[after - 1].end]

    def add(
        self,
        entry: Entry,
        first: int,
        after: int,
        others: tuple[tuple[Concept, str], ...] = (),
    ) -> bool:
        """Add one reading unless it was undone; tell whether it stands."""
        concept = Concept(entry.kind)
        if entry.name in self.dropped or len(self.understood) >= MOST_UNDERSTOOD:
            return False
        if any(one.kind is concept and one.key == entry.key for one in self.understood):
            return True
        self.understood.append(
            Understood(
                kind=concept,
                key=entry.key,
                text=self.typed(first, after),
                start=self.words[first].start,
                end=self.words[after - 1].end,
                others=others,
            )
        )
        if concept is Concept.CENTER:
            self.centers.add(entry.key)
        return True

    def negate(self, entry: Entry, first: int, after: int) -> bool:
        """Note what the query is without; tell whether the reader lets it stand."""
        if f"{NOT}{entry.name}" in self.dropped:
            return False
        if all((one.kind, one.key) != (entry.kind, entry.key) for one in self.negated):
            self.negated.append(
                Understood(
                    kind=Concept(entry.kind),
                    key=entry.key,
                    text=self.typed(first, after),
                    start=self.words[first].start,
                    end=self.words[after - 1].end,
                )
            )
        self.used.update(range(first, after))
        return True

    def knows(self, *concepts: Concept) -> bool:
        """Tell whether something of these sorts was understood."""
        return any(one.kind in concepts for one in self.understood)
