"""One fact: what is said, who says so, since when, and what it was before."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFoundError
from directory.listings.queries import (
    ListingPage,
    center_page,
    facilitator_page,
    field_history,
)
from directory.listings.rules.document import Kind
from directory.listings.rules.views import borne
from directory.web import keeping
from directory.web.addresses import url_for
from directory.web.context import session, today
from directory.web.facts import anchor
from directory.web.public.blueprint import bp


@bp.get("/centers/<slug:slug>/facts/<field>")
@keeping.kept
def center_fact(slug: str, field: str) -> ResponseReturnValue:
    """Show who says one thing of a center."""
    return _fact(Kind.CENTER, center_page(session(), slug, today=today()), field)


@bp.get("/facilitators/<slug:slug>/facts/<field>")
@keeping.kept
def facilitator_fact(slug: str, field: str) -> ResponseReturnValue:
    """Show who says one thing of a facilitator."""
    page = facilitator_page(session(), slug, today=today())
    return _fact(Kind.FACILITATOR, page, field)


def _fact(kind: Kind, listing: ListingPage, field: str) -> ResponseReturnValue:
    fact = next((one for one in borne(listing) if one.field == field), None)
    if fact is None:
        raise NotFoundError(kind=kind.value, slug=listing.slug, field=field)
    return render_template(
        "public/fact.html",
        kind=kind.value,
        listing=listing,
        fact=fact,
        part=field.partition(".")[0],
        changes=field_history(session(), kind, listing.slug, field),
        back=url_for(f"public.{kind.value}", slug=listing.slug) + f"#{anchor(field)}",
        versions=url_for(f"public.{kind.value}_versions", slug=listing.slug),
    )
