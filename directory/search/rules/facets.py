"""Choices to narrow results by, each with what there will be once it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
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
        if not own:
            found[facet] = _offered(catalog, facet, base, asked.confirmed_only)
            continue
        counts = _counts(catalog, facet, base, asked.confirmed_only)
        for key in own:
            counts[key] = _of_value(catalog, facet, key, whole, asked.confirmed_only)
        found[facet] = tuple(
            FacetValue(key, counts[key], key in own)
            for key in _in_order(catalog, facet, own)
            if counts.get(key) or key in own
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
    return replace(asked, clauses=clauses)


def _offered(
    catalog: Catalog, facet: str, base: Bits, confirmed_only: bool
) -> tuple[FacetValue, ...]:
    """Return the choices of a facet of which none was chosen."""
    if not base:
        return ()
    if confirmed_only:
        return tuple(
            [
                FacetValue(key, count, False)
                for key, _, confirmed in catalog.choices.get(facet, ())
                if (count := (confirmed & base).bit_count())
            ]
        )
    return tuple(
        [
            FacetValue(key, count, False)
            for key, affirmed, _ in catalog.choices.get(facet, ())
            if (count := (affirmed & base).bit_count())
        ]
    )


def _in_order(catalog: Catalog, facet: str, own: Collection[str]) -> Iterable[str]:
    """Return the values of a facet, with those chosen that nothing has at the end."""
    keys = [key for key, _, _ in catalog.choices.get(facet, ())]
    if not own:
        return keys
    stated = catalog.known.get(facet, {})
    # What somebody says anything of comes before what nobody does.
    keys += sorted(
        set(own).difference(keys),
        key=lambda key: (key not in stated or not stated[key].standings, key),
    )
    return keys


def _counts(
    catalog: Catalog, facet: str, base: Bits, confirmed_only: bool
) -> dict[str, int]:
    """Return how many of some documents have each value, if any has."""
    if not base:
        return {}
    return {
        key: count
        for key, affirmed, confirmed in catalog.choices.get(facet, ())
        if (count := ((confirmed if confirmed_only else affirmed) & base).bit_count())
    }


def _of_value(
    catalog: Catalog, facet: str, key: str, base: Bits, confirmed_only: bool
) -> int:
    known = catalog.of_value(facet, key)
    return ((known.confirmed if confirmed_only else known.affirmed) & base).bit_count()
