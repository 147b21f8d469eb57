"""Choices to narrow results by, each facet counted without its own selection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import FACETS
from directory.search.rules.layers import Bits
from directory.search.rules.questions import Question
from directory.search.rules.ranking import Selected
from directory.search.rules.values import FacetValue, Kind

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

    The count of a choice is of results that are said to have it, by a source
    or not; where only confirmed ones are wanted, of those confirmed.

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
    found: dict[str, tuple[FacetValue, ...]] = {}
    for facet in OFFERED[kind]:
        own = chosen.get(facet)
        if own is None:
            found[facet] = tuple(_counted(catalog, facet, whole, asked.confirmed_only))
            continue
        left = tuple(one for one in asked.clauses if one.concept != facet)
        base = select(replace(asked, clauses=left)).hits & of_kind
        counted = _counted(catalog, facet, base, asked.confirmed_only, own)
        rest = own - {one.key for one in counted}
        stated = catalog.known.get(facet, {})
        # What somebody says anything of comes before what nobody does.
        rest_order = sorted(
            rest, key=lambda key: (key not in stated or not stated[key].standings, key)
        )
        found[facet] = (
            *counted,
            *(FacetValue(key, 0, selected=True) for key in rest_order),
        )
    return found


def _counted(
    catalog: Catalog,
    facet: str,
    base: Bits,
    confirmed_only: bool,
    chosen: Collection[str] = (),
) -> list[FacetValue]:
    """Return the choices that any of some documents have, or that are chosen."""
    if not base and not chosen:
        return []
    return [
        FacetValue(key, count, key in chosen)
        for key, affirmed, confirmed in catalog.choices.get(facet, ())
        if (count := ((confirmed if confirmed_only else affirmed) & base).bit_count())
        or key in chosen
    ]
