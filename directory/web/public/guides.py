"""Guides: short answers to what people ask, each sentence borne out."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.knowledge.queries import guide_page, guide_pages
from directory.web import keeping
from directory.web.context import session
from directory.web.public.blueprint import bp


@bp.get("/guides")
@keeping.kept
def guides() -> ResponseReturnValue:
    """List the guides with what each is about."""
    return render_template("public/guides.html", guides=guide_pages(session()))


@bp.get("/guides/<slug:slug>")
@keeping.kept
def guide(slug: str) -> ResponseReturnValue:
    """Show a guide with the claims that bear it out."""
    page = guide_page(session(), slug)
    titles = {
        other.slug: other.titles for other in guide_pages(session(), page.related)
    }
    return render_template("public/guide.html", guide=page, related=titles)
