"""Which documents answer a question, and how much of it each is known to have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from directory.search.rules.catalog import UNKNOWN, Catalog, Known
from directory.search.rules.layers import Bits, bits_of_ascending, places_of
from directory.search.rules.questions import ALL_KINDS, KNOWN_OF, OPEN, Clause, Question
from directory.search.rules.values import Concept, Kind, Match
from directory.search.rules.words import Matches

IDENTITY = frozenset({Concept.CITY, Concept.TYPE})
"""What a center is, rather than what it says: always known, so it may hide."""

OPEN_IN_WORDS = OPEN | {Concept.LANGUAGE, Concept.AUDIENCE}
"""The same where it was understood from words."""

SHOWN_ANYWAY = frozenset({Kind.THERAPY, Kind.GUIDE})
"""Kinds that may still be named where the directory does not cover a query."""

ILLNESS_GUIDE = "guide:therapies"
"""Offered to who types an illness and nothing else: which product is for what."""

FEW_IN_PLACE = {Concept.INDICATION: 2}
"""Where no more of a city's centers than this state what was typed, the others
of that city follow in the second group: they have not said, which is not no.
What is not named here has them follow where none states it."""

NOTHING_KNOWN = ((), UNKNOWN)

FEWEST_WORDS = 0.5
"""Part of the words that a document must have when nothing was understood."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What answers a question.

    Args:
        hits: Everything that does.
        confirmed: What is known to have everything asked for.
        partly: Where something is unverified or not stated.
        text: Where only the words are found.
        named: Places of what was named, best first.
    """

    hits: Bits
    confirmed: Bits
    partly: Bits
    text: Bits
    named: tuple[int, ...]

    def match(self, place: int) -> Match:
        """Return how much of what was asked a result is known to have."""
        if self.confirmed >> place & 1:
            return Match.CONFIRMED
        return Match.PARTLY if self.partly >> place & 1 else Match.TEXT


class Sought:
    """What has words of a question's rest; the sets are made when asked for.

    Args:
        found: As the full text has it.
    """

    def __init__(self, found: Matches) -> None:
        self.found = found
        self._any: Bits | None = None
        self._having: dict[int, Bits] = {}

    @property
    def any(self) -> Bits:
        """Return what has any of the words."""
        if self._any is None:
            self._any = bits_of_ascending(self.found.places)
        return self._any

    def having(self, part: float) -> Bits:
        """Return what has so much of the words, from 0 to 1, and one at least."""
        fewest = max(1, ceil(self.found.asked * part))
        if fewest == 1:
            return self.any
        bits = self._having.get(fewest)
        if bits is None:
            bits = self._having[fewest] = bits_of_ascending(self.found.having(fewest))
        return bits


def value(catalog: Catalog, clause: Clause) -> Known:
    """Return what is known of any of the values that a clause asks for."""
    if len(clause.keys) == 1:
        return catalog.of_value(clause.concept, clause.keys[0])
    keys, anything = catalog.anything.get(clause.concept, NOTHING_KNOWN)
    if clause.keys is keys:
        return anything
    return Known.of_any([catalog.of_value(clause.concept, key) for key in clause.keys])


def select(catalog: Catalog, asked: Question, sought: Sought) -> Selected:
    """Return what answers a question.

    Args:
        catalog: The documents.
        asked: The question.
        sought: What has words of the question's rest.
    """
    named: tuple[int, ...] = ()
    if asked.named:
        named = _named(catalog, asked)
    if not asked.is_covered:
        shown = tuple(place for place in named if catalog.kind(place) in SHOWN_ANYWAY)
        return _selected(asked, 0, _set(shown), 0, shown)
    named_kinds = {catalog.kind(place) for place in named} if named else ()
    confirmed = partly = text = 0
    for kind in asked.kinds:
        yes, some, said = _of_kind(
            catalog, asked, kind, sought, is_named=kind in named_kinds
        )
        confirmed, partly, text = confirmed | yes, partly | some, text | said
    if asks_illness_only(asked):
        guide = catalog.documents.place(ILLNESS_GUIDE)
        if guide is not None:
            text |= 1 << guide
    for concept, key in asked.excluded:
        unwanted = catalog.of_value(concept, key).affirmed
        confirmed, partly, text = (
            confirmed & ~unwanted,
            partly & ~unwanted,
            text & ~unwanted,
        )
    if named:
        yes, some = _judge_named(catalog, asked, _set(named) & ~text)
        confirmed, partly = confirmed | yes, partly | some
    return _selected(asked, confirmed, partly, text, named)


def _named(catalog: Catalog, asked: Question) -> tuple[int, ...]:
    """Return the places of what a question names, best first."""
    return tuple(
        place
        for one in asked.named
        if (place := catalog.documents.place(one)) is not None
        and catalog.kind(place) in asked.kinds
    )


def _selected(
    asked: Question, yes: Bits, some: Bits, text: Bits, named: Sequence[int]
) -> Selected:
    some &= ~yes
    text &= ~yes & ~some
    if asked.confirmed_only:
        some = text = 0
    hits = yes | some | text
    if named:
        named = [place for place in named if hits >> place & 1]
    return Selected(hits, yes, some, text, tuple(named))


def asks_illness_only(asked: Question) -> bool:
    """Tell whether nothing but an illness was typed, for all kinds of results."""
    return (
        bool(asked.clauses)
        and not asked.named
        and asked.kinds == ALL_KINDS
        and all(one.concept is Concept.INDICATION for one in asked.clauses)
    )


def _of_kind(
    catalog: Catalog,
    asked: Question,
    kind: Kind,
    sought: Sought,
    *,
    is_named: bool,
) -> tuple[Bits, Bits, Bits]:
    """Return the confirmed, partly and textual results of one kind."""
    everything = catalog.kinds[kind]
    alone = asked.kinds == {kind}
    clauses = [clause for clause in asked.clauses if clause.concept in KNOWN_OF[kind]]
    is_askable = len(clauses) == len(asked.clauses)
    if is_named:
        # Who names one hospital means that one, not its neighbors; another is
        # worth a look only if it has every word.
        text = sought.having(1.0)
        return 0, 0, text & _base(catalog, clauses, everything)
    if asked.clauses:
        if not clauses or not (is_askable or alone):
            # Of another kind only what has all the words is worth a look.
            if is_askable or not asked.words or _is_placed(asked):
                return 0, 0, 0
            return 0, 0, sought.having(1.0) & _base(catalog, clauses, everything)
        base = _base(catalog, clauses, everything)
        if _is_words_only(asked) and sought.found.asked:
            # Filters narrow what the words find; they do not stand for them.
            base &= sought.having(FEWEST_WORDS)
        yes = base & _confirmed(catalog, kind, clauses, everything)
        return yes, base & ~yes, 0
    if asked.named:
        return 0, 0, 0
    if asked.words and sought.found.asked:
        return 0, 0, sought.having(FEWEST_WORDS) & everything
    if asked.words or (not asked.is_empty and not alone and kind is not Kind.CENTER):
        return 0, 0, 0
    yes = everything & _confirmed(catalog, kind, clauses, everything)
    return yes, everything & ~yes, 0


def _is_words_only(asked: Question) -> bool:
    """Tell whether of what was typed nothing was understood."""
    return bool(asked.words) and not any(clause.texts for clause in asked.clauses)


def _is_placed(asked: Question) -> bool:
    return any(clause.concept is Concept.CITY for clause in asked.clauses)


def _set(places: Iterable[int]) -> Bits:
    bits = 0
    for place in places:
        bits |= 1 << place
    return bits


def _base(catalog: Catalog, clauses: Sequence[Clause], everything: Bits) -> Bits:
    """Return what the clauses do not hide."""
    hard = there = everything
    others: list[tuple[Clause, Known]] = []
    is_placed = False
    for clause in clauses:
        known = value(catalog, clause)
        if clause.concept in IDENTITY:
            hard &= known.affirmed
            if len(clause.texts) == len(clause.keys):
                # Typed: filters hide, and give the numbers that they promise.
                is_placed |= clause.concept is Concept.CITY
                there &= known.affirmed
        else:
            others.append((clause, known))
    base = hard
    for clause, known in others:
        is_open = clause.concept in (OPEN if clause.is_chosen else OPEN_IN_WORDS)
        stated = known.affirmed | known.near
        if not is_open and is_placed and not clause.is_chosen:
            few = FEW_IN_PLACE.get(clause.concept, 0)
            is_open = (stated & there).bit_count() <= few
        if is_open:
            # One that says no is no answer; one that has not said may be.
            base &= ~(known.denied & ~stated)
        else:
            base &= stated
    return base


def is_of_identity(clauses: Iterable[Clause]) -> bool:
    """Tell whether no more is asked than what a center is."""
    return all(clause.concept in IDENTITY for clause in clauses)


def _confirmed(
    catalog: Catalog, kind: Kind, clauses: Sequence[Clause], everything: Bits
) -> Bits:
    """Return what states everything asked for, with a source and in time.

    Where no more is asked than where a center is, the question is whether it
    gives CAR-T at all.
    """
    yes = everything
    for clause in clauses:
        yes &= value(catalog, clause).confirmed
    if kind is Kind.CENTER and is_of_identity(clauses):
        yes &= catalog.evidenced
    return yes


def _judge_named(catalog: Catalog, asked: Question, named: Bits) -> tuple[Bits, Bits]:
    """Return which named documents have all that is asked, and which not.

    What was named is shown even where it says no to something, unless a chosen
    filter hides it: the reader asked about this one.
    """
    yes = some = 0
    for place in places_of(named):
        kind = catalog.kind(place)
        bit = 1 << place
        own = [
            clause
            for clause in asked.clauses
            if clause.concept in KNOWN_OF[kind]
            and not (clause.concept is Concept.THERAPY and kind is Kind.THERAPY)
        ]
        chosen = [clause for clause in own if clause.is_chosen]
        if chosen and not _base(catalog, chosen, bit):
            continue
        if _confirmed(catalog, kind, own, bit):
            yes |= bit
        else:
            some |= bit
    return yes, some
