"""Addresses that machines read: robots, site map, browser search."""

from __future__ import annotations

from flask import Response, render_template

from directory.core.text import Language
from directory.knowledge.queries import guide_pages, therapy_pages
from directory.listings.queries import (
    center_pages,
    city_profiles,
    facilitator_pages,
)
from directory.web import keeping, locale
from directory.web.addresses import url_for
from directory.web.context import session, today
from directory.web.filters import absolute
from directory.web.public.blueprint import bp


@bp.get("/robots.txt")
def robots() -> Response:
    """Let everybody in except where nothing is for them."""
    prefixes = ("", *(f"/{code.value}" for code in Language))
    lines = [
        "User-agent: *",
        # The empty form may be found; the longest rule counts (RFC 9309).
        *(f"Allow: {prefix}/inquiries/new$" for prefix in prefixes),
        *(
            f"Disallow: {prefix}{path}"
            for prefix in prefixes
            for path in ("/inquiries/", "/corrections/", "/suggest", "/language")
        ),
        f"Sitemap: {absolute(locale.root() + '/sitemap.xml')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@keeping.kept
def sitemap() -> Response:
    """List every public page in every language."""
    centers = center_pages(session(), today=today())
    facilitators = facilitator_pages(session(), today=today())
    pages = [
        (url_for(".home"), None),
        (url_for(".centers"), None),
        (url_for(".facilitators"), None),
        (url_for(".therapies"), None),
        (url_for(".approvals"), None),
        (url_for(".therapy_comparison"), None),
        (url_for(".guides"), None),
        (url_for(".pre_check"), None),
        (url_for(".plan_page"), None),
        (url_for(".plan_records"), None),
        (url_for(".maps"), None),
        *(
            (url_for(".map_of_city", city=city.slug), None)
            for city in city_profiles(session())
        ),
        *((url_for(".center", slug=page.slug), page.checked_on) for page in centers),
        *(
            (url_for(".facilitator", slug=page.slug), page.checked_on)
            for page in facilitators
        ),
        *(
            (url_for(".therapy", slug=page.slug), page.checked_on)
            for page in therapy_pages(session())
        ),
        *(
            (url_for(".guide", slug=page.slug), page.checked_on)
            for page in guide_pages(session())
        ),
    ]
    here = locale.root()
    shown = [
        (
            locale.own_path(path.removeprefix(here)) or "/",
            changed.isoformat() if changed else None,
        )
        for path, changed in pages
    ]
    return Response(
        render_template("public/sitemap.xml", pages=shown), mimetype="application/xml"
    )


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """Tell browsers how to search here from their own box."""
    return Response(
        render_template("public/opensearch.xml"),
        mimetype="application/opensearchdescription+xml",
    )
