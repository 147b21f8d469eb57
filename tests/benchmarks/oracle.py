"""What is right, by looking at every document for every query.

Slow on purpose, and written apart from the search: it knows the rules
(directory/docs/decisions/0042, 0044 and 0046) and none of the means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from directory.search.rules.highlights import BEGIN, END
from directory.search.rules.typos import allowed
from directory.search.rules.words import Field
from tests.benchmarks.contract import (
    SOUNDED,
    SPELLED,
    TOP,
    Page,
    Prepared,
    Query,
    needles,
)
from tests.benchmarks.facts import Filter, ranked
from tests.benchmarks.hospitals import COUNTED, labels_of

MOST_SPELLINGS = 64
SAME_BEGINNING = 2
INFLECTION = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What is right for one query.

    Args:
        members: Places of everything that answers.
        counts: By facet and key, only values that some result has.
        order: Of the first results, where the query says which it is.
        confirmed_first: The same where what has every filter confirmed comes
            before what has not, as on this search's own pages.
    """

    members: frozenset[int]
    counts: Mapping[str, Mapping[str, int]]
    order: tuple[int, ...] | None
    confirmed_first: tuple[int, ...] | None


class Oracle:
    """Knows every document word by word.

    Args:
        documents: All of them, by place.
    """

    def __init__(self, documents: Sequence[Prepared]) -> None:
        """Put the words of each field together."""
        self._documents = documents
        self._words: dict[str, set[int]] = {}
        self._sounds: dict[str, set[int]] = {}
        self._parts: dict[tuple[Field, str], set[int]] = {}
        self._spelled: dict[str, set[int]] = {}
        self._passing: dict[Filter, set[int]] = {}
        for one in documents:
            for chosen in one.facts.passing:
                self._passing.setdefault(chosen, set()).add(one.place)
            for field, cut in one.texts:
                for word in cut.words:
                    self._words.setdefault(word, set()).add(one.place)
                for part in cut.parts:
                    self._parts.setdefault((field, part), set()).add(one.place)
                for sound in cut.sounds if field in SOUNDED else ():
                    self._sounds.setdefault(sound, set()).add(one.place)
                for word in cut.words if field in SPELLED else ():
                    self._spelled.setdefault(word, set()).add(one.place)
        self._by_name = ranked([one.facts.name for one in documents])
        self._by_worth = ranked([one.facts.worth for one in documents])

    def expected(self, query: Query) -> Expected:
        """Return what is right."""
        worded = self._having_words(query)
        members = self._members(query, query.filters, worded)
        counts = dict(self._counts(members))
        for facet in query.widening:
            base = self._members(query, query.without(facet), worded)
            counts[facet] = self._counts(base)[facet]
        order = confirmed = None
        if query.sort == "name":
            order = confirmed = sorted(members, key=self._by_name.__getitem__)
        elif query.sort == "verified":
            order = confirmed = sorted(members, key=self._by_day)
        elif not query.sought:
            order = sorted(members, key=self._by_worth.__getitem__)
            confirmed = sorted(members, key=lambda one: self._by_filters(one, query))
        return Expected(frozenset(members), counts, _first(order), _first(confirmed))

    def _members(
        self, query: Query, filters: Sequence[Filter], worded: set[int]
    ) -> set[int]:
        """Return what has enough of the words, if any, and passes every filter."""
        found = worded if query.sought else {one.place for one in self._documents}
        passing = [self._passing.get(chosen, set()) for chosen in filters]
        return found.intersection(*passing)

    def _having_words(self, query: Query) -> set[int]:
        if not query.sought:
            return set()
        having = [self._having(one) for one in query.sought]
        guessed = False
        for at, one in enumerate(query.sought):
            if not having[at] and isinstance(one, Word) and one.spelling:
                if not guessed:
                    having[at] = self._having_similar(one.spelling)
                guessed = True
        places = set().union(*having)
        for at, one in enumerate(query.sought):
            if isinstance(one, Phrase):
                # What stands in quotes must be there.
                places &= having[at]
        return {
            place
            for place in places
            if sum(place in one for one in having) >= query.fewest
        }

    def _having(self, sought: Sought) -> set[int]:
        if isinstance(sought, Beginning):
            words = [
                word
                for word in self._words
                if word.startswith(sought.letters) or word == sought.stem
            ]
            return set().union(*(self._words[word] for word in words))
        if isinstance(sought, Phrase):
            return self._having_phrase(sought)
        found = self._words.get(sought.word, set()) | self._sounds.get(
            sought.sound, set()
        )
        for field in Field if sought.parts else ():
            found |= self._having_parts(field, sought.parts)
        return found

    def _having_parts(self, field: Field, parts: Sequence[str]) -> set[int]:
        return set.intersection(
            *(self._parts.get((field, part), set()) for part in parts)
        )

    def _having_phrase(self, phrase: Phrase) -> set[int]:
        parts = [one.term for one in phrase.pieces if one.is_part]
        words = [one.term for one in phrase.pieces if not one.is_part]
        some = [self._words.get(word, set()) for word in words]
        if parts:
            some.append(
                set().union(*(self._having_parts(field, parts) for field in Field))
            )
        return {
            place for place in set.intersection(*some) if self._stands(place, phrase)
        }

    def _stands(self, place: int, phrase: Phrase) -> bool:
        first = phrase.pieces[0]
        for _, cut in self._documents[place].texts:
            if first.term not in (cut.parts if first.is_part else cut.words):
                continue
            words = set(zip(cut.words, cut.words_at, strict=True))
            parts = set(zip(cut.parts, cut.parts_at, strict=True))
            for at in range(cut.length):
                if all(
                    (one.term, at + one.after) in (parts if one.is_part else words)
                    for one in phrase.pieces
                ):
                    return True
        return False

    def _having_similar(self, word: str) -> set[int]:
        near = [
            one
            for one in sorted(self._spelled)
            if one.isalpha()
            and one[:SAME_BEGINNING] == word[:SAME_BEGINNING]
            and abs(len(one) - len(word)) <= allowed(len(word))
            and mistakes(word, one) <= allowed(len(word))
        ][:MOST_SPELLINGS]
        return set().union(*(self._spelled[one] for one in near))

    def _counts(self, base: Iterable[int]) -> Mapping[str, Mapping[str, int]]:
        found = Counter(
            chain.from_iterable(self._documents[place].facts.counted for place in base)
        )
        counts: dict[str, dict[str, int]] = {facet: {} for facet in COUNTED}
        for (facet, key), count in found.items():
            counts[facet][key] = count
        return counts

    def _by_day(self, place: int) -> tuple[int, int]:
        return -self._documents[place].facts.day, self._by_worth[place]

    def _by_filters(self, place: int, query: Query) -> tuple[int, ...]:
        facts = self._documents[place].facts
        sure = sum(one in facts.confirmed for one in query.filters)
        said = sum(one in facts.counted for one in query.filters)
        # Where a place or a type is all that was chosen, CAR-T itself must be shown.
        is_shown = facts.worth[0] == 0 or any(
            facet not in {"city", "type"} for facet, _ in query.filters
        )
        if sure == len(query.filters) and is_shown:
            return 0, 0, 0, self._by_worth[place]
        return 1, -sure, -said, self._by_worth[place]


def _first(order: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if order is None else tuple(order[:TOP])


@lru_cache(maxsize=65536)
def mistakes(one: str, other: str) -> int:
    """Return how many letters were left out, put in, changed or swapped.

    By its definition, from the ends of both words.
    """
    if not one or not other:
        return len(one) + len(other)
    best = min(
        mistakes(one[1:], other) + 1,
        mistakes(one, other[1:]) + 1,
        mistakes(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if one[:2] == other[1::-1] and len(one) > 1 and len(other) > 1:
        best = min(best, mistakes(one[2:], other[2:]) + 1)
    return best


def wrong(
    query: Query,
    page: Page,
    right: Expected,
    documents: Sequence[Prepared],
    *,
    confirmed_first: bool = False,
) -> Iterator[str]:
    """Yield what is wrong with a page, in words.

    Args:
        query: The query.
        page: What an engine answered.
        right: What is right.
        documents: All of them, by place.
        confirmed_first: Whether the engine puts first what has every filter
            confirmed, rather than what is best borne out at all.
    """
    if page.total != len(right.members):
        yield f"total {page.total}, not {len(right.members)}"
    for facet in COUNTED:
        said = {key: n for key, n in page.counts.get(facet, {}).items() if n}
        if said != right.counts[facet]:
            yield f"counts of {facet}"
    wanted = min(TOP, len(right.members))
    if len(page.top) != wanted or len(set(page.top)) != wanted:
        yield f"{len(page.top)} results shown, not {wanted}"
    if not right.members.issuperset(page.top):
        yield "a result that does not answer"
    order = right.confirmed_first if confirmed_first else right.order
    if order is not None and page.top != order:
        yield "order"
    if len(page.highlights) != len(page.top):
        yield "pieces are missing"
    marked = needles(query)
    labels = {one.lower() for value in query.filters for one in labels_of(value)}
    for place, pieces in zip(page.top, page.highlights, strict=False):
        if problem := _wrong_pieces(documents[place], pieces, marked, labels):
            yield problem


def _wrong_pieces(
    document: Prepared,
    pieces: Sequence[str],
    words: Sequence[str],
    labels: Iterable[str],
) -> str:
    """Return what is wrong; what was chosen may be marked too, by its label."""
    said = " ".join(labels)
    for piece in pieces:
        marks = [one.split(END)[0].lower() for one in piece.split(BEGIN)[1:]]
        if not marks or not all(m in said or any(w in m for w in words) for m in marks):
            return "a piece without what was found"
    if not pieces and words and _stands_in(document, words):
        return "a text that has the words, and no piece of it"
    return ""


def _stands_in(document: Prepared, words: Sequence[str]) -> bool:
    """Tell whether one of the words is a word of a text, as it is written there."""
    for text in document.document.text.values():
        lower = text.lower()
        if any(word in lower for word in words if not word.isascii()):
            return True
        said = "".join(char if char.isalnum() else " " for char in lower).split()
        if any(word in said for word in words if word.isascii()):
            return True
    return False
