"""Centers that a reader has in mind; they stand in the address and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, request

from directory.core.text import Text
from directory.listings.queries import center_pages
from directory.listings.rules.comparison import MOST
from directory.web.addresses import url_for
from directory.web.context import session, today

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""How a listing's name is written in an address."""

LONGEST = 100
"""Characters of one that is looked up."""

PARAMETER = "center"
"""Under which an address carries each of them, the same as that of a comparison."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One center of the shortlist.

    Args:
        slug: Its place in addresses.
        names: By language.
        without: Address of this page without it.
    """

    slug: str
    names: Text
    without: str


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What an address carries, as far as it is there.

    Args:
        centers: At most as many as can be compared.
        over: Names of those for which there is no room.
        unknown: How many are not in the directory.
    """

    centers: tuple[Kept, ...] = ()
    over: tuple[Text, ...] = ()
    unknown: int = 0


def asked() -> tuple[str, ...]:
    """Return what the address carries, each once, as far as it can be a name."""
    found: tuple[str, ...] | None = g.get("shortlist")
    if found is None:
        given = request.args.getlist(PARAMETER)[: 4 * MOST]
        found = tuple(
            dict.fromkeys(
                slug for slug in given if len(slug) <= LONGEST and SLUG.fullmatch(slug)
            )
        )
        g.shortlist = found
    return found


def slugs() -> tuple[str, ...]:
    """Return as many as can be compared."""
    return asked()[:MOST]


def parameters() -> list[tuple[str, str]]:
    """Return what addresses of further pages carry on."""
    return [(PARAMETER, slug) for slug in slugs()]


def kept(endpoint: str) -> Shortlist:
    """Return the shortlist with names; what cannot be on it is told.

    Args:
        endpoint: Page that each is taken off on; it keeps its other parameters.
    """
    wanted = asked()
    if not wanted:
        return Shortlist()
    pages = {page.slug: page for page in center_pages(session(), wanted, today=today())}
    found = [slug for slug in wanted if slug in pages]
    there, over = found[:MOST], found[MOST:]
    g.shortlist = tuple(there)
    return Shortlist(
        tuple(
            Kept(slug, pages[slug].names, _without(endpoint, slug, there))
            for slug in there
        ),
        tuple(pages[slug].names for slug in over),
        len(wanted) - len(found),
    )


def _without(endpoint: str, slug: str, there: Sequence[str]) -> str:
    rest = [pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER]
    query = urlencode([*rest, *((PARAMETER, one) for one in there if one != slug)])
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)
