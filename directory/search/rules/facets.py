"""Choices to narrow results by, each with what there will be once it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import FACETS
from directory.search.rules.layers import Bits
from directory.search.rules.questions import OPEN, Clause, Question
from directory.search.rules.ranking import (
    IDENTITY,
    Selected,
    is_of_identity,
    value,
)
from directory.search.rules.values import Concept, FacetValue, Kind

OFFERED = {
    Kind.CENTER: FACETS,
    Kind.FACILITATOR: ("city", "language"),
    Kind.THERAPY: ("indication",),
    Kind.GUIDE: (),
}
"""Facets that each kind has."""

COUNTED_FIRST = (Kind.CENTER, Kind.FACILITATOR, Kind.THERAPY, Kind.GUIDE)
"""Of several kinds wanted, choices are counted over the first named here."""


def facets(
    catalog: Catalog,
    asked: Question,
    selected: Selected,
    select: Callable[[Question], Selected],
) -> Mapping[str, tuple[FacetValue, ...]]:
    """Return the choices of each facet, the most frequent of the directory first.

    The count of a choice is of what there will be once it is chosen too, as far
    as it is said to have it, by a source or not; where only confirmed ones are
    wanted, of those confirmed. Of what is chosen already it is what there is.

    Args:
        catalog: The documents.
        asked: The question.
        selected: Its results.
        select: Answers a question that was changed.
    """
    kind = next(one for one in COUNTED_FIRST if one in asked.kinds)
    of_kind = catalog.kinds[kind]
    chosen: dict[str, set[str]] = {}
    for clause in asked.clauses:
        chosen.setdefault(clause.concept, set()).update(clause.keys)
    whole = selected.hits & of_kind
    more = whole
    if asked.confirmed_only and is_of_identity(asked.clauses):
        # Asked for more, a center need not show CAR-T itself to be confirmed.
        more = _stating(catalog, asked, select) & of_kind
    found: dict[str, tuple[FacetValue, ...]] = {}
    for facet in OFFERED[kind]:
        own = chosen.get(facet, set())
        base = whole if facet in IDENTITY else more
        if own and facet not in OPEN:
            widened = _choosing(catalog, asked, Concept(facet))
            base = select(widened).hits & of_kind
        found[facet] = tuple(
            _offered(catalog, facet, base, own, whole, asked.confirmed_only)
        )
    return found


def _stating(
    catalog: Catalog, asked: Question, select: Callable[[Question], Selected]
) -> Bits:
    """Return what states what a question asks for, whether or not CAR-T itself."""
    bits = select(replace(asked, confirmed_only=False)).hits
    for clause in asked.clauses:
        bits &= value(catalog, clause).confirmed
    return bits


def _choosing(catalog: Catalog, asked: Question, concept: Concept) -> Question:
    """Return the question with all values of a facet chosen."""
    # A value of which nobody says anything widens nothing.
    keys, _ = catalog.anything[concept]
    clauses = tuple(
        Clause(concept, keys, is_chosen=True, texts=clause.texts)
        if clause.concept is concept
        else clause
        for clause in asked.clauses
    )
    return asked.asking(clauses)


def _offered(
    catalog: Catalog,
    facet: str,
    base: Bits,
    own: Collection[str],
    whole: Bits,
    confirmed_only: bool,
) -> list[FacetValue]:
    """Return the choices of a facet that something of some documents has.

    Args:
        catalog: The documents.
        facet: Which one.
        base: What choices are counted over.
        own: Those chosen; they are there whatever their count.
        whole: What these are counted over.
        confirmed_only: Whether only what is stated with a source counts.
    """
    found: list[FacetValue] = []
    if base or own:
        for key, affirmed, confirmed in catalog.choices.get(facet, ()):
            having = confirmed if confirmed_only else affirmed
            if key in own:
                found.append(FacetValue(key, (having & whole).bit_count(), True))
            elif count := (having & base).bit_count():
                found.append(FacetValue(key, count, False))
    if own:
        # What somebody says anything of comes before what nobody does.
        stated = catalog.known.get(facet, {})
        rest = set(own).difference(key for key, _, _ in catalog.choices.get(facet, ()))
        found += (
            FacetValue(key, 0, True)
            for key in sorted(
                rest,
                key=lambda key: (key not in stated or not stated[key].standings, key),
            )
        )
    return found
