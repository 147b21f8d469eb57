"""Collecting all spellings of the vocabulary and of everything listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pypinyin import lazy_pinyin

from directory.search.rules.entries import CONCEPTS, Entry, preference
from directory.search.rules.languages import EVERYDAY
from directory.search.rules.names import (
    INSTITUTIONS,
    INSTITUTIONS_EN,
    CommonParts,
    Spelling,
    Strength,
    derive,
)
from directory.search.rules.normalize import Script, Token, spelled, spelled_key
from directory.search.rules.typos import SHORTEST
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Filler, Form, Synonym, Term, TermKind

SHORTEST_PINYIN = 4
"""Letters of the shortest pinyin that is made here and not listed."""

INITIALS = range(4, 9)
"""Characters of Chinese names whose initials are made."""


class Compiler:
    """Collects spellings, those of the vocabulary first.

    Args:
        terms: The vocabulary.
    """

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self.words: set[str] = set()
        self.written: dict[str, str] = {}
        self.targets: set[tuple[str, str]] = set()
        self.drugs: set[str] = set()
        self.name_words: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self.institutions: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self.questions: list[tuple[frozenset[str], str]] = []
        self.asked: dict[str, str] = {}
        self.reasons = {
            f"{term.kind}:{term.key}": (str(term.reason), _pairs(term.near))
            for term in terms
            if term.reason
        }
        self.cities = {
            term.key: (term.labels["en"], term.labels["zh"])
            for term in terms
            if term.kind is TermKind.CITY and {"en", "zh"} <= term.labels.keys()
        }
        self.common = _common(terms)
        self.frames = frozenset(
            spelled_key(synonym.text)
            for term in terms
            if term.kind is TermKind.FILLER
            and term.key not in {Filler.ORDER, Filler.NEGATION, Filler.AGE}
            for synonym in term.synonyms
        )
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

    def add_name(self, spelling: Spelling) -> None:
        """Add a name and the forms that people make of it."""
        if spelling.form is Form.QUESTION:
            self.add_question(spelling)
            return
        city_words = self.cities.get(spelling.city or "", ())
        for form in derive(spelling, city_words, self.common):
            entry = Entry(
                kind=spelling.kind.value,
                key=spelling.key,
                form=form.form,
                language=_language(form.text, spelling.language),
                strength=form.strength,
                city=spelling.city,
                placed=form.placed,
            )
            self.add(form.text, entry)
            if entry.language == "zh":
                self.add_pinyin(
                    form.text,
                    entry,
                    initials=form.strength is Strength.STRONG
                    and form.text.endswith("医院"),
                )
        if spelling.kind in {Concept.CENTER, Concept.FACILITATOR}:
            self.add_name_words(spelling)
        if spelling.kind is Concept.THERAPY:
            self.drugs.update(token.key for token in spelled(spelling.text))

    def add_name_words(self, spelling: Spelling) -> None:
        """Remember which words a name is made of, and its institution."""
        entry = Entry(spelling.kind.value, spelling.key, city=spelling.city)
        # The slug may say what the name does not, e.g. an abbreviation.
        for token in (*spelled(spelling.text), *spelled(spelling.key)):
            if token.script in {Script.LATIN, Script.CYRILLIC, Script.ARABIC}:
                self.name_words[token.key][spelling.key] = entry
        for whole, shorts in INSTITUTIONS:
            if spelling.text.startswith(whole):
                for form in (whole, *shorts):
                    self.institutions[form][spelling.key] = entry

    def add_institutions(self) -> None:
        """Offer the hospitals of a university beside a name that is also its own.

        ``中山`` is a hospital of Fudan and the short name of Sun Yat-sen
        University. A university alone names none of its hospitals.
        """
        stays = Entry(TermKind.TARGET.value, "institution")
        for text in (*INSTITUTIONS_EN, *(whole for whole, _ in INSTITUTIONS)):
            found = spelled(text)
            key = "".join(token.key for token in found)
            self.entries[key].setdefault(stays.name, stays._replace(pieces=len(found)))
        for form, owners in self.institutions.items():
            for text in (form, "".join(lazy_pinyin(form))):
                key = spelled_key(text)
                kept = self.entries.get(key, {})
                if any(entry.is_concept for entry in kept.values()):
                    for entry in owners.values():
                        pieces = len(spelled(text))
                        made = entry._replace(aside=True, pieces=pieces)
                        kept.setdefault(made.name, made)

    def add_question(self, spelling: Spelling) -> None:
        """Add a question that a guide answers, whole and by its content."""
        entry = Entry("guide", spelling.key, Form.QUESTION, spelling.language)
        content = self.content(spelling.text)
        key = spelled_key(spelling.text)
        known = self.entries.get(key, {}).values()
        if content and not any(other.is_concept for other in known):
            found = spelled(spelling.text)
            self.note_words(found, key, entry, spelling.text)
            self.asked.setdefault(key, spelling.key)
        if len(content) > 1 and spelling.language != "zh":
            self.questions.append((content, spelling.key))

    def content(self, text: str) -> frozenset[str]:
        """Return the words of a text without those that only frame it."""
        keys = [token.key for token in spelled(text)]
        kept: set[str] = set()
        at = 0
        while at < len(keys):
            ends = (
                end
                for end in range(min(at + 6, len(keys)), at, -1)
                if "".join(keys[at:end]) in self.frames
            )
            end = next(ends, 0)
            if not end:
                kept.add(keys[at])
            at = end or at + 1
        return frozenset(kept)

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
            if may_be_meant and is_name and 7 <= len(key) <= 24:
                self.targets.add((key, entry.name))
                self.written.setdefault(key, text)

    def add_pinyin(self, text: str, entry: Entry, *, initials: bool) -> None:
        """Add how a Chinese spelling sounds, and how it is shortened."""
        characters = sum(token.script is Script.HAN for token in spelled(text))
        if characters < 2 or entry.form is Form.MISSPELLING:
            return
        made = entry._replace(form=Form.PINYIN, language="zh-Latn")
        for syllables in _sounds(text):
            spoken = " ".join(syllables)
            for sound in {spoken, spoken.replace("v", "u")}:
                self.add_sound(sound, made)
            if initials and characters == len(text) and characters in INITIALS:
                short = "".join(syllable[0] for syllable in syllables)
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


def _language(text: str, stated: str) -> str:
    """Return the language of a form; a name's Latin forms belong to any."""
    scripts = {token.script for token in spelled(text)}
    if Script.HAN in scripts:
        return "zh"
    if Script.CYRILLIC in scripts:
        return "ru"
    if Script.ARABIC in scripts:
        return "ar"
    if _SPOKEN_HEADS & {token.key for token in spelled(text)}:
        return "zh-Latn"
    return stated if stated in {"en", "zh-Latn"} else "mul"


_TWO_SOUNDS = {
    "朝": ("chao", "zhao"),
    "长": ("chang", "zhang"),
    "重": ("zhong", "chong"),
}
"""Characters of names that are often taken for their other sound."""


def _sounds(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the syllables of a Chinese text, in at most four ways."""
    syllables = lazy_pinyin(text)
    if len(syllables) != len(text):
        return (tuple(syllables),)
    ways: list[list[str]] = [[]]
    for char, syllable in zip(text, syllables, strict=True):
        sounds = _TWO_SOUNDS.get(char, (syllable,)) if len(ways) < 3 else (syllable,)
        ways = [[*way, sound] for way in ways for sound in sounds]
    return tuple(tuple(way) for way in ways)


_SPOKEN_HEADS = frozenset({"yiyuan", "zhongxin", "daxue", "zongyiyuan"})
"""Words by which a name in Latin letters is known to be pinyin."""


def _common(terms: Iterable[Term]) -> CommonParts:
    shared = {
        TermKind.TYPE,
        TermKind.INDICATION,
        TermKind.AUDIENCE,
        TermKind.CAPABILITY,
    }
    fillers = {Filler.NAME_PART, Filler.GENERIC, Filler.STOP, Filler.COUNTRY}
    keys: set[str] = {spelled_key(word) for word in EVERYDAY}
    cities: set[str] = set()
    for term in terms:
        if term.kind is TermKind.CITY:
            cities.update(
                spelled_key(synonym.text)
                for synonym in term.synonyms
                if len(synonym.text) > 1 and not synonym.cautious
            )
        elif term.kind in shared or (
            term.kind is TermKind.FILLER and term.key in fillers
        ):
            # A single character of Chinese frames a query, but makes many names.
            keys.update(
                spelled_key(synonym.text)
                for synonym in term.synonyms
                if term.key == Filler.NAME_PART
                or len(synonym.text) > 1
                or synonym.language != "zh"
            )
    keys.discard("")
    return CommonParts(frozenset(keys), frozenset(cities))
