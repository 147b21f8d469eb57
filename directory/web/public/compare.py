"""Centers side by side; everything that was chosen stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.text import Text
from directory.listings.queries import CenterPage, center_history, center_pages
from directory.listings.rules.comparison import FEWEST, MOST, compare
from directory.web import keeping
from directory.web.context import session, today, vocabulary
from directory.web.filters import absolute
from directory.web.public.blueprint import bp

_SEEN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A center that may be added.

    Args:
        slug: Its place in addresses.
        city: Vocabulary key.
        names: By language.
    """

    slug: str
    city: str
    names: Text


@bp.get("/compare")
@keeping.kept
def comparison() -> ResponseReturnValue:
    """Show two to four centers side by side, what they differ in first."""
    everything = vocabulary().once("centers to compare", _choices)
    asked = list(dict.fromkeys(filter(None, request.args.getlist("center"))))
    found = [slug for slug in asked if slug in everything]
    chosen, over = found[:MOST], found[MOST:]
    pages = {page.slug: page for page in center_pages(session(), chosen, today=today())}
    # What was withdrawn since the names were read is not there any more.
    centers = [pages[slug] for slug in chosen if slug in pages]
    seen = _seen()
    changed = [_changed(center, seen.get(center.slug)) for center in centers]
    here = [center.slug for center in centers]
    return render_template(
        "public/compare.html",
        centers=centers,
        over=[everything[slug] for slug in over],
        unknown=len(asked) - len(centers) - len(over),
        compared=compare(centers, changed) if len(centers) >= FEWEST else None,
        seen={
            center.slug: seen[center.slug]
            for center, fields in zip(centers, changed, strict=True)
            if fields
        },
        others=[one for slug, one in everything.items() if slug not in here]
        if len(centers) < MOST
        else [],
        without={
            slug: url_for(".comparison", center=[one for one in here if one != slug])
            for slug in here
        },
        link=absolute(
            url_for(
                ".comparison",
                center=here,
                seen=[f"{center.slug}.{center.version}" for center in centers],
            )
        ),
        most=MOST,
    )


def _choices() -> Mapping[str, Choice]:
    """Return all centers by slug, with no more than the form shows of each."""
    return {
        page.slug: Choice(page.slug, page.city, page.names)
        for page in center_pages(session(), today=today())
    }


def _seen() -> dict[str, int]:
    """Return which version of each center the reader has seen, as the link says."""
    found = (_SEEN.fullmatch(one) for one in request.args.getlist("seen")[:MOST])
    return {match[1]: int(match[2]) for match in found if match}


def _changed(center: CenterPage, number: int | None) -> frozenset[str]:
    """Return the fields that changed since a version."""
    if number is None or number >= center.version:
        return frozenset()
    return frozenset(
        change.field
        for version in center_history(session(), center.slug)
        if version.number > number
        for change in version.changes
    )
