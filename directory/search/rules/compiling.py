"""Compiling a vocabulary: every spelling and sound of its terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import marisa_trie

from directory.search.rules.basis import Basis
from directory.search.rules.entries import (
    CONCEPTS,
    JOINED,
    SHORTEST_PINYIN,
    Entry,
    preference,
)
from directory.search.rules.forms import INITIALS
from directory.search.rules.languages import EVERYDAY
from directory.search.rules.names import INSTITUTIONS, INSTITUTIONS_EN, CommonParts
from directory.search.rules.normalize import (
    Script,
    Token,
    key_of,
    spelled,
    spelled_key,
)
from directory.search.rules.spoken import syllables, ways
from directory.search.rules.typos import SHORTEST, Typos
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Filler, Form, Synonym, Term, TermKind

NO_ENTRIES: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A vocabulary, compiled; immutable, so all threads share it.

    Args:
        spellings: Every folded spelling; beginnings of a text are found in it.
        meanings: What each spelling means, sure meanings first, by its number.
        words: Every folded word of a spelling: never taken for a typo.
        written: How a folded word is written.
        typos: Finds what a misspelled word was meant to be.
        reasons: Why a term is not covered, by ``kind:key``, with what is near.
        common: Words that many names share.
        institutions: By the key of a university's name or short name: how long
            names of its hospitals begin, and in how many tokens the key is
            written.
    """

    spellings: marisa_trie.Trie
    meanings: tuple[tuple[Entry, ...], ...]
    words: marisa_trie.Trie
    written: Mapping[str, str]
    typos: Typos
    reasons: Mapping[str, tuple[str, tuple[tuple[Concept, str], ...]]]
    common: CommonParts
    institutions: Mapping[str, tuple[tuple[str, ...], int]]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Compiled:
        """Compile a vocabulary."""
        terms = tuple(terms)
        made = _Compiler(terms)
        spellings = marisa_trie.Trie(made.entries)
        meanings = [NO_ENTRIES] * len(spellings)
        for key, found in made.entries.items():
            entries = found.values()
            meanings[spellings[key]] = (
                tuple(sorted(entries, key=preference))
                if len(found) > 1
                else tuple(entries)
            )
        everyday = {key_of(word) for word in EVERYDAY}
        return cls(
            spellings=spellings,
            meanings=tuple(meanings),
            words=marisa_trie.Trie(made.words | everyday),
            written=made.written,
            typos=Typos(sorted(made.targets), made.drugs),
            reasons={
                f"{term.kind}:{term.key}": (str(term.reason), _pairs(term.near))
                for term in terms
                if term.reason
            },
            common=Basis.of(terms).common,
            institutions=_institutions(),
        )


class _Compiler:
    """Collects spellings, those that are listed first.

    Args:
        terms: The vocabulary.
    """

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self.words: set[str] = set()
        self.written: dict[str, str] = {}
        self.targets: set[tuple[str, str]] = set()
        self.drugs: set[str] = set()
        # Listed spellings first, so that nothing made here stands before them.
        for term in terms:
            for synonym in term.synonyms:
                self.add_synonym(term, synonym)
        for term in terms:
            for synonym in term.synonyms:
                if synonym.language == "zh":
                    self.add_pinyin(
                        synonym.text,
                        _entry(term, synonym),
                        initials=term.kind
                        not in {TermKind.FILLER, TermKind.GUIDE, TermKind.NOT_COVERED},
                    )
        self.add_institutions()

    def add_synonym(self, term: Term, synonym: Synonym) -> None:
        """Add one spelling of a term."""
        entry = _entry(term, synonym)
        self.add(synonym.text, entry)
        if term.kind is TermKind.THERAPY:
            self.drugs.update(
                token.key
                for token in spelled(synonym.text)
                if token.script in {Script.LATIN, Script.CYRILLIC}
            )

    def add_institutions(self) -> None:
        """Add universities, because one alone names none of its hospitals."""
        stays = Entry(TermKind.TARGET.value, "institution")
        for text in (*INSTITUTIONS_EN, *(whole for whole, _ in INSTITUTIONS)):
            found = spelled(text)
            key = "".join(token.key for token in found)
            self.entries[key].setdefault(stays.name, stays._replace(pieces=len(found)))

    def add(self, text: str, entry: Entry) -> None:
        """Add one spelling, unless the same is there with a surer form."""
        found = spelled(text)
        key = "".join(token.key for token in found)
        if not key:
            return
        self.note_words(found, key, entry, text)
        if entry.kind == TermKind.TARGET:
            return
        entry = entry._replace(pieces=len(found))
        # One filler may have several uses, so that its key is part of its name.
        before = self.entries[key].get(entry.name)
        if before is None or preference(entry) < preference(before):
            self.entries[key][entry.name] = entry

    def note_words(
        self, found: tuple[Token, ...], key: str, entry: Entry, text: str
    ) -> None:
        """Remember the words of a spelling, for telling typos from words."""
        is_sure = entry.form not in {Form.MISSPELLING, Form.INITIALS}
        may_be_meant = is_sure and not (
            entry.is_filler
            and entry.key not in {Filler.GENERIC, Filler.TREATMENT, Filler.COUNTRY}
        )
        for token in found:
            if token.script in {Script.HAN, Script.DIGIT}:
                continue
            self.words.add(token.key)
            if may_be_meant and len(token.key) >= SHORTEST:
                self.targets.add((token.key, entry.name))
                self.written.setdefault(token.key, text[token.start : token.end])
        if len(found) > 1 and key.isascii():
            self.words.add(key)
            is_name = entry.form is Form.PINYIN or entry.kind == Concept.THERAPY
            if may_be_meant and is_name and len(key) in JOINED:
                self.targets.add((key, entry.name))
                self.written.setdefault(key, text)

    def add_pinyin(self, text: str, entry: Entry, *, initials: bool) -> None:
        """Add how a Chinese spelling sounds, and how it is shortened."""
        characters = sum(token.script is Script.HAN for token in spelled(text))
        if characters < 2 or entry.form is Form.MISSPELLING:
            return
        made = entry._replace(form=Form.PINYIN, language="zh-Latn")
        for way in ways(text):
            spoken = " ".join(way)
            for sound in {spoken, spoken.replace("v", "u")}:
                self.add_sound(sound, made)
            if initials and characters == len(text) and characters in INITIALS:
                short = "".join(syllable[0] for syllable in way)
                taken = self.entries.get(short, {}).values()
                if short not in EVERYDAY and all(
                    other.form is Form.INITIALS for other in taken
                ):
                    self.add(short, made._replace(form=Form.INITIALS, whole=True))

    def add_sound(self, sound: str, entry: Entry) -> None:
        """Add pinyin, unless it is an English word or means something surer."""
        key = spelled_key(sound)
        if len(key) < SHORTEST_PINYIN or key in EVERYDAY:
            return
        if key in self.entries and entry.kind in {TermKind.FILLER, TermKind.GUIDE}:
            self.words.update(token.key for token in spelled(sound))
        else:
            self.add(sound, entry)


def _entry(term: Term, synonym: Synonym) -> Entry:
    return Entry(
        kind=term.kind.value,
        key=term.key,
        form=synonym.form,
        language=synonym.language,
        cautious=synonym.cautious,
        whole=synonym.whole,
        also=synonym.also,
        ordered=synonym.ordered,
        note=synonym.note,
    )


def _pairs(near: Iterable[str]) -> tuple[tuple[Concept, str], ...]:
    """Return what to offer as pairs; only what can be shown as a concept."""
    split = (name.partition(":") for name in near)
    return tuple((Concept(kind), key) for kind, _, key in split if kind in CONCEPTS)


def _institutions() -> dict[str, tuple[tuple[str, ...], int]]:
    """Return by which words the hospitals of a university are offered.

    ``中山`` is a hospital of Fudan and the short name of Sun Yat-sen University.
    """
    found: dict[str, tuple[tuple[str, ...], int]] = {}
    for whole, shorts in INSTITUTIONS:
        for form in dict.fromkeys((whole, *shorts)):
            for text in (form, "".join(syllables(form))):
                key = spelled_key(text)
                wholes, pieces = found.get(key, ((), len(spelled(text))))
                found[key] = (*wholes, whole), pieces
    return found
