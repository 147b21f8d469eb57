"""The search engine itself: its fields, writing them, and finding words in them.

Whoosh 2.7.4 is frozen, so its known faults are kept out here: it never touches
the disk (whole files go in and come out of memory), its query parser never sees
what a visitor typed (each word is looked up by itself), each thread has a
searcher of its own, and a writer that failed is thrown away.
"""

from __future__ import annotations

import json
import threading
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from directory.adapters import analysis
from directory.adapters.analysis import Word
from directory.search.rules import documents, normalize, published, sounds
from directory.search.rules.documents import IndexDocument, from_json, to_json
from directory.search.rules.layers import Layer
from directory.search.rules.packing import Packed, pack
from directory.search.rules.typos import allowed, distance
from directory.search.rules.words import (
    LIKE_A_SYNONYM,
    MOST_SPELLINGS,
    REAL,
    SAME_BEGINNING,
    SOUNDED,
    Field,
    Found,
    Matches,
    Tier,
    worth,
)

with warnings.catch_warnings():
    # The package is frozen, writes "\w" in plain strings and compares with "is".
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import whoosh.codec.whoosh3  # noqa: F401 (else imported while serving)
    from whoosh import fields
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import FileIndex
    from whoosh.reading import MultiReader, TermNotFound
    from whoosh.scoring import BM25F
    from whoosh.searching import Searcher

DECIDING = (analysis, documents, normalize, published, sounds)
"""Modules that decide, with this one, what is written of a page."""

ABOUT = "about:index"
TERMS = "about:terms"

MOST_REMEMBERED = 20_000
"""Words whose places are remembered for the life of a state."""


def _schema() -> fields.Schema:
    kept: dict[str, fields.FieldType] = {
        "id": fields.ID(unique=True, stored=True),
        "json": fields.STORED(),
    }
    for field in Field:
        kept[f"{field}_words"] = fields.KEYWORD(scorable=True)
        kept[f"{field}_parts"] = fields.KEYWORD(scorable=True)
    for field in SOUNDED:
        kept[f"{field}_sounds"] = fields.KEYWORD(scorable=True)
    return fields.Schema(**kept)


@cache
def format_digest() -> str:
    """Return what a state must have been written by to be read here.

    It changes with every line of the code that decides what is written, so that
    nobody can forget to say so.
    """
    said = sha256(repr(analysis.VERSIONS).encode())
    for module in (*(one.__file__ for one in DECIDING), __file__):
        said.update(Path(str(module)).read_bytes())
    return said.hexdigest()


class _Memory(RamStorage):  # type: ignore[misc]
    """Files in memory, also those that a writer makes on its way."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        super().__init__()
        self.files = dict(files or {})

    def temp_storage(self, _name: str | None = None) -> _Memory:
        return _Memory()


def written(
    before: Mapping[str, bytes] | None,
    gone: Iterable[str],
    documents: Iterable[IndexDocument],
    about: Mapping[str, str],
) -> dict[str, bytes]:
    """Return the files of an index with some documents removed, then some added.

    Args:
        before: Files of the index that is built upon; none for a new one.
        gone: Ids to remove: everything that changed.
        documents: What to add; each id once, and among ``gone`` if it was there.
        about: Texts kept beside the documents, by id; they replace older ones.
    """
    storage = _Memory(before)
    schema = _schema()
    index = (
        FileIndex.create(storage, schema)
        if before is None
        else FileIndex(storage, schema)
    )
    # On any error the writer is dropped with the memory that it wrote to.
    writer = index.writer()
    removed = {*gone, *about} if before is not None else set()
    for one in sorted(removed):
        writer.delete_by_term("id", one)
    for document in documents:
        writer.add_document(**_fields(document))
    for one, words in about.items():
        writer.add_document(id=one, json=words)
    writer.commit()
    return _files(storage)


def compacted(before: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of an index without what was removed from it.

    Until then the words of removed documents stand in the files, though nothing
    finds them.
    """
    storage = _Memory(before)
    FileIndex(storage, _schema()).writer().commit(optimize=True)
    return _files(storage)


def _files(storage: _Memory) -> dict[str, bytes]:
    return {
        name: bytes(content)
        for name, content in storage.files.items()
        if not name.endswith("_LOCK")
    }


def _fields(document: IndexDocument) -> dict[str, str]:
    said: dict[Field, Iterable[str]] = {
        Field.NAME: document.names.values(),
        Field.ALIAS: (*document.aliases, document.slug.replace("-", " ")),
        Field.NEED: (*document.needs, *document.questions),
        Field.TEXT: document.text.values(),
    }
    found = {"id": document.id, "json": to_json(document)}
    for field, texts in said.items():
        cut = [analysis.analyze(text, with_sounds=field in SOUNDED) for text in texts]
        found[f"{field}_words"] = " ".join(w for one in cut for w in one.words)
        found[f"{field}_parts"] = " ".join(w for one in cut for w in one.parts)
        if field in SOUNDED:
            found[f"{field}_sounds"] = " ".join(w for one in cut for w in one.sounds)
    return {name: words for name, words in found.items() if words}


@dataclass(frozen=True, slots=True)
class Opened:
    """What an index holds.

    Args:
        documents: In the order of their places.
        about: Texts kept beside them, by id.
        words: Finds words in the documents.
        removed: How many more documents still stand in the files.
    """

    documents: tuple[IndexDocument, ...]
    about: Mapping[str, str]
    words: StateWords
    removed: int


def opened(files: Mapping[str, bytes]) -> Opened:
    """Open an index from its files.

    Args:
        files: Already known to be whole, since opening them runs pickles.
    """
    index = FileIndex(_Memory(files), _schema())
    documents: list[IndexDocument] = []
    about: dict[str, str] = {}
    places: dict[int, int] = {}
    reader = index.reader()
    for number, stored in reader.iter_docs():
        if stored["id"] in {ABOUT, TERMS}:
            about[stored["id"]] = stored["json"]
        else:
            places[number] = len(documents)
            documents.append(from_json(stored["json"]))
    spellings = {
        word.decode()
        for field in (Field.NAME, Field.ALIAS, Field.NEED)
        for word in reader.lexicon(f"{field}_words")
    }
    removed = reader.doc_count_all() - reader.doc_count()
    reader.close()
    return Opened(
        tuple(documents),
        about,
        StateWords(index, places, tuple(sorted(filter(str.isalpha, spellings)))),
        removed,
    )


class StateWords:
    """Finds words in the documents of one state.

    Threads share the state but no searcher: each has its own, and all of them
    read from memory.

    Args:
        index: In memory.
        places: Place among the documents by the engine's number.
        spellings: Words of names and needs, sorted, that may have been meant.
    """

    def __init__(
        self, index: Any, places: Mapping[int, int], spellings: tuple[str, ...]
    ) -> None:
        """Keep what all threads share."""
        self._index = index
        self._places = places
        self._spellings = spellings
        self._own = threading.local()
        self._remembered: dict[tuple[str, str], Mapping[int, float]] = {}

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""
        total: dict[int, Found] = {}
        may_guess = True
        sought = [one for one in analysis.sought(text) if isinstance(one, Word)]
        for one in sought:
            found = self._one(one)
            if not found and one.spelling and may_guess:
                # One word a query (source: threat model, T6).
                may_guess = False
                found = self._similar(one.spelling)
            for place, (tier, score) in found.items():
                real = tier in REAL
                before = total.get(place)
                total[place] = (
                    Found(
                        before.real + real,
                        before.words + 1,
                        before.score + score,
                        min(before.best, tier),
                    )
                    if before
                    else Found(int(real), 1, score, tier)
                )
        return Matches.of(total, len(sought))

    def _one(self, one: Word) -> dict[int, tuple[Tier, float]]:
        """Return where one word is found, each place by the surest way."""
        found: dict[int, tuple[Tier, float]] = {}
        for field in Field:
            tier = Tier.SYNONYM if field in LIKE_A_SYNONYM else Tier.EXACT
            _keep(found, tier, field, self._postings(f"{field}_words", one.word))
        for field in Field if one.parts else ():
            _keep(found, Tier.PART, field, self._together(f"{field}_parts", one.parts))
        for field in SOUNDED:
            if one.sound:
                sounds = self._postings(f"{field}_sounds", one.sound)
                _keep(found, Tier.SOUND, field, sounds)
        return found

    def _together(self, field: str, parts: tuple[str, ...]) -> Mapping[int, float]:
        """Return what has all parts in one field, with the mean of their worth."""
        all_of_them = [self._postings(field, part) for part in parts]
        fewest = min(all_of_them, key=len)
        return {
            place: sum(one[place] for one in all_of_them) / len(parts)
            for place in fewest
            if all(place in one for one in all_of_them)
        }

    def _similar(self, word: str) -> dict[int, tuple[Tier, float]]:
        found: dict[int, tuple[Tier, float]] = {}
        for other in self._similar_words(word):
            for field in (Field.NAME, Field.ALIAS, Field.NEED):
                _keep(
                    found,
                    Tier.SPELLING,
                    field,
                    self._postings(f"{field}_words", other),
                )
        return found

    def _similar_words(self, word: str) -> Iterator[str]:
        most = allowed(len(word))
        if not most:
            return
        begin = bisect_left(self._spellings, word[:SAME_BEGINNING])
        given = 0
        for other in self._spellings[begin:]:
            if not other.startswith(word[:SAME_BEGINNING]) or given == MOST_SPELLINGS:
                return
            if distance(word, other, most) <= most:
                given += 1
                yield other

    def _postings(self, field: str, word: str) -> Mapping[int, float]:
        """Return the places that have a word in a field, with its BM25F there."""
        key = (field, word)
        known = self._remembered.get(key)
        if known is not None:
            return known
        found: dict[int, float] = {}
        try:
            matcher = self._searcher().postings(field, word)
        except TermNotFound:
            return found
        while matcher.is_active():
            place = self._places.get(matcher.id())
            if place is not None:
                found[place] = matcher.score()
            matcher.next()
        if len(self._remembered) < MOST_REMEMBERED:
            self._remembered[key] = found
        return found

    def _searcher(self) -> Any:
        searcher = getattr(self._own, "searcher", None)
        if searcher is None:
            searcher = self._own.searcher = self._index.searcher(weighting=BM25F())
        return searcher


def _keep(
    found: dict[int, tuple[Tier, float]],
    tier: Tier,
    field: Field,
    postings: Mapping[int, float],
) -> None:
    for place, bm25 in postings.items():
        score = worth(tier, field, bm25)
        if place not in found or score > found[place][1]:
            found[place] = (tier, score)


def about_text(values: Mapping[str, Any]) -> str:
    """Return values as a text to be kept beside the documents."""
    return json.dumps(values, ensure_ascii=True, sort_keys=True)


def pack_whoosh(documents: Iterable[IndexDocument]) -> bytes:
    """Return one segment of the engine with some documents, as one file."""
    return pack(written(None, (), documents, {}))


class WhooshPart:
    """One segment of the engine.

    Args:
        content: What :func:`pack_whoosh` returned, known to be whole, since
            opening it runs pickles.
    """

    def __init__(self, content: bytes) -> None:
        """Open it; nothing is read of its words yet."""
        packed = Packed(content)
        self._files = {name: packed.bytes(name) for name in packed.names()}

    def reader(self, gone: Iterable[int]) -> Any:
        """Return a reader for one thread that leaves out some documents."""
        memory = _Memory(self._files)
        segments = FileIndex(memory, _schema())._segments()  # noqa: SLF001
        for segment in segments:
            for number in gone:
                segment.delete_document(number)
        return FileIndex._reader(memory, _schema(), segments, 0)  # noqa: SLF001


class WhooshWords(StateWords):
    """Finds words in the documents of some segments, by the engine itself.

    Args:
        layers: In the order of their places.
    """

    def __init__(self, layers: Sequence[Layer[WhooshPart]]) -> None:
        """Keep what all threads share."""
        self._layers = tuple(layers)
        self._all = {
            base + number: base + number
            for _, base, size, alive in layers
            for number in range(size)
            if alive >> number & 1
        }
        super().__init__(None, self._all, ())
        spellings = {
            word.decode()
            for field in (Field.NAME, Field.ALIAS, Field.NEED)
            for word in self._searcher().reader().lexicon(f"{field}_words")
        }
        self._spellings = tuple(sorted(filter(str.isalpha, spellings)))

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""
        # The engine knows no fields where there is no segment.
        return super().find(text) if self._layers else Matches.none()

    def _searcher(self) -> Any:
        searcher = getattr(self._own, "searcher", None)
        if searcher is None:
            readers = [
                part.reader(n for n in range(size) if not alive >> n & 1)
                for part, _, size, alive in self._layers
            ]
            searcher = self._own.searcher = Searcher(
                MultiReader(readers), weighting=BM25F()
            )
        return searcher
