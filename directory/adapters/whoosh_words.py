"""Finding words by the engine's own searcher: plain, for whoever asks for it.

It answers as :class:`directory.adapters.columns.ColumnWords` does, a posting at a
time. Whoosh 2.7.4 is frozen, so its known faults are kept out here: it never
touches the disk, its query parser never sees what a visitor typed (each word is
looked up by itself), and each thread has a searcher of its own.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from directory.adapters import analysis
from directory.adapters.analysis import Beginning, Phrase, Piece, Sought, Word
from directory.adapters.whoosh_codec import Placed, Segment
from directory.adapters.whoosh_writing import pack_whoosh
from directory.search.rules.layers import Bits, Layer, places_in
from directory.search.rules.typos import allowed, distance
from directory.search.rules.words import (
    LIKE_A_SYNONYM,
    MOST_BEGINNINGS,
    MOST_SPELLINGS,
    REAL,
    SAME_BEGINNING,
    SOUNDED,
    SPELLED,
    Field,
    Found,
    Matches,
    Reason,
    Tier,
    worth,
)

with warnings.catch_warnings():
    # The package is frozen, writes "\w" in plain strings and compares with "is".
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from whoosh import fields
    from whoosh.reading import MultiReader
    from whoosh.scoring import BM25F, bm25
    from whoosh.searching import Searcher

__all__ = ["WhooshPart", "WhooshWords", "pack_whoosh"]

Scores = dict[int, float]
"""BM25F by place."""


def _schema() -> fields.Schema:
    kept: dict[str, fields.FieldType] = {"id": fields.ID(unique=True)}
    for field in Field:
        for kind in ("words", "parts"):
            kept[f"{field}_{kind}"] = fields.FieldType(Placed(), None, scorable=True)
    for field in SOUNDED:
        kept[f"{field}_sounds"] = fields.KEYWORD(scorable=True)
    return fields.Schema(**kept)


class WhooshPart:
    """One segment of the engine.

    Args:
        content: What :func:`pack_whoosh` returned, known to be whole, since
            opening it runs a pickle.
    """

    def __init__(self, content: bytes) -> None:
        """Find its files; nothing is read of its words yet."""
        self._segment = Segment(content, _schema())
        self.nbytes = len(content)

    def reader(self, gone: Bits) -> Any:
        """Return a reader for one thread that leaves out some documents."""
        return self._segment.reader(places_in(gone).tolist())


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a word is found in one field."""

    form: str
    field: Field
    tier: Tier
    scores: Scores


def _exactly(field: Field) -> Tier:
    return Tier.SYNONYM if field in LIKE_A_SYNONYM else Tier.EXACT


class WhooshWords:
    """Finds words in the documents of some segments; threads share it.

    Each thread has a searcher of its own.

    Args:
        layers: In the order of their places.
    """

    def __init__(self, layers: Sequence[Layer[WhooshPart]]) -> None:
        """Keep what all threads share: the words that may have been meant."""
        self._layers = tuple(one for one in layers if one.size)
        self._own = threading.local()
        self._weighting = BM25F()
        self.nbytes = sum(one.part.nbytes for one in self._layers)
        spellings = {
            word
            for field in (SPELLED if self._layers else ())
            for word in self._beginning_in(f"{field}_words", "")
            if word.isalpha()
        }
        self._spellings = sorted(spellings)

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""
        return self.having(analysis.sought(text))

    def having(self, sought: Sequence[Sought]) -> Matches:
        """Return the same for a text that was cut into words already.

        What stands in quotes must be there; of plain words any may.
        """
        total: dict[int, Found] = {}
        quoted: list[set[int]] = []
        for one, ways in self._each(sought if self._layers else ()):
            most = _most(ways)
            if isinstance(one, Phrase):
                quoted.append(set(most))
            for place, (tier, score) in most.items():
                real = tier in REAL
                before = total.get(place, Found(0, 0, 0.0, tier))
                total[place] = Found(
                    before.real + real,
                    before.words + 1,
                    before.score + score,
                    min(before.best, tier),
                )
        if quoted:
            everywhere = set.intersection(*quoted)
            total = {place: one for place, one in total.items() if place in everywhere}
        return Matches.of(total, len(sought))

    def explain(self, text: str, place: int) -> tuple[Reason, ...]:
        """Return every way in which one document has a word of the text."""
        reasons: list[Reason] = []
        for one, ways in self._each(analysis.sought(text)):
            most = _most(ways).get(place)
            for way in ways:
                if place in way.scores:
                    score = worth(way.tier, way.field, way.scores[place])
                    reasons.append(
                        Reason(
                            word=analysis.typed(one),
                            form=way.form,
                            field=way.field,
                            tier=way.tier,
                            within=score - worth(way.tier, way.field, 0.0),
                            counts=most is not None and most[1] == score,
                        )
                    )
        return tuple(reasons)

    def _each(self, sought: Sequence[Sought]) -> Iterator[tuple[Sought, list[_Way]]]:
        """Yield how each word is found, guessing at one that is nowhere."""
        may_guess = True
        for one in sought:
            ways = list(self._ways(one))
            is_nowhere = not any(way.scores for way in ways)
            if is_nowhere and may_guess and isinstance(one, Word) and one.spelling:
                # One word a query (source: threat model, T6).
                may_guess = False
                ways = list(self._guessed(one.spelling))
            yield one, ways

    def _ways(self, one: Sought) -> Iterator[_Way]:
        if isinstance(one, Word):
            for field in Field:
                yield self._way("words", one.word, field, _exactly(field))
            for field in Field if one.parts else ():
                yield self._together(one.parts, field)
            for field in SOUNDED if one.sound else ():
                yield self._way("sounds", one.sound, field, Tier.SOUND)
        elif isinstance(one, Phrase):
            for field in Field:
                yield self._phrase(one.pieces, field)
        else:
            exact = {one.letters, one.stem}
            for word in exact.union(self._beginning(one)):
                for field in Field:
                    tier = _exactly(field) if word in exact else Tier.PART
                    yield self._way("words", word, field, tier)

    def _guessed(self, word: str) -> Iterator[_Way]:
        most = allowed(len(word))
        similar = (
            other
            for other in self._spellings
            if most
            and other[:SAME_BEGINNING] == word[:SAME_BEGINNING]
            and distance(word, other, most) <= most
        )
        for other, _ in zip(similar, range(MOST_SPELLINGS), strict=False):
            for field in SPELLED:
                yield self._way("words", other, field, Tier.SPELLING)

    def _way(self, kind: str, term: str, field: Field, tier: Tier) -> _Way:
        scores = {
            base + matcher.id(): matcher.score()
            for base, matcher in self._matching(f"{field}_{kind}", term)
        }
        return _Way(term, field, tier, scores)

    def _together(self, parts: Sequence[str], field: Field) -> _Way:
        """Return what has all parts in a field, with the mean of their scores."""
        each = [self._way("parts", one, field, Tier.PART).scores for one in parts]
        scores = {
            place: sum(one[place] for one in each) / len(parts)
            for place in each[0]
            if all(place in one for one in each)
        }
        form = parts[0] + "".join(one[1:] for one in parts[1:])
        return _Way(form, field, Tier.PART, scores)

    def _phrase(self, pieces: Sequence[Piece], field: Field) -> _Way:
        """Return where words stand together in a field, scored as one word."""
        names = [f"{field}_{'parts' if one.is_part else 'words'}" for one in pieces]
        begins: dict[int, set[int]] = {}
        for at, (name, piece) in enumerate(zip(names, pieces, strict=True)):
            here = {
                base + matcher.id(): {
                    begin - piece.after for begin in matcher.value_as("positions")
                }
                for base, matcher in self._matching(name, piece.term)
            }
            begins = {
                place: (begins[place] if at else here[place]) & here[place]
                for place in (here.keys() & begins.keys() if at else here)
            }
        form = " ".join(one.term for one in pieces)
        if not any(begins.values()):
            return _Way(form, field, _exactly(field), {})
        searcher = self._searcher()
        mean = searcher.avg_field_length(names[0]) or 1
        idf = sum(
            searcher.idf(name, one.term)
            for name, one in zip(names, pieces, strict=True)
        )
        reader = searcher.reader()
        scores = {
            place: bm25(
                *(idf, len(found), self._length(reader, place, names[0]), mean),
                *(self._weighting.B, self._weighting.K1),
            )
            for place, found in begins.items()
            if found
        }
        return _Way(form, field, _exactly(field), scores)

    def _length(self, reader: Any, place: int, name: str) -> int:
        for layer, one in zip(self._layers, reader.readers, strict=True):
            if layer.base <= place < layer.base + layer.size:
                length: int = one.doc_field_length(place - layer.base, name, 1) or 0
                return length
        return 1

    def _beginning(self, one: Beginning) -> list[str]:
        """Return the words that begin with letters, most frequent first.

        How frequent a word is, is told by the field and segment in which it is
        most so.
        """
        most: dict[str, int] = {}
        for field in Field:
            for word, having in self._beginning_in(
                f"{field}_words", one.letters
            ).items():
                most[word] = max(having, most.get(word, 0))
        order = sorted(most, key=lambda word: (-most[word], word))
        return order[:MOST_BEGINNINGS]

    def _beginning_in(self, name: str, letters: str) -> dict[str, int]:
        """Return the words of a field that begin with letters, and how frequent.

        That is the documents that have it in the segment where most have it.
        """
        found: dict[str, int] = {}
        for reader in self._searcher().reader().readers:
            for term in reader.expand_prefix(name, letters):
                having = reader.doc_frequency(name, term)
                word = term.decode()
                found[word] = max(having, found.get(word, 0))
        return found

    def _matching(self, name: str, term: str) -> Iterator[tuple[int, Any]]:
        """Yield the engine's matcher at each document that has a term.

        With it comes the place of the first document of its segment.
        """
        for layer, (own, _) in zip(
            self._layers, self._searcher().subsearchers, strict=True
        ):
            reader = own.reader()
            if (name, term) not in reader:
                continue
            scorer = self._weighting.scorer(own, name, term)
            matcher = reader.postings(name, term, scorer=scorer)
            while matcher.is_active():
                yield layer.base, matcher
                matcher.next()

    def _searcher(self) -> Any:
        searcher = getattr(self._own, "searcher", None)
        if searcher is None:
            readers = [
                one.part.reader(((1 << one.size) - 1) & ~one.alive)
                for one in self._layers
            ]
            searcher = Searcher(MultiReader(readers), weighting=self._weighting)
            self._own.searcher = searcher
        return searcher


def _most(ways: Sequence[_Way]) -> dict[int, tuple[Tier, float]]:
    """Return the most that a word is worth at each place, and how it is found."""
    found: dict[int, tuple[Tier, float]] = {}
    for way in ways:
        for place, score in way.scores.items():
            value = worth(way.tier, way.field, score)
            if place not in found or value > found[place][1]:
                found[place] = (way.tier, value)
    return found
