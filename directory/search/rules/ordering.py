"""In which order results stand, and why each is one.

The order is: what was named; then confirmed, partly, text; then how much of
what was asked is known; then the words; then how well CAR-T itself is borne
out, the day of the last check, and the name. Nothing that could be paid for,
and no popularity, is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory.core.text import Language
from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import (
    BEST_FIRST,
    ROUTE_OF,
    IndexDocument,
    Standing,
)
from directory.search.rules.layers import Bits, places_of
from directory.search.rules.normalize import key_of
from directory.search.rules.orders import By
from directory.search.rules.questions import KNOWN_OF, Clause, Question
from directory.search.rules.ranking import (
    ILLNESS_GUIDE,
    Selected,
    affirmed,
    asks_illness_only,
)
from directory.search.rules.values import Concept, Kind, Match, Sort, Why
from directory.search.rules.words import Found, Matches

MATCH_ORDER = {Match.CONFIRMED: 0, Match.PARTLY: 1, Match.TEXT: 2}


def ordered(
    catalog: Catalog,
    asked: Question,
    selected: Selected,
    found: Matches,
    sort: Sort,
    language: Language,
) -> list[int]:
    """Return the places of all results, best first."""
    if sort is Sort.NAME:
        names = catalog.ranks(By.NAME, language).tolist()
        return sorted(places_of(selected.hits), key=names.__getitem__)
    ranks = catalog.ranks(By.WORTH, language).tolist()
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
    if asks_illness_only(asked):
        guide = catalog.documents.place(ILLNESS_GUIDE)
        if guide is not None and guide in order:
            order.remove(guide)
            order.insert(2, guide)
    return order


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
        said = affirmed(catalog, clause)
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
