"""How documents are named, looked up over all segments of a state."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple, Protocol

import marisa_trie
import msgspec
import numpy as np

from directory.search.rules.entries import Entry
from directory.search.rules.forms import Way
from directory.search.rules.layers import Layer, places_in
from directory.search.rules.names import Strength
from directory.search.rules.naming import (
    KINDS,
    Of,
    Question,
    pack_names,
    spellings,
)
from directory.search.rules.packing import Array, Packed
from directory.search.rules.spoken import key_of_syllables, ways
from directory.search.rules.typos import Bucket, Things
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Form

__all__ = ["NamePart", "Names", "pack_names", "spellings"]

MOST_SHARED = 7
"""Documents of one form that a reading can show, one and six others; a form that
more share names none of them, unless a city leaves fewer."""

_WAYS = msgspec.json.Decoder(list[Way])
_QUESTIONS = msgspec.json.Decoder(list[Question])
_STRINGS = msgspec.json.Decoder(list[str])
_WRITTEN = msgspec.json.Decoder(dict[str, str])


class Placed(Protocol):
    """Knows where the documents of a state have their places."""

    def place(self, id_: str) -> int | None:
        """Return the place of a document that stands, by its id."""


class NamePart:
    """The names of one segment's documents, opened; threads share it.

    Args:
        content: From :func:`pack_names`, already known to be whole.
    """

    def __init__(self, content: bytes) -> None:
        """Read where everything stands; nothing is copied but the tries."""
        packed = Packed(content)
        self.size = len(packed.array("kinds"))
        self.kinds = packed.array("kinds")
        self.cities = packed.array("cities")
        self.city_names = _STRINGS.decode(packed.bytes("city_names"))
        self.questions = _QUESTIONS.decode(packed.bytes("questions"))
        self.forms = _trie(packed, "forms")
        self.form_ends = packed.array("form_ends")
        self.form_numbers = packed.array("form_numbers")
        self.form_ways = packed.array("form_ways")
        self.ways = _WAYS.decode(packed.bytes("ways"))
        self.joined = _WRITTEN.decode(packed.bytes("joined"))
        self.words = _trie(packed, "words")
        self.word_ends = packed.array("word_ends")
        self.word_numbers = packed.array("word_numbers")
        self.word_uses = packed.array("word_uses")
        self._word_written = packed.array("word_written")
        self._slugs = _Strings(packed, "slugs")
        self._written = _Strings(packed, "written")
        self._sounds = packed.array("sounds")
        self._sounding = packed.array("sounding")
        wholes = _STRINGS.decode(packed.bytes("institutions"))
        ends = packed.array("institution_ends").tolist()
        owners = packed.array("institution_numbers")
        self.institutions = {
            whole: owners[ends[at] : ends[at + 1]] for at, whole in enumerate(wholes)
        }
        self.buckets = (
            _bucket(packed, "form_target", self.forms),
            _bucket(packed, "word_target", self.words),
        )

    def slug(self, number: int) -> str:
        """Return the slug of a document."""
        return self._slugs[number]

    def written(self, at: int) -> str:
        """Return how a word is written that stands at a place of its list."""
        return self._written[int(self._word_written[at])]

    def sounding(self, sound: int) -> list[str]:
        """Return the Chinese forms that sound like a form in pinyin."""
        first, after = np.searchsorted(self._sounds, (sound, sound + 1)).tolist()
        return [
            self.forms.restore_key(at) for at in self._sounding[first:after].tolist()
        ]


class _Strings:
    """Strings, decoded when they are asked for."""

    def __init__(self, packed: Packed, name: str) -> None:
        self._content = packed.array(name).data
        self._ends = packed.array(f"{name}_ends")

    def __getitem__(self, number: int) -> str:
        first, after = self._ends[number : number + 2].tolist()
        return str(self._content[first:after], "utf-8")


def _trie(packed: Packed, name: str) -> marisa_trie.Trie:
    # A mapped trie does not keep alive what it was mapped from.
    trie = marisa_trie.Trie()
    trie.frombytes(packed.bytes(name))
    return trie


def _bucket(packed: Packed, name: str, trie: marisa_trie.Trie) -> Bucket:
    numbers = packed.array(name)

    def word(place: int) -> str:
        return str(trie.restore_key(int(numbers[place])))

    starts = packed.array(f"{name}_starts").tolist()
    return Bucket(packed.array(f"{name}_letters"), starts, word)


class At(NamedTuple):
    """A form or a word, by the segment and its number there."""

    layer: int
    number: int


class Names:
    """The names of all documents that stand; immutable, so threads share it.

    Args:
        layers: The segments, in the order of their bases.
        documents: The documents of the same state.
    """

    def __init__(self, layers: Sequence[Layer[NamePart]], documents: Placed) -> None:
        self._layers = tuple(layers)
        self._documents = documents
        self._bases = [layer.base for layer in layers]
        size = max((layer.base + layer.size for layer in layers), default=0)
        self._stands = np.zeros(size, np.bool_)
        self._cities = np.full(size, -1, np.int32)
        self._city_numbers: dict[str, int] = {}
        self._whole: list[bool] = []
        self._guides: dict[str, str] = {}
        self._contents: dict[str, list[tuple[frozenset[str], str]]] = {}
        for layer in layers:
            self._join(layer)
        self._guide_beginnings = frozenset(
            key[:end] for key in self._guides for end in range(1, len(key))
        )

    def _join(self, layer: Layer[NamePart]) -> None:
        part, base = layer.part, layer.base
        self._whole.append(layer.alive == (1 << layer.size) - 1)
        self._stands[places_in(layer.alive) + base] = True
        known = [
            self._city_numbers.setdefault(city, len(self._city_numbers))
            for city in part.city_names
        ]
        self._cities[base : base + layer.size] = np.array([*known, -1])[part.cities]
        for question in part.questions:
            if layer.alive >> question.number & 1:
                guide = part.slug(question.number)
                self._guides.setdefault(question.key, guide)
                if question.content:
                    self._contents.setdefault(question.content[0], []).append(
                        (frozenset(question.content), guide)
                    )

    def beginnings(self, text: str) -> dict[str, list[At]]:
        """Return the forms that a folded text begins with."""
        found: dict[str, list[At]] = {}
        for at, layer in enumerate(self._layers):
            for key, number in layer.part.forms.iter_prefixes_with_ids(text):
                found.setdefault(key, []).append(At(at, number))
        return found

    def form(self, key: str) -> list[At]:
        """Return where a folded form stands."""
        return [
            At(at, number)
            for at, layer in enumerate(self._layers)
            if (number := layer.part.forms.get(key)) is not None
        ]

    def entries(
        self, found: Sequence[At], cities: Collection[str]
    ) -> tuple[list[Entry], bool]:
        """Return what a form names, in any order.

        A form that more than :data:`MOST_SHARED` documents share names only
        those in the cities that are asked for, and none if they are too many.

        Args:
            found: Where the form stands.
            cities: Vocabulary keys.

        Returns:
            The meanings, and whether so many share the form.
        """
        rows = [(at.layer, *self._rows(at)) for at in found]
        is_shared = sum(len(numbers) for _, numbers, _ in rows) > MOST_SHARED
        if is_shared:
            rows = [
                (at, numbers[kept], ways_[kept])
                for at, numbers, ways_ in rows
                if (kept := self._kept(at, numbers, cities)) is not None
            ]
            if sum(len(numbers) for _, numbers, _ in rows) > MOST_SHARED:
                return [], True
        return [
            self._entry(at, number, way)
            for at, numbers, ways_ in rows
            for number, way in zip(numbers.tolist(), ways_.tolist(), strict=True)
        ], is_shared

    def _rows(self, at: At) -> tuple[Array, Array]:
        """Return the numbers of standing documents that a form names, and how."""
        part = self._layers[at.layer].part
        first, after = part.form_ends[at.number : at.number + 2].tolist()
        numbers, ways_ = part.form_numbers[first:after], part.form_ways[first:after]
        if self._whole[at.layer]:
            return numbers, ways_
        kept = self._stands[numbers + self._bases[at.layer]]
        return numbers[kept], ways_[kept]

    def _kept(
        self, layer: int, numbers: Array, cities: Collection[str]
    ) -> Array | None:
        """Return which of some documents are in one of some cities."""
        wanted = [self._city_numbers.get(city, -2) for city in cities]
        if not wanted:
            return None
        kept: Array = np.isin(self._cities[numbers + self._bases[layer]], wanted)
        return kept

    def _entry(self, layer: int, number: int, way: int) -> Entry:
        part = self._layers[layer].part
        how = part.ways[way]
        return Entry(
            kind=KINDS[part.kinds[number]].value,
            key=part.slug(number),
            form=how.form,
            language=how.language,
            pieces=how.pieces,
            whole=how.whole,
            strength=how.strength,
            city=self._city(layer, number),
            placed=how.placed,
        )

    def _city(self, layer: int, number: int) -> str | None:
        part = self._layers[layer].part
        city = int(part.cities[number])
        return part.city_names[city] if city >= 0 else None

    def thing(self, place: int) -> Entry:
        """Return the document at a place, as what a word may mean."""
        layer = int(np.searchsorted(self._bases, place, "right")) - 1
        part, number = self._layers[layer].part, place - self._bases[layer]
        return Entry(
            KINDS[part.kinds[number]].value,
            part.slug(number),
            city=self._city(layer, number),
        )

    def of_institution(
        self, wholes: Collection[str], cities: Collection[str]
    ) -> list[Entry]:
        """Return the hospitals of universities, under the same limit as forms."""
        found = []
        for layer in self._layers:
            for whole in wholes:
                numbers = layer.part.institutions.get(whole)
                if numbers is not None:
                    found.append(numbers.astype(np.int64) + layer.base)
        if not found:
            return []
        places = np.unique(np.concatenate(found))
        places = places[self._stands[places]]
        if len(places) > MOST_SHARED:
            places = self.in_cities(places, cities) if cities else places[:0]
            if len(places) > MOST_SHARED:
                return []
        return [self.thing(place) for place in places.tolist()]

    def in_cities(self, places: Things, cities: Collection[str]) -> Things:
        """Return those of some places that are in one of some cities."""
        wanted = [self._city_numbers.get(city, -2) for city in cities]
        return places[np.isin(self._cities[places], wanted)]

    def _uses(self, word: str) -> Iterator[tuple[int, int, Array, Array]]:
        """Yield layer, first row, numbers and uses of a word, by segment."""
        for at, layer in enumerate(self._layers):
            part = layer.part
            number = part.words.get(word)
            if number is None:
                continue
            first, after = part.word_ends[number : number + 2].tolist()
            numbers, uses = part.word_numbers[first:after], part.word_uses[first:after]
            if not self._whole[at]:
                uses = np.where(self._stands[numbers + layer.base], uses, 0)
            yield at, first, numbers, uses

    def has(self, word: str, use: int) -> bool:
        """Tell whether a word is this to some document that stands."""
        return any((uses & use).any() for _, _, _, uses in self._uses(word))

    def places(self, word: str, use: int) -> Things:
        """Return the places of the documents that a word is this to."""
        found = [
            numbers[(uses & use) > 0].astype(np.int64) + self._bases[at]
            for at, _, numbers, uses in self._uses(word)
        ]
        if len(found) == 1:
            return found[0]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def is_joined(self, key: str) -> bool:
        """Tell whether a folded word is a form of several words, joined."""
        return key.isascii() and any(
            part.ways[way].pieces > 1
            for at in self.form(key)
            for part in [self._layers[at.layer].part]
            for way in np.unique(self._rows(at)[1]).tolist()
        )

    def owners(self, word: str) -> Things:
        """Return the places of what a word that may be meant belongs to."""
        found = [self.places(word, Of.MEANT)]
        for at in self.form(word):
            numbers, ways_ = self._rows(at)
            meant = np.array([way.meant for way in self._layers[at.layer].part.ways])
            found.append(numbers[meant[ways_]].astype(np.int64) + self._bases[at.layer])
        parts = [places for places in found if len(places)]
        if len(parts) < 2:
            return parts[0] if parts else found[0]
        return np.unique(np.concatenate(parts))

    def near(self, word: str) -> dict[str, int]:
        """Return words that are close enough, with their distances.

        Some may belong to documents that are gone: they have no owners.
        """
        found: dict[str, int] = {}
        for layer in self._layers:
            for bucket in layer.part.buckets:
                found |= bucket.near(word)
        return found

    def written(self, word: str) -> str | None:
        """Return how a folded word is written, as the first document has it."""
        for layer, first, _, uses in self._uses(word):
            meant = np.flatnonzero(uses & Of.MEANT)
            if len(meant):
                return self._layers[layer].part.written(first + int(meant[0]))
        for at in self.form(word):
            part = self._layers[at.layer].part
            if word in part.joined:
                return part.joined[word]
            for chinese in part.sounding(at.number):
                for way in ways(chinese):
                    if key_of_syllables(way) == word:
                        return " ".join(way)
        return None

    def sounding(self, forms: Sequence[At], characters: int) -> set[str]:
        """Return strong Chinese forms of centers that sound like this.

        Args:
            forms: Where the sound stands.
            characters: How many characters such a form has.
        """
        found = set()
        for at in forms:
            for chinese in self._layers[at.layer].part.sounding(at.number):
                if len(chinese) != characters:
                    continue
                if any(self._is_strong(form) for form in self.form(chinese)):
                    found.add(chinese)
        return found

    def _is_strong(self, at: At) -> bool:
        part = self._layers[at.layer].part
        numbers, ways_ = self._rows(at)
        return any(
            KINDS[part.kinds[number]] is Kind.CENTER
            and part.ways[way].strength is Strength.STRONG
            and part.ways[way].form is not Form.MISSPELLING
            for number, way in zip(
                numbers[:MOST_SHARED].tolist(),
                ways_[:MOST_SHARED].tolist(),
                strict=True,
            )
        )

    def place(self, id_: str) -> int | None:
        """Return the place of a document that stands, by its id."""
        return self._documents.place(id_)

    def asked(self, key: str) -> str | None:
        """Return the guide that answers a folded question, by its slug."""
        return self._guides.get(key)

    def asks_on(self, key: str) -> bool:
        """Tell whether a folded question begins with this and goes on."""
        return key in self._guide_beginnings

    def questions(self, word: str) -> Sequence[tuple[frozenset[str], str]]:
        """Return questions by their first content word, with their guides."""
        return self._contents.get(word, ())
