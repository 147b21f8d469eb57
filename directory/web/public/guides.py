"""Guides: short answers to what people ask, each sentence borne out."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.knowledge.queries import GuidePage, guide_page, guide_pages
from directory.web import keeping
from directory.web.context import session
from directory.web.explaining import explainer
from directory.web.public.blueprint import bp
from directory.web.public.reading import leads, read, whence_of_summary


@bp.get("/guides")
@keeping.kept
def guides() -> ResponseReturnValue:
    """List the guides with what each is about."""
    return render_template("public/guides.html", guides=guide_pages(session()))


@bp.get("/guides/<slug:slug>")
@keeping.kept
def guide(slug: str) -> ResponseReturnValue:
    """Show a guide with what bears each statement out."""
    page = guide_page(session(), slug)
    return render_template("public/guide.html", **parts(page))


def parts(page: GuidePage) -> dict[str, Any]:
    """Return what the template of any guide is filled with."""
    others = guide_pages(session(), page.related)
    named = (slug for section in page.sections for slug in section.therapies)
    return {
        "guide": page,
        "sections": read(page),
        "summary_whence": whence_of_summary(page),
        "words": explainer(),
        "next": next(iter(leads([page.next])), None),
        "ways": leads(page.ways),
        "therapies": tuple(dict.fromkeys(named)),
        "related": {other.slug: other.titles for other in others},
    }
