"""Searching for a request: measured, and never showing what was withdrawn."""

from __future__ import annotations

from dataclasses import replace

from directory.listings.queries import published
from directory.outbox.queries import changes_after
from directory.search.rules.values import (
    Asked,
    Hit,
    Kind,
    Reading,
    Results,
    Suggestion,
    Understood,
)
from directory.web.context import (
    MOST_KEPT,
    language,
    place,
    session,
    tools,
    vocabulary,
)
from directory.web.observe import observed, searching

LISTED = frozenset({Kind.CENTER, Kind.FACILITATOR})
"""Kinds that can be withdrawn."""


def find(asked: Asked) -> Results:
    """Return results in the language of the request.

    The index may be a moment behind the database, so each hit is looked up
    there: what is not published now is left out and not counted. Other pages of
    the same results may still be counted with it until the index has caught up.
    """
    with searching():
        results = tools().searcher.search(asked, language())
    observed().count_pages(tools().searcher.remembered())
    return _published_only(results)


def found_by(asked: Asked, reading: Reading) -> Results:
    """Return the results of a query as if it had been read so; see :func:`find`."""
    return _published_only(tools().searcher.found_by(asked, reading, language()))


def _published_only(results: Results) -> Results:
    unknown = _withdrawn_since(tools().searcher.status().position)
    if unknown:
        results = _without(results, unknown)
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


def _withdrawn_since(position: int) -> frozenset[tuple[str, str]]:
    """Return the listings that were withdrawn and that the index still has.

    Args:
        position: Place in the feed of changes that the index speaks for.
    """
    if place()[0] <= position:
        return frozenset()

    def ask() -> frozenset[tuple[str, str]]:
        changed = changes_after(session(), position).subjects
        named = {(kind, slug) for kind, _, slug in (s.partition(":") for s in changed)}
        listed = {pair for pair in named if pair[0] in LISTED}
        return frozenset(listed - published(session(), listed))

    return vocabulary().once(("withdrawn since", position), ask)


def _without(results: Results, gone: frozenset[tuple[str, str]]) -> Results:
    """Return results that name none of these listings around their items.

    What the choices count cannot be told apart, so none is offered until the
    index has caught up, a second or two later; nor is a better spelling.
    """
    reading = results.reading
    near = reading.not_covered
    if near is not None:
        near = replace(near, near=tuple(pair for pair in near.near if pair not in gone))
    return replace(
        results,
        facets={},
        relaxations=tuple(
            one for one in results.relaxations if gone.isdisjoint(one.drop)
        ),
        reading=replace(
            reading,
            understood=_parts(reading.understood, gone),
            negated=_parts(reading.negated, gone),
            did_you_mean=None,
            not_covered=near,
        ),
    )


def _parts(
    parts: tuple[Understood, ...], gone: frozenset[tuple[str, str]]
) -> tuple[Understood, ...]:
    return tuple(
        replace(part, others=tuple(pair for pair in part.others if pair not in gone))
        for part in parts
        if (part.kind, part.key) not in gone
    )


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
