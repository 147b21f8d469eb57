"""What the results page shows around the results: chips, choices, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil
from urllib.parse import urlencode

from flask import current_app

from directory.core.text import Text
from directory.knowledge.queries import GuidePage
from directory.search.rules.values import (
    FURTHEST,
    NOT,
    Asked,
    FacetValue,
    Hit,
    Kind,
    Match,
    Results,
)
from directory.web import asking, labels
from directory.web.addresses import url_for
from directory.web.public import shortlist

PAGES: dict[str, str] = {
    Kind.CENTER.value: "public.center",
    Kind.FACILITATOR.value: "public.facilitator",
    Kind.THERAPY.value: "public.therapy",
    Kind.GUIDE.value: "public.guide",
}
"""Endpoint of the page of each kind of thing that has one."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the results depend on, and an address without it.

    Args:
        kind: Concept, for its heading.
        key: Vocabulary key or slug, for its words.
        typed: The reader's own words, if it was read from them.
        without: Address of the same results without it.
        others: Other meanings: kind, key and address.
        is_negated: Whether it is what the query says it is without.
    """

    kind: str
    key: str
    typed: str
    without: str
    others: tuple[tuple[str, str, str], ...] = ()
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices: those shown at once, and the rest."""

    name: str
    first: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]

    @property
    def is_used(self) -> bool:
        """Whether any of its choices is made."""
        return any(choice.selected for choice in (*self.first, *self.rest))


@dataclass(frozen=True, slots=True)
class Group:
    """Results that are known equally well, under one heading.

    Args:
        match: How much of what was asked is known of them.
        hits: Those of this page.
    """

    match: Match
    hits: tuple[Hit, ...]


def address(asked: Asked) -> str:
    """Return the address of the results of a question."""
    query = urlencode([*asking.parameters(asked), *shortlist.parameters()])
    here = url_for("public.centers")
    return f"{here}?{query}" if query else here


def page_of(kind: str, key: str, section: str | None = None) -> str | None:
    """Return the address of a thing's own page, or of a part of it, if it has one."""
    endpoint = PAGES.get(kind)
    if endpoint is None or endpoint not in current_app.view_functions:
        return None
    own = url_for(endpoint, slug=key)
    return f"{own}#{section}" if section else own


def without(asked: Asked, kind: str, key: str) -> Asked:
    """Return the question without one of its filters or readings."""
    chosen = asked.filters.get(kind, ())
    if key in chosen:
        rest = tuple(other for other in chosen if other != key)
        return replace(asked, filters={**asked.filters, kind: rest}, page=1)
    return replace(asked, dropped=asked.dropped | {f"{kind}:{key}"}, page=1)


def with_filter(asked: Asked, kind: str, key: str) -> Asked:
    """Return the question with one more filter."""
    chosen = (*asked.filters.get(kind, ()), key)
    return replace(asked, filters={**asked.filters, kind: chosen}, page=1)


def offer(asked: Asked, kind: str, key: str) -> str | None:
    """Return an address that leads to one meaning or one near thing."""
    own = page_of(kind, key)
    if own is not None and kind != Kind.THERAPY.value:
        return own
    if kind in {name.value for name in asking.FILTERS}:
        return address(with_filter(asked, kind, key))
    return own


def readings(asked: Asked, results: Results) -> Iterator[Chip]:
    """Return a chip for each part of the query that was understood."""
    for part in results.reading.understood:
        rid = without(asked, part.kind.value, part.key)
        others = tuple(
            (kind.value, key, found)
            for kind, key in part.others
            if (found := offer(rid, kind.value, key)) is not None
        )
        yield Chip(part.kind.value, part.key, part.text, address(rid), others)
    for part in results.reading.negated:
        rid = without(asked, f"{NOT}{part.kind.value}", part.key)
        typed = part.text
        yield Chip(part.kind.value, part.key, typed, address(rid), is_negated=True)


def filters(asked: Asked) -> Iterator[Chip]:
    """Return a chip for each filter that was chosen."""
    for name in asking.FILTERS:
        for key in asked.filters.get(name.value, ()):
            rid = without(asked, name.value, key)
            yield Chip(name.value, key, "", address(rid))


def undone(asked: Asked) -> Iterator[Chip]:
    """Return a chip for each reading that was undone; its address takes it back."""
    for reading in sorted(asked.dropped):
        name = reading.removeprefix(NOT)
        kind, _, key = name.partition(":")
        back = replace(asked, dropped=asked.dropped - {reading}, page=1)
        yield Chip(kind, key, "", address(back), is_negated=name != reading)


FIRST = 6
"""Choices of a filter that are shown before "more"."""


def facets(results: Results) -> Iterator[Facet]:
    """Return the filters in the order of pages; empty ones are left out."""
    for name in labels.FACETS:
        values = tuple(
            value
            for value in results.facets.get(name, ())
            if value.count or value.selected
        )
        if values:
            # What is chosen is never hidden behind "more".
            ordered = sorted(values, key=lambda value: not value.selected)
            chosen = sum(value.selected for value in values)
            shown = max(FIRST, chosen)
            if len(values) <= shown + 1:
                yield Facet(name, values, ())
            else:
                yield Facet(name, tuple(ordered[:shown]), tuple(ordered[shown:]))


def groups(results: Results) -> Iterator[Group]:
    """Return the page's results by how much is known, in their own order.

    What was named stands first however much of it is known, so one match may
    have more than one group.
    """
    for match, hits in groupby(results.items, key=lambda hit: hit.match):
        yield Group(match, tuple(hits))


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that is no center and belongs to the question.

    Args:
        hit: As it was found.
        url: Of its page, or of the part that answers.
        part: Title of that part, if it is one.
        words: What it says first, of a guide.
    """

    hit: Hit
    url: str
    part: Text | None = None
    words: Text | None = None


def besides(hits: Iterable[Hit], guides: Mapping[str, GuidePage]) -> Iterator[Beside]:
    """Return what to show beside centers, guides with what they say first.

    Args:
        hits: In their order.
        guides: At least those among the hits, by slug.
    """
    for hit in hits:
        url = page_of(hit.kind.value, hit.slug, hit.section)
        if url is None:
            continue
        guide = guides.get(hit.slug) if hit.kind is Kind.GUIDE else None
        if guide is None:
            yield Beside(hit, url)
            continue
        part = next((one for one in guide.sections if one.id == hit.section), None)
        if part is None:
            yield Beside(hit, url, words=guide.summary)
        else:
            first = part.points[0].text if part.points else {}
            said = {str(code): words for code, words in first.items()}
            yield Beside(hit, url, part.titles, said or None)


def relaxations(
    asked: Asked, results: Results
) -> Iterator[tuple[int, tuple[tuple[str, str], ...], str]]:
    """Return what could be dropped: centers then, what, and the address."""
    for relaxation in results.relaxations:
        eased = asked
        for kind, key in relaxation.drop:
            eased = without(eased, kind, key)
        yield relaxation.total, relaxation.drop, address(eased)


def pages(asked: Asked, results: Results) -> list[tuple[int | None, str]]:
    """Return numbered addresses around the current page; ``None`` is a gap."""
    last = min(ceil(results.total / results.per_page), FURTHEST // results.per_page)
    if last <= 1:
        return []
    near = sorted(
        number
        for number in {1, last, *range(results.page - 1, results.page + 2)}
        if 1 <= number <= last
    )
    found: list[tuple[int | None, str]] = []
    before = 0
    for number in near:
        if number - before > 1:
            found.append((None, ""))
        found.append((number, address(replace(asked, page=number))))
        before = number
    return found


def is_about_needs(asked: Asked, results: Results) -> bool:
    """Tell whether anything was asked that a center can have or lack."""
    matters = set(asking.FILTERS)
    return any(asked.filters.values()) or any(
        part.kind in matters for part in results.reading.understood
    )


OTHERS = frozenset(Kind) - {Kind.CENTER}


def beside(asked: Asked) -> Asked:
    """Return the question for what is shown beside centers."""
    return Asked(text=asked.text, dropped=asked.dropped, kinds=OTHERS, per_page=4)
