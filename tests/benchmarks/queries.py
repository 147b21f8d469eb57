"""Queries of every sort that people type, made by a seed from the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from directory.adapters.analysis import Word, sought
from directory.search.rules.documents import IndexDocument
from directory.search.rules.highlights import plain
from tests.benchmarks.contract import Prepared, Query
from tests.benchmarks.facts import Filter
from tests.benchmarks.hospitals import (
    COUNTED,
    DISTRICTS,
    PLACES,
    SEED,
    SORTS,
    Spoken,
)

Maker = Callable[["Drawn"], str]

EACH = 32
"""Queries of a kind."""

MOST_BEGINNINGS = 64
"""Words that a beginning may stand for; the search looks no further."""


class Drawn:
    """Draws words from documents.

    Args:
        documents: All of them.
        chance: Of a seed.
    """

    def __init__(self, documents: Sequence[Prepared], chance: Random) -> None:
        """Look at the words of a part of the documents."""
        self.documents = documents
        self.chance = chance
        self.words = {
            word for one in documents for _, cut in one.texts for word in cut.words
        }
        self.sounds = {
            sound for one in documents for _, cut in one.texts for sound in cut.sounds
        }

    def document(self) -> IndexDocument:
        return self.chance.choice(self.documents).document

    def english(self) -> list[str]:
        """Return the words of one sentence of some text, in lower case."""
        sentence = self.chance.choice(self.document().text["en"].split("\n"))
        return plain(sentence).rstrip(".").lower().split()

    def word(self) -> str:
        return self.chance.choice(self.english())

    def chinese(self) -> str:
        """Return two to four neighboring characters of some text."""
        text = self.chance.choice(self.document().text["zh"].rstrip("。").split("。\n"))
        length = self.chance.randint(2, 4)
        begin = self.chance.randrange(max(1, len(text) - length))
        return text[begin : begin + length]

    def spoken(self) -> Spoken:
        districts = self.chance.choice(tuple(DISTRICTS.values()))
        return self.chance.choice((*districts, *PLACES, *SORTS))

    def filters(self, most: int) -> tuple[Filter, ...]:
        """Return one to some filters that a document lets pass, by facet."""
        facts = self.chance.choice(self.documents).facts
        facets = self.chance.sample(COUNTED, self.chance.randint(1, most))
        found = []
        for facet in sorted(facets, key=COUNTED.index):
            of_facet = sorted(one for one in facts.counted if one[0] == facet)
            if of_facet:
                found.append(self.chance.choice(of_facet))
        return tuple(found) or (("city", "beijing"),)


def _term(drawn: Drawn) -> str:
    return drawn.word()


def _multi(drawn: Drawn) -> str:
    return " ".join(drawn.word() for _ in range(drawn.chance.randint(2, 4)))


def _phrase(drawn: Drawn) -> str:
    words = drawn.english()
    length = drawn.chance.randint(2, 3)
    begin = drawn.chance.randrange(len(words) - length + 1)
    return f'"{" ".join(words[begin : begin + length])}"'


def _prefix(drawn: Drawn) -> str:
    # As short as what is looked up for a beginning allows.
    word = drawn.word()
    for length in range(3, len(word)):
        letters = word[:length]
        if sum(known.startswith(letters) for known in drawn.words) <= MOST_BEGINNINGS:
            return f"{letters}*"
    return f"{word}*"


def _typo(drawn: Drawn) -> str:
    """Return a word of names or needs with a letter changed, lost or swapped."""
    while True:
        said = drawn.chance.choice(drawn.document().needs)
        words = [one for one in said.lower().split() if one.isalpha() and len(one) > 5]
        word = drawn.chance.choice(words or ["hematology"])
        at = drawn.chance.randrange(2, len(word) - 2)
        letter = drawn.chance.choice("aeiort")
        typed = drawn.chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
        cut = sought(typed)
        if (
            len(cut) == 1
            and isinstance(cut[0], Word)
            and cut[0].spelling
            and cut[0].word not in drawn.words
            and cut[0].sound not in drawn.sounds
        ):
            return typed


def _chinese(drawn: Drawn) -> str:
    if drawn.chance.random() < 0.5:
        return drawn.chinese()
    return drawn.spoken().zh


def _pinyin(drawn: Drawn) -> str:
    said = drawn.spoken().pinyin.replace("_", " ")
    return said.replace(" ", "") if drawn.chance.random() < 0.5 else said


MAKERS: Mapping[str, Maker] = {
    "term": _term,
    "multi": _multi,
    "phrase": _phrase,
    "prefix": _prefix,
    "typo": _typo,
    "chinese": _chinese,
    "pinyin": _pinyin,
}

KINDS = (*MAKERS, "filters", "browse", "sort")


def queries(
    documents: Sequence[Prepared], each: int = EACH, seed: int = SEED
) -> tuple[Query, ...]:
    """Return that many queries of each of :data:`KINDS`, mixed.

    Args:
        documents: From which their words are drawn, so that most find something.
        each: How many of a kind.
        seed: The same queries for the same seed and documents.
    """
    drawn = Drawn(documents, Random(seed))
    found = [one for kind in KINDS for one in _some(kind, each, drawn)]
    drawn.chance.shuffle(found)
    return tuple(found)


def _some(kind: str, each: int, drawn: Drawn) -> Iterator[Query]:
    for at in range(each):
        text = ""
        if kind in MAKERS:
            text = MAKERS[kind](drawn)
        elif kind == "filters" or (kind == "sort" and at % 2):
            text = drawn.chance.choice((_term, _multi, _chinese))(drawn)
        has_filters = kind in {"filters", "browse"} or (kind == "sort" and at % 4 < 2)
        yield Query(
            kind,
            text,
            sought(text),
            drawn.filters(3) if has_filters else (),
            drawn.chance.choice(("name", "verified"))
            if kind == "sort"
            else "relevance",
            kind == "typo",
        )
