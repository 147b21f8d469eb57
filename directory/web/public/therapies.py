"""The registry of products: all of them, and each on its own page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.core.text import Text
from directory.knowledge.queries import guide_pages, therapy_page, therapy_pages
from directory.knowledge.rules.therapy import TherapyRole
from directory.knowledge.rules.views import TherapyPage
from directory.web import keeping
from directory.web.context import session, today, vocabulary
from directory.web.public.blueprint import bp
from directory.web.public.givers import by_route, givers
from directory.web.public.reports import reports

GUIDES = ("how-it-works", "eligibility", "safety", "cost")
"""Guides that help with every product, in the order in which questions come."""


@bp.get("/therapies")
@keeping.kept
def therapies() -> ResponseReturnValue:
    """List the products by why they are in the registry."""
    pages = therapy_pages(session())
    by_role: dict[TherapyRole, list[TherapyPage]] = {role: [] for role in TherapyRole}
    for page in pages:
        by_role[page.role].append(page)
    return render_template("public/therapies.html", by_role=by_role)


@bp.get("/therapies/<slug:slug>")
@keeping.kept
def therapy(slug: str) -> ResponseReturnValue:
    """Show what is known of a product, and which centers name it."""
    page = therapy_page(session(), slug)
    found = givers(session(), slug, today=today())
    return render_template(
        "public/therapy.html",
        therapy=page,
        givers=found,
        borne_out=sum(giver.is_borne_out for giver in found),
        routes=by_route(found),
        reports=reports(page),
        guides=related(slug),
    )


def related(therapy: str) -> Mapping[str, Text]:
    """Return titles of guides by slug: those about a product, and general ones."""
    titles, by_therapy = vocabulary().once("guides by therapy", _guides)
    wanted = (*by_therapy.get(therapy, ()), *GUIDES)
    return {slug: titles[slug] for slug in wanted if slug in titles}


def _guides() -> tuple[Mapping[str, Text], Mapping[str, tuple[str, ...]]]:
    titles: dict[str, Text] = {}
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for guide in guide_pages(session()):
        titles[guide.slug] = guide.titles
        for section in guide.sections:
            for slug in section.therapies:
                found[slug][guide.slug] = None
    return titles, {slug: tuple(guides) for slug, guides in found.items()}
