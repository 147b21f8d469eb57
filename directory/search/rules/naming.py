"""Packing how the documents of a segment are named, as queries find them.

Everything here is said of one document alone. What depends on several, such as
a form that two hospitals share, is decided where names are looked up, so that
segments can be joined in any way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import marisa_trie
import msgspec
import numpy as np

from directory.search.rules.basis import Basis
from directory.search.rules.documents import IndexDocument
from directory.search.rules.forms import Way, forms_of
from directory.search.rules.names import (
    INSTITUTIONS,
    Spelling,
)
from directory.search.rules.normalize import Script, Token, spelled, spelled_key
from directory.search.rules.packing import Array, pack
from directory.search.rules.typos import SHORTEST, letters, shelved
from directory.search.rules.values import Concept, Kind
from directory.vocabulary.rules import Form, Term

KINDS = tuple(Kind)
_NOT_MEANT = frozenset({Form.MISSPELLING, Form.INITIALS})


class Of:
    """What a word is to a document, as bits."""

    KNOWN = 1
    """It stands in one of the forms of its names, so that it is no typo."""

    MEANT = 2
    """A misspelled word may have been this."""

    NAME = 4
    """It stands in the name or the slug of a center or a facilitator."""

    DRUG = 8
    """It stands in the name of a therapy."""


FEWEST_FRAMING = 3
"""Words of the shortest question that is known though all of them only frame."""


class Question(NamedTuple):
    """A question that a guide answers.

    Args:
        key: Folded.
        content: Its folded content words, if there are several.
        number: Of the guide.
    """

    key: str
    content: tuple[str, ...]
    number: int


def spellings(document: IndexDocument) -> Iterator[Spelling]:
    """Yield how the names of a document are written."""
    kind = Concept(document.kind.value)
    if document.kind is not Kind.GUIDE:
        for language, text in document.names.items():
            yield Spelling(kind, document.slug, text, language, city=document.city)
        for text in document.aliases:
            yield Spelling(kind, document.slug, text, city=document.city)
    for text in document.questions:
        yield Spelling(kind, document.slug, text, form=Form.QUESTION)


def pack_names(documents: Sequence[IndexDocument], terms: Iterable[Term]) -> bytes:
    """Return the names of a segment's documents, ready to be looked up.

    Args:
        documents: In the order of their numbers.
        terms: The vocabulary, which says what tells no names apart.
    """
    packing = _Packing(Basis.of(terms))
    for number, document in enumerate(documents):
        packing.add(number, document)
    return pack(
        {
            **packing.things(documents),
            **packing.forms(),
            **packing.words(),
        }
    )


class _Packing:
    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.number = 0
        # Of the document at hand.
        self.ways_by_form: dict[str, Way] = {}
        self.words_by_key: dict[str, tuple[int, str]] = {}
        self.noted: set[tuple[str, bool]] = set()
        # Of all; the lists run beside each other.
        self.form_keys: list[str] = []
        self.form_numbers: list[int] = []
        self.form_ways: list[int] = []
        self.way_numbers: dict[Way, int] = {}
        self.sound_pairs: set[tuple[str, str]] = set()
        self.word_keys: list[str] = []
        self.word_numbers: list[int] = []
        self.word_uses: list[int] = []
        self.word_written: list[int] = []
        self.written: dict[str, int] = {"": 0}
        self.joined: dict[str, str] = {}
        self.institutions: dict[str, list[int]] = {}
        self.questions: list[Question] = []

    def add(self, number: int, document: IndexDocument) -> None:
        """Add all ways of naming one document."""
        self.number = number
        self.ways_by_form = {}
        self.words_by_key = {}
        self.noted = set()
        for spelling in spellings(document):
            if spelling.form is Form.QUESTION:
                self.add_question(spelling)
            else:
                self.add_name(spelling)
        for key, way in self.ways_by_form.items():
            self.form_keys.append(key)
            self.form_numbers.append(number)
            self.form_ways.append(
                self.way_numbers.setdefault(way, len(self.way_numbers))
            )
        for key, (uses, written) in self.words_by_key.items():
            self.word_keys.append(key)
            self.word_numbers.append(number)
            self.word_uses.append(uses)
            self.word_written.append(
                self.written.setdefault(written, len(self.written))
            )

    def add_question(self, spelling: Spelling) -> None:
        """Add a question that a guide answers, whole and by its content."""
        content = self.basis.content(spelling.text)
        found = spelled(spelling.text)
        if content:
            self.note(found, spelling.text, is_meant=True)
        elif len(found) < FEWEST_FRAMING:
            return
        in_words = len(content) > 1 and not any(t.script is Script.HAN for t in found)
        self.questions.append(
            Question(
                spelled_key(spelling.text),
                tuple(sorted(content)) if in_words else (),
                self.number,
            )
        )

    def add_name(self, spelling: Spelling) -> None:
        """Add a name and the forms that people make of it."""
        is_therapy = spelling.kind is Concept.THERAPY
        for key, way, words, chinese in forms_of(spelling, self.basis):
            self.add_form(key, way)
            is_meant = way.form not in _NOT_MEANT
            for word in words:
                if (word, is_meant) not in self.noted:
                    self.noted.add((word, is_meant))
                    self.note(spelled(word), word, is_meant=is_meant)
            if chinese is not None:
                self.sound_pairs.add((key, chinese))
            elif is_therapy and way.meant:
                self.joined.setdefault(key, words[0])
        if is_therapy:
            for token in spelled(spelling.text):
                self.note_word(token, Of.DRUG)
        else:
            self.add_name_words(spelling)

    def add_form(self, key: str, way: Way) -> None:
        """Add one form, unless the same is there in a surer way."""
        before = self.ways_by_form.get(key)
        if before is None:
            self.ways_by_form[key] = way
            return
        meant = before.meant or way.meant
        best = way if way.rank() < before.rank() else before
        self.ways_by_form[key] = (
            best if best.meant == meant else best._replace(meant=meant)
        )

    def note(self, found: Sequence[Token], text: str, *, is_meant: bool) -> None:
        """Remember the words of a form, for telling typos from words."""
        for token in found:
            if token.script is Script.HAN:
                continue
            if is_meant and len(token.key) >= SHORTEST:
                written = text[token.start : token.end]
                self.note_word(token, Of.KNOWN | Of.MEANT, written)
            else:
                self.note_word(token, Of.KNOWN)

    def note_word(self, token: Token, uses: int, written: str = "") -> None:
        """Remember what a word is to the document at hand."""
        if token.script is Script.HAN or token.script is Script.DIGIT:
            return
        before = self.words_by_key.get(token.key)
        if before is not None:
            if uses | before[0] == before[0]:
                return
            uses, written = uses | before[0], before[1] or written
        self.words_by_key[token.key] = (uses, written)

    def add_name_words(self, spelling: Spelling) -> None:
        """Remember which words a name is made of, and its institution."""
        # The slug may say what the name does not, e.g. an abbreviation.
        for token in (*spelled(spelling.text), *spelled(spelling.key)):
            if token.script is not Script.OTHER:
                self.note_word(token, Of.NAME)
        for whole, _ in INSTITUTIONS:
            if spelling.text.startswith(whole):
                owners = self.institutions.setdefault(whole, [])
                if not owners or owners[-1] != self.number:
                    owners.append(self.number)

    def things(self, documents: Sequence[IndexDocument]) -> dict[str, Array | bytes]:
        """Return what the documents are and where."""
        cities = sorted({one.city for one in documents if one.city})
        place = {city: at for at, city in enumerate(cities)}
        place_of_kind = {kind: at for at, kind in enumerate(KINDS)}
        owners = [self.institutions[whole] for whole in self.institutions]
        return {
            **_strings("slugs", [one.slug for one in documents]),
            "kinds": _numbers((place_of_kind[one.kind] for one in documents), np.uint8),
            "cities": _numbers(
                (place[one.city] if one.city else -1 for one in documents), np.int16
            ),
            "city_names": msgspec.json.encode(cities),
            "questions": msgspec.json.encode(self.questions),
            "institutions": msgspec.json.encode(list(self.institutions)),
            "institution_ends": _numbers(
                np.cumsum([0, *map(len, owners)]).tolist(), np.uint32
            ),
            "institution_numbers": _numbers(
                (number for found in owners for number in found), np.uint32
            ),
        }

    def forms(self) -> dict[str, Array | bytes]:
        """Return the forms with what each names."""
        trie = marisa_trie.Trie(self.form_keys)
        found = _numbers((trie[key] for key in self.form_keys), np.int64)
        order = np.argsort(found, kind="stable")
        is_meant = [way.meant for way in self.way_numbers]
        pairs = sorted((trie[sound], trie[form]) for sound, form in self.sound_pairs)
        return {
            "forms": trie.tobytes(),
            "form_ends": _ends(found, len(trie)),
            "form_numbers": _numbers(self.form_numbers, np.uint32)[order],
            "form_ways": _numbers(self.form_ways, np.uint16)[order],
            "ways": msgspec.json.encode(list(self.way_numbers)),
            "sounds": _numbers((sound for sound, _ in pairs), np.uint32),
            "sounding": _numbers((form for _, form in pairs), np.uint32),
            "joined": msgspec.json.encode(self.joined),
        } | _targets(
            "form_target",
            {
                key: trie[key]
                for key, number in zip(self.form_keys, self.form_ways, strict=True)
                if is_meant[number]
            },
        )

    def words(self) -> dict[str, Array | bytes]:
        """Return the words with what each is to which document."""
        trie = marisa_trie.Trie(self.word_keys)
        found = _numbers((trie[key] for key in self.word_keys), np.int64)
        order = np.argsort(found, kind="stable")
        return {
            "words": trie.tobytes(),
            "word_ends": _ends(found, len(trie)),
            "word_numbers": _numbers(self.word_numbers, np.uint32)[order],
            "word_uses": _numbers(self.word_uses, np.uint8)[order],
            "word_written": _numbers(self.word_written, np.uint32)[order],
            **_strings("written", list(self.written)),
        } | _targets(
            "word_target",
            {
                key: trie[key]
                for key, uses in zip(self.word_keys, self.word_uses, strict=True)
                if uses & Of.MEANT
            },
        )


def _numbers(found: Iterable[int], kind: type[np.integer]) -> Array:
    return np.fromiter(found, kind)


def _strings(name: str, found: Sequence[str]) -> dict[str, Array | bytes]:
    content = [one.encode() for one in found]
    return {
        name: np.frombuffer(b"".join(content), np.uint8),
        f"{name}_ends": np.cumsum([0, *map(len, content)], dtype=np.uint32),
    }


def _ends(found: Array, count: int) -> Array:
    """Return where the rows of each number begin, and where all end."""
    ends = np.zeros(count + 1, np.uint32)
    np.cumsum(np.bincount(found, minlength=count), out=ends[1:])
    return ends


def _targets(name: str, found: dict[str, int]) -> dict[str, Array | bytes]:
    """Return words that may be meant, in the order of a bucket."""
    words = list(found)
    order, starts = shelved(words)
    return {
        name: _numbers(found.values(), np.uint32)[order],
        f"{name}_letters": _numbers(map(letters, words), np.uint64)[order],
        f"{name}_starts": starts,
    }
