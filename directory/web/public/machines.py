"""Addresses that machines read: robots, site map, browser search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from flask import Response, render_template

from directory.core.text import Language
from directory.knowledge.queries import guide_pages, therapy_pages
from directory.listings.queries import (
    ListingPage,
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
@keeping.kept
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
    """List every public page in every language, with the day of its last change."""
    centers = center_pages(session(), today=today())
    facilitators = facilitator_pages(session(), today=today())
    therapies = therapy_pages(session())
    guides = guide_pages(session())
    by_city: defaultdict[str, list[date]] = defaultdict(list)
    for page in centers:
        by_city[page.city].append(_published(page))
    published = [_published(page) for page in centers]
    products = [page.changed_at.date() for page in therapies]
    written = {page.slug: page.changed_at.date() for page in guides}
    pages: list[tuple[str, date | None]] = [
        (url_for(".home"), _latest(published)),
        (url_for(".centers"), _latest(published)),
        (url_for(".comparison"), None),
        (url_for(".facilitators"), _latest(map(_published, facilitators))),
        (url_for(".therapies"), _latest(products)),
        (url_for(".approvals"), _latest(products)),
        (url_for(".therapy_comparison"), None),
        (url_for(".guides"), _latest(written.values())),
        (url_for(".glossary"), None),
        (url_for(".privacy"), None),
        (url_for(".pre_check"), written.get("eligibility")),
        (url_for(".plan_page"), written.get("process")),
        (url_for(".plan_records"), written.get("records")),
        (url_for(".maps"), _latest(published)),
        *(
            (url_for(".centers", city=city.slug), _latest(by_city[city.slug]))
            for city in city_profiles(session())
        ),
        *(
            (url_for(".map_of_city", city=city.slug), _latest(by_city[city.slug]))
            for city in city_profiles(session())
        ),
        *((url_for(".center", slug=page.slug), _published(page)) for page in centers),
        *(
            (url_for(".facilitator", slug=page.slug), _published(page))
            for page in facilitators
        ),
        *(
            (url_for(".therapy", slug=page.slug), page.changed_at.date())
            for page in therapies
        ),
        *((url_for(".guide", slug=slug), changed) for slug, changed in written.items()),
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


def _published(page: ListingPage) -> date:
    return page.published_at.date()


def _latest(days: Iterable[date]) -> date | None:
    return max(days, default=None)


@bp.get("/opensearch.xml")
@keeping.kept
def opensearch() -> Response:
    """Tell browsers how to search here from their own box."""
    return Response(
        render_template("public/opensearch.xml"),
        mimetype="application/opensearchdescription+xml",
    )
