"""What a query asks for, taken apart into what documents can answer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from directory.search.rules.values import Asked, Concept, Kind, Reading, Understood

NAMED = {
    Concept.CENTER: Kind.CENTER,
    Concept.FACILITATOR: Kind.FACILITATOR,
    Concept.THERAPY: Kind.THERAPY,
    Concept.GUIDE: Kind.GUIDE,
}
"""Concepts that name one document."""

ALL_KINDS = frozenset(Kind)

NAMED_ORDER = (Kind.CENTER, Kind.THERAPY, Kind.FACILITATOR, Kind.GUIDE)
"""Which of several named documents comes first."""

OPEN = frozenset({Concept.CAPABILITY})
"""What never hides a center that has not said, also when it was chosen."""

EXCLUDED = frozenset({Concept.CITY, Concept.TYPE})
"""What leaves a center out where it is not wanted: each center has one city, and
says what kind of hospital it is. "Without a trial" leaves out nobody."""

CONCEPTS = frozenset(Concept)

KNOWN_OF = {
    Kind.CENTER: frozenset(Concept)
    - {Concept.CENTER, Concept.FACILITATOR, Concept.GUIDE},
    Kind.FACILITATOR: frozenset({Concept.CITY, Concept.LANGUAGE}),
    Kind.THERAPY: frozenset({Concept.THERAPY, Concept.INDICATION}),
    Kind.GUIDE: frozenset[Concept](),
}
"""What may be asked of each kind."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that was asked.

    Args:
        concept: Which facet.
        keys: Any of these will do.
        is_chosen: Whether a filter asks for it, and not only the words.
        texts: The reader's words for each key, as far as typed.
    """

    concept: Concept
    keys: tuple[str, ...]
    is_chosen: bool = False
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A query taken apart.

    Args:
        clauses: What is asked, in the order typed, then as chosen.
        named: Ids of the documents that the words name, best first.
        name_texts: The words that named each.
        kinds: Kinds wanted.
        words: What is looked for in the full text.
        is_covered: Whether the directory can answer.
        confirmed_only: Whether only confirmed results are wanted.
        is_empty: Whether nothing at all was typed.
        excluded: Cities and types of hospital that are not wanted.
    """

    clauses: tuple[Clause, ...]
    named: tuple[str, ...]
    name_texts: Mapping[str, str]
    kinds: frozenset[Kind]
    words: str
    is_covered: bool
    confirmed_only: bool
    is_empty: bool
    excluded: tuple[tuple[Concept, str], ...] = ()

    def asking(self, clauses: tuple[Clause, ...]) -> Question:
        """Return the same question with other things asked."""
        # Each page does so some times, and ``replace`` takes thrice as long.
        return Question(
            clauses,
            self.named,
            self.name_texts,
            self.kinds,
            self.words,
            self.is_covered,
            self.confirmed_only,
            self.is_empty,
            self.excluded,
        )

    def without(self, drop: Iterable[tuple[str, str]]) -> Question:
        """Return the question with some of what it asks taken out."""
        gone = set(drop)
        clauses = []
        for clause in self.clauses:
            left = tuple(
                k for k in clause.keys if (clause.concept.value, k) not in gone
            )
            if left:
                clauses.append(replace(clause, keys=left))
        return replace(
            self,
            clauses=tuple(clauses),
            named=tuple(
                one for one in self.named if tuple(one.split(":", 1)) not in gone
            ),
            confirmed_only=self.confirmed_only and ("status", "confirmed") not in gone,
        )


def question(asked: Asked, reading: Reading, known: Container[str]) -> Question:
    """Take a query apart into what each kind of document can answer.

    Args:
        asked: Filters, kinds and the like.
        reading: How its words were read.
        known: Ids of all documents. Names may be a moment older than these: what
            names none of them is looked for as words.
    """
    typed: dict[Concept, list[tuple[str, str]]] = {}
    order: list[Concept] = []
    named: list[tuple[int, str]] = []
    texts: dict[str, str] = {}
    in_words: list[str] = []
    for part in reading.understood:
        if part.kind in NAMED:
            ranked = [one for one in _named(part) if one[1] in known]
            named += ranked
            texts.update((one, part.text) for _, one in ranked if one not in texts)
            # What stands beside a name may tell that another one is meant.
            if part.kind is not Concept.THERAPY and (reading.rest or not ranked):
                in_words.append(part.text)
        if part.kind in KNOWN_OF[Kind.CENTER]:
            if part.kind not in order:
                order.append(part.kind)
            typed.setdefault(part.kind, []).append((part.key, part.text))
    for kind, key in reading.not_covered.near if reading.not_covered else ():
        if kind in NAMED:
            named.append((2 * len(NAMED_ORDER), f"{NAMED[kind].value}:{key}"))
    named.sort(key=lambda pair: pair[0])
    return Question(
        clauses=_clauses(asked, typed, order),
        named=tuple(dict.fromkeys(one for _, one in named)),
        name_texts=texts,
        kinds=asked.kinds or ALL_KINDS,
        words=" ".join((*in_words, reading.rest)).strip(),
        is_covered=reading.not_covered is None,
        confirmed_only=asked.confirmed_only,
        is_empty=not reading.text.strip(),
        excluded=tuple(
            (part.kind, part.key) for part in reading.negated if part.kind in EXCLUDED
        ),
    )


def _named(part: Understood) -> Iterator[tuple[int, str]]:
    """Yield the documents that a part of a query may name, each with its rank."""
    place = NAMED_ORDER.index(NAMED[part.kind])
    yield place, f"{NAMED[part.kind].value}:{part.key}"
    for kind, key in part.others:
        if kind in NAMED:
            yield place + len(NAMED_ORDER), f"{NAMED[kind].value}:{key}"


def _clauses(
    asked: Asked, typed: Mapping[Concept, list[tuple[str, str]]], order: list[Concept]
) -> tuple[Clause, ...]:
    chosen = {
        Concept(facet): tuple(dict.fromkeys(keys))
        for facet, keys in asked.filters.items()
        if keys and facet in CONCEPTS
    }
    found: list[Clause] = []
    for concept in dict.fromkeys((*order, *chosen)):
        words = dict(typed.get(concept, ()))
        keys = tuple(dict.fromkeys((*words, *chosen.get(concept, ()))))
        if concept in OPEN:
            found.extend(
                Clause(
                    concept,
                    (key,),
                    is_chosen=key in chosen.get(concept, ()),
                    texts=(words[key],) if key in words else (),
                )
                for key in keys
            )
        else:
            found.append(
                Clause(concept, keys, concept in chosen, tuple(words.values()))
            )
    return tuple(found)
