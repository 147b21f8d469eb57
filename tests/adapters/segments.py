"""Segments of words for tests, and what they must answer, told the plain way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import log
from random import Random
from typing import TypeVar

from whoosh.util.numeric import byte_to_length, length_to_byte

from directory.adapters import analysis
from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from directory.adapters.columns import ColumnWords, WordPart, pack_words
from directory.adapters.whoosh_words import WhooshPart, WhooshWords, pack_whoosh
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.words import (
    Field,
    Found,
    Matches,
    Tier,
    worth,
)
from tests.search.catalogs import CHINESE, WORDS, invented

RUSSIAN = ("больница", "лимфома", "лечение", "клетки", "отделение")
ARABIC = ("مستشفى", "سرطان", "العلاج", "الخلايا")
STOPS = ("the", "of", "and", "的", "в", "من", "for")

P = TypeVar("P")


@dataclass
class Batch:
    """Documents that are written together, and which of them are gone."""

    documents: Sequence[IndexDocument]
    gone: frozenset[int] = frozenset()


def packed(batches: Iterable[Batch]) -> list[bytes]:
    return [pack_whoosh(one.documents) for one in batches]


def layers(batches: Sequence[Batch], parts: Sequence[P]) -> list[Layer[P]]:
    found = []
    base = 0
    for batch, part in zip(batches, parts, strict=True):
        size = len(batch.documents)
        alive = sum(1 << at for at in range(size) if at not in batch.gone)
        found.append(Layer(part, base, size, alive))
        base += size
    return found


def both(batches: Sequence[Batch]) -> tuple[ColumnWords, WhooshWords]:
    segments = packed(batches)
    columns = [WordPart(pack_words(one)) for one in segments]
    plain = [WhooshPart(one) for one in segments]
    return ColumnWords(layers(batches, columns)), WhooshWords(layers(batches, plain))


def columns_of(*documents: IndexDocument) -> ColumnWords:
    return both([Batch(documents)])[0]


def by_place(found: Matches) -> dict[int, Found]:
    places = found.places.tolist()
    return {place: one for place in places if (one := found.get(place))}


def many_scripts(number: int, chance: Random) -> IndexDocument:
    """Return an invented document that also speaks Russian and Arabic."""
    one = invented(number, chance)
    return replace(
        one,
        names={
            **one.names,
            "ru": " ".join(chance.sample(RUSSIAN, 2)),
            "ar": " ".join(chance.sample(ARABIC, 2)),
        },
        aliases=(*one.aliases, chance.choice(["CT103A", "graft versus host", "NK"])),
        text={
            **one.text,
            "ru": " ".join(chance.choices((*RUSSIAN, "и", "для"), k=9)),
            "zh": one.text["zh"] + "的" + "".join(chance.choices(CHINESE, k=30)),
        },
        questions=("can I fly home after the treatment",),
    )


def texts(document: IndexDocument) -> dict[Field, tuple[str, ...]]:
    return {
        Field.NAME: tuple(document.names.values()),
        Field.ALIAS: (*document.aliases, document.slug.replace("-", " ")),
        Field.NEED: (*document.needs, *document.questions),
        Field.TEXT: tuple(document.text.values()),
    }


@dataclass
class Said:
    """What one document says in one field."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    at: set[tuple[str, str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, found: Iterable[str], is_heard: bool) -> Said:
        said = cls({kind: Counter() for kind in ("words", "parts", "sounds")})
        base = 0
        for text in found:
            cut = analysis.analyze(text, with_sounds=is_heard)
            said.counts["words"].update(cut.words)
            said.counts["parts"].update(cut.parts)
            said.counts["sounds"].update(cut.sounds)
            for kind, terms, places in (
                ("words", cut.words, cut.words_at),
                ("parts", cut.parts, cut.parts_at),
            ):
                said.at |= {
                    (kind, term, base + place)
                    for term, place in zip(terms, places, strict=True)
                }
            base += cut.length + 1000
        return said


class Oracle:
    """Answers by going through every document, knowing nothing of any index."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.said = [
            {
                part: Said.of(found, part in (Field.NAME, Field.ALIAS))
                for part, found in texts(document).items()
            }
            for batch in batches
            for document in batch.documents
        ]
        self.stands = [
            at not in batch.gone
            for batch in batches
            for at in range(len(batch.documents))
        ]
        self.batches = [len(batch.documents) for batch in batches]
        self.means = {
            (kind, part): sum(said[part].counts[kind].total() for said in self.said)
            / max(len(self.said), 1)
            for kind in ("words", "parts", "sounds")
            for part in Field
        }
        self.having: dict[tuple[str, Field, str], list[int]] = {}

    def find(self, text: str) -> dict[int, Found]:
        total: dict[int, Found] = {}
        quoted = set(range(len(self.said)))
        may_guess = True
        for one in analysis.sought(text):
            found = self.one(one)
            if not found and isinstance(one, Word) and one.spelling and may_guess:
                may_guess = False
                found = self.guessed(one.spelling)
            if isinstance(one, Phrase):
                quoted &= set(found)
            for place, (tier, score) in found.items():
                before = total.get(place, Found(0, 0, 0.0, tier))
                total[place] = Found(
                    before.real + (tier <= Tier.PART),
                    before.words + 1,
                    before.score + score,
                    min(before.best, tier),
                )
        return {place: one for place, one in total.items() if place in quoted}

    def one(self, one: Sought) -> dict[int, tuple[Tier, float]]:
        ways: list[tuple[Tier, Field, dict[int, float]]] = []
        for part in Field:
            exact = Tier.SYNONYM if part is Field.NEED else Tier.EXACT
            if isinstance(one, Word):
                ways.append((exact, part, self.scores("words", one.word, part)))
                if one.parts:
                    ways.append((Tier.PART, part, self.all_of(one.parts, part)))
                if one.sound:
                    ways.append(
                        (Tier.SOUND, part, self.scores("sounds", one.sound, part))
                    )
            elif isinstance(one, Phrase):
                ways.append((exact, part, self.phrase(one, part)))
            else:
                for word in {one.letters, one.stem} | set(self.beginning(one)):
                    is_exact = word in (one.letters, one.stem)
                    tier = exact if is_exact else Tier.PART
                    ways.append((tier, part, self.scores("words", word, part)))
        return self.best(ways)

    def best(
        self, ways: Iterable[tuple[Tier, Field, dict[int, float]]]
    ) -> dict[int, tuple[Tier, float]]:
        found: dict[int, tuple[Tier, float]] = {}
        for tier, part, scores in ways:
            for place, bm25 in scores.items():
                value = worth(tier, part, bm25)
                if self.stands[place] and value > found.get(place, (tier, 0.0))[1]:
                    found[place] = (tier, value)
        return found

    def guessed(self, word: str) -> dict[int, tuple[Tier, float]]:
        parts = (Field.NAME, Field.ALIAS, Field.NEED)
        known = {
            other
            for said in self.said
            for part in parts
            for other in said[part].counts["words"]
            if other.isalpha() and other[:2] == word[:2]
        }
        most = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        near = sorted(one for one in known if most and apart(word, one) <= most)
        return self.best(
            (Tier.SPELLING, part, self.scores("words", other, part))
            for other in near[:64]
            for part in parts
        )

    def beginning(self, one: Beginning) -> list[str]:
        most: Counter[str] = Counter()
        base = 0
        for size in self.batches:
            for part in Field:
                having: Counter[str] = Counter()
                for said in self.said[base : base + size]:
                    having.update(set(said[part].counts["words"]))
                for word, many in having.items():
                    if word.startswith(one.letters):
                        most[word] = max(most[word], many)
            base += size
        return sorted(most, key=lambda word: (-most[word], word.encode()))[:64]

    def places(self, kind: str, part: Field, term: str) -> list[int]:
        key = (kind, part, term)
        if key not in self.having:
            self.having[key] = [
                place
                for place, said in enumerate(self.said)
                if term in said[part].counts[kind]
            ]
        return self.having[key]

    def scores(self, kind: str, term: str, part: Field) -> dict[int, float]:
        idf = self.idf(kind, part, term)
        return {
            place: self.weighed(
                kind, part, place, self.said[place][part].counts[kind][term], idf
            )
            for place in self.places(kind, part, term)
        }

    def all_of(self, parts: Sequence[str], part: Field) -> dict[int, float]:
        each = [self.scores("parts", one, part) for one in parts]
        return {
            place: sum(one[place] for one in each) / len(each)
            for place in each[0]
            if all(place in one for one in each)
        }

    def phrase(self, one: Phrase, part: Field) -> dict[int, float]:
        kinds = ["parts" if piece.is_part else "words" for piece in one.pieces]
        found = {}
        first = one.pieces[0]
        for place in self.places(kinds[0], part, first.term):
            said = self.said[place]
            begins = [
                at
                for kind, term, at in said[part].at
                if (kind, term) == (kinds[0], first.term)
            ]
            times = sum(
                all(
                    (kind, piece.term, begin + piece.after) in said[part].at
                    for kind, piece in zip(kinds, one.pieces, strict=True)
                )
                for begin in begins
            )
            if times:
                terms = [piece.term for piece in one.pieces]
                idf = sum(
                    self.idf(kind, part, term)
                    for kind, term in zip(kinds, terms, strict=True)
                )
                found[place] = self.weighed(kinds[0], part, place, times, idf)
        return found

    def idf(self, kind: str, part: Field, term: str) -> float:
        having = len(self.places(kind, part, term))
        return log(len(self.said) / (having + 1)) + 1

    def weighed(
        self, kind: str, part: Field, place: int, times: int, idf: float
    ) -> float:
        own = self.said[place][part].counts[kind].total()
        length: int = byte_to_length(length_to_byte(own))
        mean = self.means[kind, part]
        return idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / mean))


def apart(one: str, other: str) -> int:
    """Return in how many letters two words differ; a swap of neighbors is one."""
    far = {(i, -1): i + 1 for i in range(-1, len(one))}
    far |= {(-1, j): j + 1 for j in range(-1, len(other))}
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            far[i, j] = min(
                far[i - 1, j] + 1, far[i, j - 1] + 1, far[i - 1, j - 1] + (a != b)
            )
            if i and j and a == other[j - 1] and one[i - 1] == b:
                far[i, j] = min(far[i, j], far[i - 2, j - 2] + 1)
    return far[len(one) - 1, len(other) - 1]


def queries(
    chance: Random, documents: Sequence[IndexDocument], many: int
) -> Iterator[str]:
    """Yield queries of every kind."""
    for _ in range(many):
        yield " ".join(
            asked(chance, chance.choice(documents)) for _ in range(chance.randint(1, 4))
        )


def asked(chance: Random, document: IndexDocument) -> str:
    """Return one word, phrase or beginning that may stand in a document."""
    text = chance.choice([one for found in texts(document).values() for one in found])
    word = chance.choice(text.split() or ["x"])
    cut = chance.randint(0, max(len(text) - 2, 0))
    some = text[cut : cut + chance.randint(1, 14)]
    at = chance.randint(0, max(len(word) - 1, 0))
    return chance.choice(
        [
            word,
            word.upper(),
            chance.choice((*WORDS, *CHINESE, *RUSSIAN, *ARABIC)),
            chance.choice(STOPS),
            some,
            f'"{some}"',
            f"“{some}”",
            f'"{text}"',
            f"「{chance.choice(CHINESE)}{chance.choice(CHINESE)}」",
            f'"{chance.choice(WORDS)} {chance.choice(STOPS)} {chance.choice(WORDS)}"',
            f'"{chance.choice(WORDS)} {chance.choice(WORDS)}"',
            f"{word[: at + 1]}*",
            f"{chance.choice(WORDS)[: chance.randint(1, 5)]}*",
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice("aeiou血") + word[at:],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            chance.choice(["xueyebing", "yiyuan", "guoji", "zlgj", "linchuangshiyan"]),
            str(chance.randint(0, 60)),
        ]
    )
