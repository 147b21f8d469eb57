"""Products side by side; everything that was chosen stands in the address."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.knowledge.queries import therapy_pages
from directory.knowledge.rules.beside import FEWEST, MOST, Cause, Gap, choice, gap
from directory.knowledge.rules.therapy import DetailField, TherapyRole, WithheldField
from directory.knowledge.rules.views import TherapyPage
from directory.listings.queries import center_pages
from directory.web import keeping
from directory.web.context import session, today
from directory.web.filters import absolute
from directory.web.public.blueprint import bp
from directory.web.public.givers import by_route, named_by
from directory.web.public.reports import reports

SHOWN = (
    DetailField.TARGET,
    DetailField.DEVELOPER,
    DetailField.TURNAROUND,
)
"""Details that stand side by side."""


@bp.get("/therapies/compare")
@keeping.kept
def therapy_comparison() -> ResponseReturnValue:
    """Show what is known of two to four products, and never rank what they did."""
    pages = {page.slug: page for page in therapy_pages(session())}
    asked = choice(request.args.getlist("therapy"), pages)
    shown = [pages[slug] for slug in asked.found]
    enough = len(shown) >= FEWEST
    centers = center_pages(session(), today=today()) if enough else ()
    return render_template(
        "public/therapy_comparison.html",
        asked=asked,
        therapies=shown,
        enough=enough,
        routes={page.slug: by_route(named_by(centers, page.slug)) for page in shown},
        reports={page.slug: reports(page) for page in shown} if enough else {},
        gaps={page.slug: _gaps(page) for page in shown},
        others={
            role: [
                page
                for page in pages.values()
                if page.role is role and page.slug not in asked.found
            ]
            for role in TherapyRole
        }
        if len(shown) < MOST
        else {},
        without={
            slug: url_for(
                ".therapy_comparison",
                therapy=[one for one in asked.found if one != slug],
            )
            for slug in asked.found
        },
        link=absolute(url_for(".therapy_comparison", therapy=list(asked.found))),
        shown=SHOWN,
        most=MOST,
    )


def _gaps(page: TherapyPage) -> Mapping[str, Gap]:
    """Return why a product lacks something, by its kind."""
    named = {field.value: gap(page, field) for field in WithheldField}
    return {**named, "other": gap(page), "detail": Gap(Cause.NOT_STATED)}
