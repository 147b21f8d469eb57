"""Searching for a request: measured, and never showing what was withdrawn."""

from __future__ import annotations

from dataclasses import replace

from directory.listings.queries import published
from directory.search.rules.values import Asked, Hit, Kind, Results
from directory.web.context import language, session, tools
from directory.web.observe import searching

LISTED = frozenset({Kind.CENTER, Kind.FACILITATOR})
"""Kinds that can be withdrawn."""


def find(asked: Asked) -> Results:
    """Return results in the language of the request.

    The index may be a moment behind the database, so each hit is looked up
    there: what is not published now is left out and not counted.
    """
    with searching():
        results = tools().searcher.search(asked, language())
    wanted = {_key(hit) for hit in results.items if hit.kind in LISTED}
    if not wanted:
        return results
    there = published(session(), wanted)
    gone = [hit for hit in results.items if _key(hit) in wanted - there]
    if not gone:
        return results
    return replace(
        results,
        items=tuple(hit for hit in results.items if hit not in gone),
        total=max(0, results.total - len(gone)),
        confirmed=max(
            0, results.confirmed - sum(hit.match == "confirmed" for hit in gone)
        ),
    )


def _key(hit: Hit) -> tuple[str, str]:
    return hit.kind.value, hit.slug
