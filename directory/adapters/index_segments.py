"""What a state of the index is made of: segments, and the parts of each.

A segment holds documents that were written together, and is never changed. Each
of its parts is a file of its own, ``<segment>.<part>``, since not everybody needs
all: a writer that applies a change reads documents only, and the engine's own
files are read by whoever asks for plain execution.
"""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from pydantic import TypeAdapter

from directory.adapters import analysis
from directory.adapters.columns import WordPart, pack_words
from directory.adapters.index_folder import IndexFolder, Kept
from directory.adapters.whoosh_words import WhooshPart, pack_whoosh
from directory.core import text
from directory.search import rules
from directory.search.ports import IndexUnusableError
from directory.search.rules.catalog import Facts, pack_facts
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Bits, Layer, bits_of, places_in
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.merges import Extent
from directory.search.rules.named import NamePart, pack_names
from directory.search.rules.stored import Documents, Stored, pack_documents
from directory.search.rules.suggest import OfferPart, pack_offers, pack_terms
from directory.vocabulary import rules as vocabulary_rules
from directory.vocabulary.rules import Term

VOCABULARY = "vocabulary.json"
"""The file of a state with the terms that its segments were packed with."""

LEXICON = "vocabulary.lexicon"
"""The same terms, compiled for reading queries: a pickle, since compiling them
takes most of a second and loading that takes none."""

OFFERED = "vocabulary.offers"
"""The same terms, as they are suggested."""

BESIDE = (text, vocabulary_rules)
"""Modules elsewhere whose classes stand in a part."""

PACKAGES = ("marisa-trie", "msgspec", "numpy")
"""Packages whose way of writing stands in the parts, besides those that cut
text into words."""

_TERMS = TypeAdapter(tuple[Term, ...])


class Part(StrEnum):
    """One file of a segment."""

    DOCUMENTS = "documents"
    FACTS = "facts"
    NAMES = "names"
    OFFERS = "offers"
    WORDS = "words"
    WHOOSH = "whoosh"


OPENING: Mapping[Part, Callable[[bytes], Any]] = {
    Part.DOCUMENTS: Stored,
    Part.FACTS: Facts,
    Part.NAMES: NamePart,
    Part.OFFERS: OfferPart,
    Part.WORDS: WordPart,
    Part.WHOOSH: WhooshPart,
}
"""What opens each part from its bytes, known to be whole."""


@cache
def format_digest() -> str:
    """Return what a state must have been written by to be read here.

    It changes with every line of the code that decides what stands in a part, so
    that nobody can forget to say so. That is all rules of the search and what
    stands beside this module, rather than a list that somebody would have to keep.
    """
    said = sha256(repr(analysis.VERSIONS).encode())
    said.update(repr([(one, version(one)) for one in PACKAGES]).encode())
    said.update(repr(sys.version_info[:2]).encode())
    sources = [
        *(Path(str(module.__file__)) for module in BESIDE),
        *sorted(Path(str(rules.__file__)).parent.glob("*.py")),
        *sorted(Path(__file__).parent.glob("*.py")),
    ]
    for path in sources:
        said.update(path.name.encode() + path.read_bytes())
    return said.hexdigest()


def pack_words_of(documents: Sequence[IndexDocument]) -> dict[Part, bytes]:
    """Return the parts of a segment that words are found by."""
    whoosh = pack_whoosh(documents)
    return {Part.WORDS: pack_words(whoosh), Part.WHOOSH: whoosh}


def pack_rest_of(
    documents: Sequence[IndexDocument], terms: Sequence[Term]
) -> dict[Part, bytes]:
    """Return the other parts of a segment."""
    return {
        Part.DOCUMENTS: pack_documents(documents),
        Part.FACTS: pack_facts(documents, terms),
        Part.NAMES: pack_names(documents, terms),
        Part.OFFERS: pack_offers(documents),
    }


def vocabulary_files(terms: Sequence[Term]) -> dict[str, bytes]:
    """Return the files of a state that are made of its vocabulary alone."""
    return {
        VOCABULARY: pack_vocabulary(terms),
        LEXICON: pickle.dumps(Lexicon.compiled(terms), pickle.HIGHEST_PROTOCOL),
        OFFERED: pack_terms(terms),
    }


def pack_vocabulary(terms: Sequence[Term]) -> bytes:
    """Return the file of a state that holds its vocabulary."""
    return _TERMS.dump_json(tuple(terms))


def read_vocabulary(content: bytes) -> tuple[Term, ...]:
    """Return the terms that :func:`pack_vocabulary` wrote."""
    return _TERMS.validate_json(content)


def file_of(segment: str, part: Part) -> str:
    """Return the name of the file that holds a part."""
    return f"{segment}.{part.value}"


def everything(size: int) -> Bits:
    """Return the set of all numbers of a segment."""
    return (1 << size) - 1


class Segment(NamedTuple):
    """A segment as a state has it.

    Args:
        name: Chosen by chance when it was written.
        size: Documents that it was written with.
        alive: Which of them still stand, by number.
    """

    name: str
    size: int
    alive: Bits

    @property
    def extent(self) -> Extent:
        """Return how large it is."""
        return Extent(self.size, self.alive.bit_count())


@dataclass(frozen=True, slots=True)
class About:
    """What a state says of itself in its manifest.

    Args:
        position: Place in the feed of changes that it speaks for.
        day: The day against which facts were judged overdue.
        built_at: When the database was last read for it, aware and in UTC.
        segments: In the order of their places.
    """

    position: int
    day: date
    built_at: datetime
    segments: tuple[Segment, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as values for a manifest."""
        return {
            "format": format_digest(),
            "position": self.position,
            "day": self.day.isoformat(),
            "built_at": self.built_at.isoformat(),
            "segments": [
                {
                    "name": one.name,
                    "size": one.size,
                    "gone": places_in(everything(one.size) & ~one.alive).tolist(),
                }
                for one in self.segments
            ],
        }

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """Return what a manifest says.

        Raises:
            IndexUnusableError: If other code wrote it, or it contradicts itself.
        """
        said = kept.about
        if said.get("format") != format_digest():
            raise IndexUnusableError(reason="format", state=kept.name)
        try:
            return cls(
                position=said["position"],
                day=date.fromisoformat(said["day"]),
                built_at=datetime.fromisoformat(said["built_at"]),
                segments=tuple(_segment(one, kept.files) for one in said["segments"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise IndexUnusableError(reason="damaged", state=kept.name) from error


def _segment(said: Mapping[str, Any], files: Collection[str]) -> Segment:
    name, size, gone = said["name"], said["size"], said["gone"]
    if any(file_of(name, part) not in files for part in Part):
        raise ValueError(name)
    if size < 1 or not all(0 <= one < size for one in gone):
        raise ValueError(size)
    places = np.array(gone, dtype=np.int64)
    return Segment(name, size, everything(size) & ~bits_of(places))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that the segments of a state were packed with.

    Args:
        digest: SHA-256 of its file: the same for the same text.
        terms: In the order of the file.
    """

    digest: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A vocabulary, compiled; the same for all states that have its text.

    Args:
        lexicon: Reads queries; it knows no names yet.
        offers: What is suggested of it.
    """

    lexicon: Lexicon
    offers: OfferPart

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Self:
        """Compile a vocabulary."""
        return cls(Lexicon.compiled(terms), OfferPart(pack_terms(terms)))

    @classmethod
    def read(cls, contents: Mapping[str, bytes]) -> Self:
        """Return what a writer compiled.

        Args:
            contents: Known to be whole, and in a folder that nobody else may
                write to.
        """
        lexicon = pickle.loads(contents[LEXICON])  # noqa: S301 (see the arguments)
        return cls(lexicon, OfferPart(contents[OFFERED]))


@dataclass(frozen=True, slots=True)
class Opened:
    """A state, with the parts that were asked for.

    Args:
        kept: Its manifest.
        about: What that says.
        vocabulary: Of all its segments.
        spoken: The same, compiled, if that was asked for.
        parts: Opened parts by segment and part.
    """

    kept: Kept
    about: About
    vocabulary: Vocabulary
    spoken: Spoken | None
    parts: Mapping[tuple[str, Part], Any]

    def layers(self, part: Part) -> tuple[Layer[Any], ...]:
        """Return one part of all segments, with their places."""
        return tuple(self._layers(part))

    def _layers(self, part: Part) -> Iterator[Layer[Any]]:
        base = 0
        for one in self.about.segments:
            yield Layer(self.parts[one.name, part], base, one.size, one.alive)
            base += one.size

    def documents(self) -> Documents:
        """Return its documents, by place."""
        return Documents(self.layers(Part.DOCUMENTS))

    def bytes(self) -> Mapping[str, int]:
        """Return how much is in memory, by part."""
        found = dict.fromkeys((part.value for _, part in self.parts), 0)
        for segment, part in self.parts:
            found[part.value] += self.kept.files[file_of(segment, part)].size
        return found


class Shelf:
    """What this process has opened, so that nothing is read or opened twice.

    Threads share it. It forgets what the newest state no longer has; who answers
    from an older one still holds that.

    Args:
        folder: Where states are.
    """

    def __init__(self, folder: IndexFolder) -> None:
        """Begin with nothing."""
        self._folder = folder
        self._opening = threading.Lock()
        self._parts: dict[tuple[str, Part], Any] = {}
        self._vocabulary: Vocabulary | None = None
        self._spoken: Spoken | None = None

    def open(self, parts: Collection[Part], *, is_spoken: bool = False) -> Opened:
        """Return the state that stands, reading only what is new.

        Args:
            parts: Which ones of each segment.
            is_spoken: Whether the compiled vocabulary is needed.

        Raises:
            IndexUnusableError: With the reason.
        """
        with self._opening:
            kept, contents = self._folder.read(
                lambda kept: self._missing(kept, parts, is_spoken=is_spoken)
            )
            about = About.of(kept)
            needed = {(one.name, part) for one in about.segments for part in parts}
            try:
                for segment, part in needed - self._parts.keys():
                    content = contents[file_of(segment, part)]
                    self._parts[segment, part] = OPENING[part](content)
                if VOCABULARY in contents:
                    self._vocabulary = Vocabulary(
                        kept.files[VOCABULARY].digest,
                        read_vocabulary(contents[VOCABULARY]),
                    )
                    self._spoken = None
                if LEXICON in contents:
                    self._spoken = Spoken.read(contents)
            except Exception as error:
                # What opening a part raises on bytes that it did not write is
                # not a closed list.
                raise IndexUnusableError(reason="damaged", state=kept.name) from error
            assert self._vocabulary is not None
            names = {one.name for one in about.segments}
            for one in [one for one in self._parts if one[0] not in names]:
                del self._parts[one]
            found = {one: self._parts[one] for one in needed}
            return Opened(kept, about, self._vocabulary, self._spoken, found)

    def _missing(
        self, kept: Kept, parts: Collection[Part], *, is_spoken: bool
    ) -> Collection[str]:
        about = About.of(kept)
        found = [
            file_of(one.name, part)
            for one in about.segments
            for part in parts
            if (one.name, part) not in self._parts
        ]
        seal = kept.files.get(VOCABULARY)
        is_new = (
            self._vocabulary is None
            or seal is None
            or (self._vocabulary.digest != seal.digest)
        )
        if is_new:
            found.append(VOCABULARY)
        if is_spoken and (is_new or self._spoken is None):
            found += [LEXICON, OFFERED]
        if any(one not in kept.files for one in found):
            raise IndexUnusableError(reason="damaged", state=kept.name)
        return found
