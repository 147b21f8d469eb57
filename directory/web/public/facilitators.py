"""Organizations that help people reach a center."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.cases.queries.interests import interest_card
from directory.listings.queries import facilitator_page, facilitator_pages
from directory.web import interests, keeping
from directory.web.context import session, today
from directory.web.public.blueprint import bp


@bp.get("/facilitators")
@keeping.kept
def facilitators() -> ResponseReturnValue:
    """List the facilitators by name."""
    pages = facilitator_pages(session(), today=today())
    return render_template("public/facilitators.html", facilitators=pages)


@bp.get("/facilitators/<slug:slug>")
@keeping.kept
def facilitator(slug: str) -> ResponseReturnValue:
    """Show what a facilitator says of itself, and cautions."""
    page = facilitator_page(session(), slug, today=today())
    return render_template(
        "public/facilitator.html",
        facilitator=page,
        current=page.version,
        card=interest_card(session(), slug),
        payers=interests.payers,
    )
