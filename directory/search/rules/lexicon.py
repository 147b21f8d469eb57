"""All spellings that queries are read by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from directory.search.rules.compiling import NO_ENTRIES, Compiled
from directory.search.rules.entries import Entry, preference
from directory.search.rules.named import Names
from directory.search.rules.names import CommonParts, Spelling
from directory.search.rules.naming import Of
from directory.search.rules.normalize import spelled_key
from directory.search.rules.spoken import syllables, toned
from directory.search.rules.stored import Documents
from directory.search.rules.typos import Guess, Things, allowed, decide
from directory.search.rules.values import Concept, Kind
from directory.vocabulary.rules import Form, Term

__all__ = ["Entry", "Lexicon", "Spelling"]

MOST_OWNERS = 3
"""Of more things than this, words that all their names share tell nothing."""

NO_NAMES = Names((), Documents(()))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Spellings and what they mean; immutable, so all threads share one.

    Args:
        vocabulary: Compiled; shared by all states that have the same one.
        names: How the documents of one state are named.
    """

    vocabulary: Compiled
    names: Names = NO_NAMES

    @classmethod
    def compiled(cls, terms: Iterable[Term]) -> Lexicon:
        """Return the lexicon of a vocabulary alone."""
        return cls(Compiled.of(terms))

    def with_names(self, names: Names) -> Lexicon:
        """Return a lexicon of the same vocabulary that knows these names."""
        return replace(self, names=names)

    @property
    def common(self) -> CommonParts:
        """Return the words that many names share."""
        return self.vocabulary.common

    @property
    def reasons(self) -> Mapping[str, tuple[str, tuple[tuple[Concept, str], ...]]]:
        """Return why terms are not covered, by ``kind:key``, with what is near."""
        return self.vocabulary.reasons

    def beginnings(self, text: str) -> list[tuple[str, tuple[Entry, ...], bool]]:
        """Return the spellings that a folded text begins with, shortest first.

        Returns:
            Of each its key, its meanings, sure ones first, and whether so many
            documents share it that a city must tell which are meant: those are
            not among the meanings.
        """
        vocabulary = self.vocabulary
        meanings = vocabulary.meanings
        listed = {
            key: meanings[number]
            for key, number in vocabulary.spellings.iter_prefixes_with_ids(text)
        }
        named = self.names.beginnings(text)
        if not named and vocabulary.institutions.keys().isdisjoint(listed):
            return [(key, found, False) for key, found in listed.items()]
        found = []
        for key in sorted(listed.keys() | named.keys(), key=len):
            entries, is_shared = self.names.entries(named.get(key, ()), ())
            merged = self._merged(key, listed.get(key, NO_ENTRIES), entries, ())
            found.append((key, merged, is_shared))
        return found

    def meanings(self, key: str, cities: Collection[str] = ()) -> tuple[Entry, ...]:
        """Return what a folded spelling may mean, sure meanings first.

        Args:
            key: The spelling.
            cities: Keys of the cities that are asked for.
        """
        number = self.vocabulary.spellings.get(key)
        listed = NO_ENTRIES if number is None else self.vocabulary.meanings[number]
        named, _ = self.names.entries(self.names.form(key), cities)
        return self._merged(key, listed, named, cities)

    def _merged(
        self,
        key: str,
        listed: tuple[Entry, ...],
        named: list[Entry],
        cities: Collection[str],
    ) -> tuple[Entry, ...]:
        if not named:
            return self._offered(key, listed, cities)
        if any(one.form is not Form.INITIALS for one in (*listed, *named)):
            # Initials are made, and yield to whatever else is written so.
            named = [one for one in named if one.form is not Form.INITIALS]
        if not listed and len(named) == 1:
            return self._offered(key, tuple(named), cities)
        best = {one.name: one for one in listed}
        for one in named:
            before = best.get(one.name)
            if before is None or preference(one) < preference(before):
                best[one.name] = one
        merged = tuple(sorted(best.values(), key=preference))
        return self._offered(key, merged, cities)

    def _offered(
        self, key: str, found: tuple[Entry, ...], cities: Collection[str]
    ) -> tuple[Entry, ...]:
        """Return meanings with the hospitals of a university of the same name."""
        institution = self.vocabulary.institutions.get(key)
        if institution is None or not any(one.is_concept for one in found):
            return found
        wholes, pieces = institution
        known = {one.name for one in found}
        owners = self.names.of_institution(wholes, cities)
        aside = [
            one._replace(aside=True, pieces=pieces)
            for one in owners
            if one.name not in known
        ]
        return tuple(sorted((*found, *aside), key=preference)) if aside else found

    def knows(self, word: str) -> bool:
        """Tell whether a folded word stands in a spelling, so that it is no typo."""
        return (
            word in self.vocabulary.words
            or self.names.has(word, Of.KNOWN)
            or self.names.is_joined(word)
        )

    def guess(self, word: str) -> Guess | None:
        """Return what a folded word that is not known was meant to be."""
        if not allowed(len(word)):
            return None
        near = self.vocabulary.typos.near(word) | self.names.near(word)
        return decide(word, near, self._owners, self._is_drug) if near else None

    def _owners(self, word: str) -> Things:
        """Return what a known word belongs to: places, below zero if no document."""
        things = self.names.owners(word)
        typos = self.vocabulary.typos
        numbers = typos.owners(word).tolist()
        if not numbers:
            return things
        places = (self.names.place(typos.names[number]) for number in numbers)
        for number, place in zip(numbers, places, strict=True):
            thing = -1 - number if place is None else place
            at = int(np.searchsorted(things, thing))
            if at == len(things) or things[at] != thing:
                things = np.insert(things, at, thing)
        return things

    def _is_drug(self, word: str) -> bool:
        return self.vocabulary.typos.is_drug(word) or self.names.has(word, Of.DRUG)

    def sounding(self, chinese: str, *, is_headed: bool) -> tuple[int, Guess] | None:
        """Return the one name of a center that some of these characters sound like.

        Args:
            chinese: Neighboring characters, folded, that nothing explains.
            is_headed: Whether the word for a hospital follows. If not, a
                character must be right and the tones the same, because many
                words sound like some name.

        Returns:
            Where it stands among the characters, and the name, always doubtful;
            the longest, if there are several.
        """
        spoken = tuple(map(spelled_key, syllables(chinese)))
        if len(spoken) != len(chinese):
            return None
        starts = [0, *accumulate(map(len, spoken))]
        places = {start: at for at, start in enumerate(starts)}
        text = "".join(spoken)
        best: tuple[int, Guess] | None = None
        longest = 1
        for first in range(len(chinese) - 1):
            for key, forms in self.names.beginnings(text[starts[first] :]).items():
                after = places.get(starts[first] + len(key), 0)
                if after - first <= longest:
                    continue
                part = chinese[first:after]
                found = self.names.sounding(forms, len(part))
                if not (is_headed and after == len(chinese)):
                    found = {name for name in found if _is_near(name, part)}
                if len(found) == 1:
                    (name,) = found
                    differ = sum(map(str.__ne__, name, part))
                    best = first, Guess(name, differ, is_doubtful=True)
                    longest = len(part)
        return best

    def written(self, word: str) -> str:
        """Return how a folded word is written."""
        return self.vocabulary.written.get(word) or self.names.written(word) or word

    def is_in_names(self, word: str) -> bool:
        """Tell whether a folded word stands in the name of something listed."""
        return self.names.has(word, Of.NAME)

    def is_in_name_of(self, word: str, centers: Collection[str]) -> bool:
        """Tell whether a folded word stands in the name of one of some centers.

        Args:
            word: Folded.
            centers: Their slugs.
        """
        if not centers:
            return False
        places = [self.names.place(f"{Kind.CENTER}:{slug}") for slug in centers]
        found = self.names.places(word, Of.NAME)
        return bool(np.isin([one for one in places if one is not None], found).any())

    def owners(
        self, telling: Sequence[str], beside: Sequence[str], cities: Collection[str]
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
        lists = (self.names.places(word, Of.NAME) for word in dict.fromkeys(telling))
        found, *rest = sorted(lists, key=len)
        for places in rest:
            found = _both(found, places)
        for word in dict.fromkeys(beside):
            if len(found) < 2:
                break
            narrowed = _both(found, self.names.places(word, Of.NAME))
            found = narrowed if len(narrowed) else found
        if cities:
            within = self.names.in_cities(found, cities)
            found = within if len(within) else found
        if len(found) > MOST_OWNERS:
            return NO_ENTRIES
        things = map(self.names.thing, found.tolist())
        return tuple(sorted(things, key=lambda thing: thing.key))

    def asked(self, key: str) -> str | None:
        """Return the guide that answers a folded question, by its slug."""
        guide = self.names.asked(key)
        if guide and any(one.is_concept for one in self.meanings(key)):
            return None
        return guide

    def asks_on(self, key: str) -> bool:
        """Tell whether a folded question begins with this and goes on."""
        return self.names.asks_on(key)

    def questions(self, word: str) -> Sequence[tuple[frozenset[str], str]]:
        """Return questions by their first folded content word, with their guides."""
        return self.names.questions(word)


def _is_near(name: str, typed: str) -> bool:
    """Tell whether what was typed has the tones of a name, and a character of it."""
    return not set(name).isdisjoint(typed) and toned(name) == toned(typed)


def _both(few: Things, many: Things) -> Things:
    """Return what is in two ascending arrays, the first of them the shorter."""
    if not len(few) or not len(many):
        return few[:0]
    at = np.minimum(np.searchsorted(many, few), len(many) - 1)
    both: Things = few[many[at] == few]
    return both
