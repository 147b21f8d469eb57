"""All forms of one name: as people write, say, shorten and place it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from directory.search.rules import palladius
from directory.search.rules.basis import Basis
from directory.search.rules.entries import FORMS, JOINED, SHORTEST_PINYIN, language_of
from directory.search.rules.languages import EVERYDAY
from directory.search.rules.names import Derived, Spelling, Strength, derive, is_headed
from directory.search.rules.normalize import Script, spelled, spelled_key
from directory.search.rules.spoken import key_of_syllables, ways
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Form

INITIALS = range(4, 9)
"""Characters of Chinese names whose initials are made."""

HEARD = range(2, 5)
"""Characters of Chinese names that are written in Russian letters."""


class Way(NamedTuple):
    """In which way a form names a document; the fields of an entry.

    Args:
        form: What kind of spelling it is.
        language: Of the spelling.
        strength: How much it says by itself.
        pieces: How many tokens it is written in.
        whole: Whether it counts only as a whole token.
        placed: Whether its city was put before.
        meant: Whether a misspelled word may have been this, joined.
    """

    form: Form
    language: str
    strength: Strength
    pieces: int
    whole: bool = False
    placed: bool = False
    meant: bool = False

    def rank(self) -> tuple[object, ...]:
        """Return what orders the ways of one form to name one document."""
        form = FORMS[self.form]
        return form > 1, self.strength is not Strength.STRONG, self.placed, form


class Formed(NamedTuple):
    """One form of a name.

    Args:
        key: Folded.
        way: How it names.
        words: The words that it brings with it.
        chinese: Key of the Chinese form whose sound it is.
    """

    key: str
    way: Way
    words: tuple[str, ...]
    chinese: str | None = None


class _Sound(NamedTuple):
    key: str
    syllables: tuple[str, ...]
    pieces: int

    @property
    def initials(self) -> str:
        return "".join(syllable[0] for syllable in self.syllables)


class _Base(NamedTuple):
    """A form as it is written, without a city."""

    form: Derived
    key: str
    language: str
    pieces: int
    characters: int

    @property
    def is_pure(self) -> bool:
        """Whether it is written in Chinese characters alone."""
        return self.characters == len(self.form.text)

    @property
    def is_shortened(self) -> bool:
        """Whether people say its initials."""
        return self.is_pure and self.form.text.endswith("医院")


class _City(NamedTuple):
    """A city as it is put before a name."""

    text: str
    key: str
    pieces: int
    is_chinese: bool
    sounds: tuple[_Sound, ...]


def forms_of(spelling: Spelling, basis: Basis) -> Iterator[Formed]:
    """Yield all forms of a name, each perhaps in several ways.

    Args:
        spelling: As listed; no question.
        basis: What the vocabulary says.
    """
    cities = [_city(city) for city in basis.cities.get(spelling.city or "", ())]
    is_therapy = spelling.kind is Concept.THERAPY
    for form in derive(spelling, basis.common):
        found = spelled(form.text)
        base = _Base(
            form,
            key=spelled_key(form.text),
            language=language_of(found, spelling.language),
            pieces=len(found),
            characters=sum(token.script is Script.HAN for token in found),
        )
        is_meant = is_therapy and base.pieces > 1 and _joins(base.key)
        way = Way(form.form, base.language, form.strength, base.pieces, meant=is_meant)
        yield Formed(base.key, way, (form.text,))
        sounds: tuple[_Sound, ...] = ()
        if base.characters > 1 and form.form is not Form.MISSPELLING:
            sounds = _sounds(form.text)
            yield from _heard(base, sounds)
        if form.placeable:
            for city in cities:
                if city.is_chinese is (base.characters > 0):
                    yield from _placed(city, base, sounds)


def _heard(base: _Base, sounds: tuple[_Sound, ...]) -> Iterator[Formed]:
    """Yield how a Chinese form sounds, and what is made of the sound."""
    text, strength = base.form.text, base.form.strength
    is_strong = base.is_pure and strength is Strength.STRONG
    for sound in sounds:
        yield from _spoken(sound, strength, base.key)
        if is_strong and base.is_shortened and base.characters in INITIALS:
            yield from _initials(sound.initials)
        if is_strong and base.characters in HEARD and not is_headed(text):
            yield from _in_russian(sound.syllables)


def _placed(city: _City, base: _Base, sounds: tuple[_Sound, ...]) -> Iterator[Formed]:
    """Yield a form with its city before it, which tells any two names apart."""
    key, pieces, strong = (
        city.key + base.key,
        city.pieces + base.pieces,
        Strength.STRONG,
    )
    way = Way(base.form.form, base.language, strong, pieces, placed=True)
    yield Formed(key, way, (city.text,))
    is_shortened = base.is_shortened and len(city.text) + base.characters in INITIALS
    for before in city.sounds:
        for sound in sounds:
            both = _Sound(
                before.key + sound.key,
                before.syllables + sound.syllables,
                before.pieces + sound.pieces,
            )
            yield from _spoken(both, strong, key, is_placed=True)
            if is_shortened:
                yield from _initials(both.initials, is_placed=True)


def _spoken(
    sound: _Sound, strength: Strength, chinese: str, *, is_placed: bool = False
) -> Iterator[Formed]:
    """Yield how a Chinese form sounds, unless that is an English word."""
    if len(sound.key) >= SHORTEST_PINYIN and sound.key not in EVERYDAY:
        is_meant = sound.pieces > 1 and _joins(sound.key)
        way = Way(
            *(Form.PINYIN, "zh-Latn", strength, sound.pieces),
            placed=is_placed,
            meant=is_meant,
        )
        yield Formed(sound.key, way, sound.syllables, chinese)


def _initials(short: str, *, is_placed: bool = False) -> Iterator[Formed]:
    """Yield the first letters of a Chinese name's syllables."""
    key = spelled_key(short)
    if key not in EVERYDAY:
        strong = Strength.STRONG
        way = Way(*(Form.INITIALS, "zh-Latn", strong, 1), whole=True, placed=is_placed)
        yield Formed(key, way, (short,))


@lru_cache(maxsize=8192)
def _in_russian(syllables: tuple[str, ...]) -> tuple[Formed, ...]:
    """Return how a Chinese name is written in Russian."""
    return tuple(
        Formed(
            spelled_key(russian),
            Way(Form.PINYIN, "ru", Strength.STRONG, len(spelled(russian))),
            (russian.capitalize(),),
        )
        for russian in palladius.spellings(syllables)
        if len(russian) >= SHORTEST_PINYIN
    )


@lru_cache(maxsize=1024)
def _city(text: str) -> _City:
    found = spelled(text)
    is_chinese = any(token.script is Script.HAN for token in found)
    sounds = _sounds(text) if is_chinese else ()
    return _City(text, spelled_key(text), len(found), is_chinese, sounds)


def _sounds(text: str) -> tuple[_Sound, ...]:
    """Return how a Chinese text sounds, also with ``u`` typed for ``ü``."""
    found = []
    for syllables in ways(text):
        found.append(_sound(syllables))
        if any("v" in syllable for syllable in syllables):
            found.append(_sound(tuple(one.replace("v", "u") for one in syllables)))
    return tuple(found)


def _sound(syllables: tuple[str, ...]) -> _Sound:
    pieces = sum(len(spelled(syllable)) for syllable in syllables)
    return _Sound(key_of_syllables(syllables), syllables, pieces)


def _joins(key: str) -> bool:
    return len(key) in JOINED and key.isascii()
