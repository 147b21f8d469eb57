"""The feed of what changed: of everything, of one city, or of one listing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFoundError
from directory.listings.queries import (
    ListingPage,
    center_page,
    facilitator_page,
    recent,
)
from directory.listings.rules.document import Kind
from directory.web import filters, keeping
from directory.web.context import session, today, tools, words
from directory.web.filters import absolute
from directory.web.public.blueprint import bp

ENTRIES = 50
"""Versions that a feed holds, the latest first."""

MOST_CHANGES = 30
"""Fields that an entry names; the history on its page has all of them."""

PAGES: Mapping[Kind, Callable[..., ListingPage]] = {
    Kind.CENTER: center_page,
    Kind.FACILITATOR: facilitator_page,
}
"""Listings that have a feed of their own, by the name of their parameter."""

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, however it is escaped (source: XML 1.0, section 2.2). One
such character in one name would keep every reader from the whole feed."""


@bp.get("/feed.atom")
@keeping.kept
def feed() -> ResponseReturnValue:
    """Tell feed readers which listings changed, and what in them."""
    city = request.args.get("city") or None
    if city is not None and not _is_covered(city):
        raise NotFoundError(kind="city", slug=city)
    kind, slug = _listing()
    chosen: dict[str, Any] = {
        name: value for name, value in (("city", city), (kind.value, slug)) if value
    }
    page = url_for(".centers", **chosen)
    of = None
    if slug is not None:
        of = PAGES[kind](session(), slug, today=today()).names
        page = url_for(f".{kind.value}", slug=slug)
    said = filters.said(of)
    said_of_all = render_template(
        "public/feed.xml",
        entries=recent(session(), city=city, kind=kind, slug=slug, most=ENTRIES),
        city=city,
        name=said.words if said else None,
        most=MOST_CHANGES,
        page=absolute(page),
        own=absolute(url_for(".feed", **chosen)),
        moment=tools().clock(),
    )
    return Response(FORBIDDEN.sub("", said_of_all), mimetype="application/atom+xml")


def _listing() -> tuple[Kind, str | None]:
    """Return the one listing that is asked for, if it is one."""
    for kind in PAGES:
        slug = request.args.get(kind.value)
        if slug:
            return kind, slug
    return Kind.CENTER, None


def _is_covered(city: str) -> bool:
    known = words()
    return ("city", city) in known and ("not-covered", city) not in known
