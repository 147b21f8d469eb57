"""Centers side by side; everything that was chosen stands in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.listings.queries import CenterPage, center_history, center_pages
from directory.listings.rules.comparison import FEWEST, MOST, compare
from directory.web.context import session, today
from directory.web.filters import absolute
from directory.web.public.blueprint import bp

_SEEN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A center that may be added."""

    center: CenterPage
    url: str


@bp.get("/compare")
def comparison() -> ResponseReturnValue:
    """Show two to four centers side by side, what they differ in first."""
    everything = {page.slug: page for page in center_pages(session(), today=today())}
    asked = list(dict.fromkeys(filter(None, request.args.getlist("center"))))
    found = [everything[slug] for slug in asked if slug in everything]
    centers, over = found[:MOST], found[MOST:]
    seen = _seen()
    changed = [_changed(center, seen.get(center.slug)) for center in centers]
    here = [center.slug for center in centers]
    return render_template(
        "public/compare.html",
        centers=centers,
        over=over,
        unknown=len(asked) - len(found),
        compared=compare(centers, changed) if len(centers) >= FEWEST else None,
        seen={
            center.slug: seen[center.slug]
            for center, fields in zip(centers, changed, strict=True)
            if fields
        },
        others=[page for slug, page in everything.items() if slug not in here]
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
