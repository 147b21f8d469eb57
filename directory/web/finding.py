"""Searching for a request: measured, and never showing what was withdrawn."""

from __future__ import annotations

from dataclasses import replace

from directory.listings.queries import published
from directory.search.rules.values import Asked, Hit, Kind, Results, Suggestion
from directory.web.context import MOST_KEPT, language, session, tools, vocabulary
from directory.web.observe import observed, searching

LISTED = frozenset({Kind.CENTER, Kind.FACILITATOR})
"""Kinds that can be withdrawn."""


def find(asked: Asked) -> Results:
    """Return results in the language of the request.

    The index may be a moment behind the database, so each hit is looked up
    there: what is not published now is left out and not counted.
    """
    with searching():
        results = tools().searcher.search(asked, language())
    observed().count_pages(tools().searcher.remembered())
    wanted = {_key(hit) for hit in results.items if hit.kind in LISTED}
    if not wanted:
        return results
    there = _published(wanted)
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


def suggested(text: str, limit: int) -> tuple[Suggestion, ...]:
    """Return what to offer to somebody who typed this, in the request's language.

    As with results, what is not published now is left out.
    """
    found = tools().searcher.suggest(text, language(), limit)
    wanted = {_offered(one) for one in found if one.kind in LISTED}
    if not wanted:
        return found
    gone = wanted - _published(wanted)
    return tuple(one for one in found if _offered(one) not in gone)


def _offered(suggestion: Suggestion) -> tuple[str, str]:
    return suggestion.kind, suggestion.key


def _published(wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of these are published, asking once for each change of anything.

    Whatever is withdrawn takes a place in the feed with it, and what was asked at
    an earlier place is then asked again.
    """
    known = vocabulary().made
    unknown = [key for key in wanted if ("published", key) not in known]
    if unknown:
        there = published(session(), unknown)
        if len(known) + len(unknown) > MOST_KEPT:
            return {key for key in wanted if known.get(("published", key))} | there
        known.update({("published", key): key in there for key in unknown})
    return {key for key in wanted if known[("published", key)]}


def _key(hit: Hit) -> tuple[str, str]:
    return hit.kind.value, hit.slug
