"""Which documents answer a query, how well, why, and in which order.

The order is: what was named; then confirmed, partly, text; then how much of
what was asked is known; then the words; then how well CAR-T itself is borne
out, the day of the last check, and the name. Nothing that could be paid for,
and no popularity, is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from directory.core.text import Language
from directory.search.rules.catalog import Bits, Catalog, places_of
from directory.search.rules.documents import (
    BEST_FIRST,
    ROUTE_OF,
    IndexDocument,
    Standing,
)
from directory.search.rules.normalize import key_of
from directory.search.rules.values import (
    Asked,
    Concept,
    Kind,
    Match,
    Reading,
    Sort,
    Why,
)
from directory.search.rules.words import Found

NAMED = {
    Concept.CENTER: Kind.CENTER,
    Concept.FACILITATOR: Kind.FACILITATOR,
    Concept.THERAPY: Kind.THERAPY,
    Concept.GUIDE: Kind.GUIDE,
}
"""Concepts that name one document."""

NAMED_ORDER = (Kind.CENTER, Kind.THERAPY, Kind.FACILITATOR, Kind.GUIDE)
"""Which of several named documents comes first."""

IDENTITY = frozenset({Concept.CITY, Concept.TYPE})
"""What a center is, rather than what it says: always known, so it may hide."""

OPEN = frozenset({Concept.CAPABILITY})
"""What never hides a center that has not said, also when it was chosen."""

OPEN_IN_WORDS = OPEN | {Concept.LANGUAGE, Concept.AUDIENCE}
"""The same where it was understood from words."""

KNOWN_OF = {
    Kind.CENTER: frozenset(Concept)
    - {Concept.CENTER, Concept.FACILITATOR, Concept.GUIDE},
    Kind.FACILITATOR: frozenset({Concept.CITY, Concept.LANGUAGE}),
    Kind.THERAPY: frozenset({Concept.THERAPY, Concept.INDICATION}),
    Kind.GUIDE: frozenset[Concept](),
}
"""What may be asked of each kind."""

SHOWN_ANYWAY = frozenset({Kind.THERAPY, Kind.GUIDE})
"""Kinds that may still be named where the directory does not cover a query."""

ILLNESS_GUIDE = "guide:therapies"
"""Offered to who types an illness and nothing else: which product is for what."""

FEW_IN_PLACE = {Concept.INDICATION: 2}
"""Where no more of a city's centers than this state what was typed, the others
of that city follow in the second group: they have not said, which is not no.
What is not named here has them follow where none states it."""

FEWEST_WORDS = 0.5
"""Part of the words that a document must have when nothing was understood."""


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
    """

    clauses: tuple[Clause, ...]
    named: tuple[str, ...]
    name_texts: Mapping[str, str]
    kinds: frozenset[Kind]
    words: str
    is_covered: bool
    confirmed_only: bool
    is_empty: bool

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


def question(asked: Asked, reading: Reading) -> Question:
    """Take a query apart into what each kind of document can answer."""
    typed: dict[Concept, list[tuple[str, str]]] = {}
    order: list[Concept] = []
    named: list[tuple[int, str]] = []
    texts: dict[str, str] = {}
    for part in reading.understood:
        if part.kind in NAMED:
            place = NAMED_ORDER.index(NAMED[part.kind])
            for kind, key in ((part.kind, part.key), *part.others):
                if kind in NAMED:
                    rank = place if key == part.key else place + len(NAMED_ORDER)
                    named.append((rank, f"{NAMED[kind].value}:{key}"))
                    texts.setdefault(named[-1][1], part.text)
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
        kinds=asked.kinds or frozenset(Kind),
        words=reading.rest,
        is_covered=reading.not_covered is None,
        confirmed_only=asked.confirmed_only,
        is_empty=not reading.text.strip(),
    )


def _clauses(
    asked: Asked, typed: Mapping[Concept, list[tuple[str, str]]], order: list[Concept]
) -> tuple[Clause, ...]:
    chosen = {
        Concept(facet): tuple(dict.fromkeys(keys))
        for facet, keys in asked.filters.items()
        if keys and facet in set(Concept)
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


def select(
    catalog: Catalog, asked: Question, found: Mapping[int, Found], words: int
) -> Selected:
    """Return what answers a question.

    Args:
        catalog: The documents.
        asked: The question.
        found: What has words of the question's rest, by place.
        words: How many words were looked for.
    """
    named = tuple(
        place
        for one in asked.named
        if (place := catalog.places.get(one)) is not None
        and catalog.documents[place].kind in asked.kinds
    )
    if not asked.is_covered:
        shown = tuple(
            place for place in named if catalog.documents[place].kind in SHOWN_ANYWAY
        )
        return _selected(asked, 0, _set(shown), 0, shown)
    named_kinds = {catalog.documents[place].kind for place in named}
    confirmed = partly = text = 0
    for kind in Kind:
        if kind not in asked.kinds:
            continue
        yes, some, said = _of_kind(
            catalog, asked, kind, found, words, is_named=kind in named_kinds
        )
        confirmed, partly, text = confirmed | yes, partly | some, text | said
    if asked.kinds == frozenset(Kind) and _is_illness_only(asked):
        guide = catalog.places.get(ILLNESS_GUIDE)
        if guide is not None:
            text |= 1 << guide
    of_names = _set(named)
    yes, some = _judge_named(catalog, asked, of_names & ~text)
    return _selected(asked, confirmed | yes, partly | some, text, named)


def _selected(
    asked: Question, yes: Bits, some: Bits, text: Bits, named: Sequence[int]
) -> Selected:
    some &= ~yes
    text &= ~yes & ~some
    if asked.confirmed_only:
        some = text = 0
    hits = yes | some | text
    return Selected(
        hits, yes, some, text, tuple(place for place in named if hits >> place & 1)
    )


def _is_illness_only(asked: Question) -> bool:
    concepts = {clause.concept for clause in asked.clauses}
    return concepts == {Concept.INDICATION} and not asked.named


def _of_kind(
    catalog: Catalog,
    asked: Question,
    kind: Kind,
    found: Mapping[int, Found],
    words: int,
    *,
    is_named: bool,
) -> tuple[Bits, Bits, Bits]:
    """Return the confirmed, partly and textual results of one kind."""
    everything = catalog.kinds[kind]
    alone = asked.kinds == {kind}
    clauses = [clause for clause in asked.clauses if clause.concept in KNOWN_OF[kind]]
    is_askable = len(clauses) == len(asked.clauses)
    if is_named:
        # Who names one hospital means that one, not its neighbors.
        return 0, 0, 0
    if asked.clauses:
        if not clauses or not (is_askable or alone):
            # Of another kind only what has all the words is worth a look.
            if is_askable or not asked.words or _is_placed(asked):
                return 0, 0, 0
            return 0, 0, _with_words(found, words, 1.0) & everything
        base = _base(catalog, clauses, everything)
        yes = base & _confirmed(catalog, kind, clauses, everything)
        return yes, base & ~yes, 0
    if asked.named:
        return 0, 0, 0
    if asked.words and words:
        return 0, 0, _with_words(found, words, FEWEST_WORDS) & everything
    if asked.words or (not asked.is_empty and not alone and kind is not Kind.CENTER):
        return 0, 0, 0
    yes = everything & _confirmed(catalog, kind, clauses, everything)
    return yes, everything & ~yes, 0


def _is_placed(asked: Question) -> bool:
    return any(clause.concept is Concept.CITY for clause in asked.clauses)


def _with_words(found: Mapping[int, Found], words: int, part: float) -> Bits:
    fewest = max(1, -(-words * part // 1))
    return _set(place for place, one in found.items() if one.words >= fewest)


def _set(places: Iterable[int]) -> Bits:
    bits = 0
    for place in places:
        bits |= 1 << place
    return bits


def _base(catalog: Catalog, clauses: Sequence[Clause], everything: Bits) -> Bits:
    """Return what the clauses do not hide."""
    hard = everything
    for clause in clauses:
        if clause.concept in IDENTITY:
            hard &= _affirmed(catalog, clause)
    base = hard
    is_placed = any(clause.concept is Concept.CITY for clause in clauses)
    for clause in clauses:
        if clause.concept in IDENTITY:
            continue
        is_open = clause.concept in (OPEN if clause.is_chosen else OPEN_IN_WORDS)
        stated = _affirmed(catalog, clause) | _unspecific(catalog, clause)
        few = (stated & hard).bit_count() <= FEW_IN_PLACE.get(clause.concept, 0)
        if is_open or (is_placed and few and not clause.is_chosen):
            # One that says no is no answer; one that has not said may be.
            base &= ~(_denied(catalog, clause) & ~stated)
        else:
            base &= stated
    return base


def _affirmed(catalog: Catalog, clause: Clause) -> Bits:
    bits = 0
    for key in clause.keys:
        bits |= catalog.affirmed(clause.concept.value, key)
    return bits


def _unspecific(catalog: Catalog, clause: Clause) -> Bits:
    bits = 0
    for key in clause.keys:
        bits |= catalog.unspecific.get((clause.concept.value, key), 0)
    return bits


def _denied(catalog: Catalog, clause: Clause) -> Bits:
    bits = -1
    for key in clause.keys:
        bits &= catalog.denied(clause.concept.value, key)
    return bits


def _confirmed(
    catalog: Catalog, kind: Kind, clauses: Sequence[Clause], everything: Bits
) -> Bits:
    """Return what states everything asked for, with a source and in time.

    Where no more is asked than where a center is, the question is whether it
    gives CAR-T at all.
    """
    yes = everything
    for clause in clauses:
        stated = 0
        for key in clause.keys:
            stated |= catalog.confirmed(clause.concept.value, key)
        yes &= stated
    if kind is Kind.CENTER and all(one.concept in IDENTITY for one in clauses):
        yes &= _set(
            place
            for place in places_of(yes)
            if catalog.documents[place].evidence is Standing.YES
        )
    return yes


def _judge_named(catalog: Catalog, asked: Question, named: Bits) -> tuple[Bits, Bits]:
    """Return which named documents have all that is asked, and which not.

    What was named is shown even where it says no to something, unless a chosen
    filter hides it: the reader asked about this one.
    """
    yes = some = 0
    for place in places_of(named):
        document = catalog.documents[place]
        bit = 1 << place
        own = [
            clause
            for clause in asked.clauses
            if clause.concept in KNOWN_OF[document.kind]
            and not (
                clause.concept is Concept.THERAPY and document.kind is Kind.THERAPY
            )
        ]
        chosen = [clause for clause in own if clause.is_chosen]
        if chosen and not _base(catalog, chosen, bit):
            continue
        if _confirmed(catalog, document.kind, own, bit):
            yes |= bit
        else:
            some |= bit
    return yes, some


def ordered(
    catalog: Catalog,
    asked: Question,
    selected: Selected,
    found: Mapping[int, Found],
    sort: Sort,
    language: Language,
) -> list[int]:
    """Return the places of all results, best first."""
    if sort is Sort.NAME:
        names = catalog.name_ranks[language]
        return sorted(places_of(selected.hits), key=names.__getitem__)
    ranks = catalog.ranks[language]
    if sort is Sort.VERIFIED:
        return sorted(
            places_of(selected.hits),
            key=lambda place: (-_day(catalog.documents[place]), ranks[place]),
        )
    known = _known(catalog, asked, selected.partly)
    named = {place: at for at, place in enumerate(selected.named)}
    nobody = len(named)

    def order(place: int) -> tuple[float, ...]:
        word = found.get(place)
        yes, affirmed = known.get(place, (0, 0))
        return (
            named.get(place, nobody),
            MATCH_ORDER[selected.match(place)],
            -yes,
            -affirmed,
            -word.real if word else 0,
            -word.score if word else 0.0,
            ranks[place],
        )

    found_order = sorted(places_of(selected.hits), key=order)
    return _with_guide(catalog, asked, found_order)


def _with_guide(catalog: Catalog, asked: Question, order: list[int]) -> list[int]:
    """Put the guide for an illness third: after what fits best, yet in sight."""
    if asked.kinds == frozenset(Kind) and _is_illness_only(asked):
        guide = catalog.places.get(ILLNESS_GUIDE)
        if guide in order:
            order.remove(guide)
            order.insert(2, guide)
    return order


MATCH_ORDER = {Match.CONFIRMED: 0, Match.PARTLY: 1, Match.TEXT: 2}


def _day(document: IndexDocument) -> int:
    return document.verified_on.toordinal() if document.verified_on else 0


def _known(
    catalog: Catalog, asked: Question, partly: Bits
) -> Mapping[int, tuple[int, int]]:
    """Return for each result how many clauses are confirmed, and affirmed."""
    found: dict[int, tuple[int, int]] = {}
    for clause in asked.clauses:
        yes = 0
        for key in clause.keys:
            yes |= catalog.confirmed(clause.concept.value, key)
        said = _affirmed(catalog, clause)
        for place in places_of(said & partly):
            before = found.get(place, (0, 0))
            found[place] = (before[0] + (yes >> place & 1), before[1] + 1)
    return found


def reasons(
    catalog: Catalog, asked: Question, place: int, found: Found | None
) -> tuple[Why, ...]:
    """Return why a document is a result, in the order of the query."""
    document = catalog.documents[place]
    why: list[Why] = []
    if document.id in asked.name_texts:
        text = asked.name_texts[document.id]
        said = key_of(text)
        is_name = any(key_of(name) == said for name in document.names.values())
        why.append(
            Why(
                Concept(document.kind.value),
                document.slug,
                "name" if is_name else "alias",
            )
        )
    for clause in asked.clauses:
        if clause.concept not in KNOWN_OF[document.kind]:
            continue
        if clause.concept is Concept.THERAPY and document.kind is Kind.THERAPY:
            continue
        key, standing = _best(catalog, clause, place)
        why.append(Why(clause.concept, key, standing.value))
        if clause.concept is Concept.THERAPY and not standing.is_affirmed:
            why.extend(_routes(document, key))
    if found and found.words and asked.words:
        why.append(Why(None, asked.words, "text"))
    return tuple(why)


def _best(catalog: Catalog, clause: Clause, place: int) -> tuple[str, Standing]:
    facet = clause.concept.value
    return min(
        ((key, catalog.standing(facet, key, place)) for key in clause.keys),
        key=lambda pair: BEST_FIRST.index(pair[1]),
    )


def _routes(document: IndexDocument, therapy: str) -> Iterable[Why]:
    """Say by which other route, e.g. a trial, a center is linked to a product."""
    for route, standing in document.values.get(ROUTE_OF + therapy, {}).items():
        yield Why(Concept.ROUTE, route, standing.value)
