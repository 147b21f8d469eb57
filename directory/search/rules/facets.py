"""Choices to narrow results by, each facet counted without its own selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import FACETS
from directory.search.rules.questions import Question
from directory.search.rules.ranking import Selected
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
    catalog: Catalog, asked: Question, select: Callable[[Question], Selected]
) -> Mapping[str, tuple[FacetValue, ...]]:
    """Return the choices of each facet, the most frequent of the directory first.

    The count of a choice is of results that are said to have it, by a source
    or not; where only confirmed ones are wanted, of those confirmed.

    Args:
        catalog: The documents.
        asked: The question.
        select: Answers a question that was changed.
    """
    kind = next(one for one in COUNTED_FIRST if one in asked.kinds)
    of_kind = catalog.kinds[kind]
    whole = select(asked).hits & of_kind
    found: dict[str, tuple[FacetValue, ...]] = {}
    for facet in OFFERED[kind]:
        concept = Concept(facet)
        own = tuple(one for one in asked.clauses if one.concept is concept)
        chosen = {key for clause in own for key in clause.keys}
        base = whole
        if own:
            left = tuple(one for one in asked.clauses if one.concept is not concept)
            base = select(replace(asked, clauses=left)).hits & of_kind
        counted = catalog.confirmed if asked.confirmed_only else catalog.affirmed
        counts = {
            key: (counted(facet, key) & base).bit_count()
            for key in (
                *catalog.keys.get(facet, ()),
                *sorted(chosen - set(catalog.keys.get(facet, ()))),
            )
        }
        found[facet] = tuple(
            FacetValue(key, count, key in chosen)
            for key, count in counts.items()
            if count or key in chosen
        )
    return found
