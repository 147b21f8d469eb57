"""The registry of products: all of them, and each on its own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.core.db import Session
from directory.core.text import Text
from directory.knowledge.queries import therapy_page, therapy_pages
from directory.knowledge.rules.therapy import TherapyRole
from directory.knowledge.rules.views import TherapyPage
from directory.listings.queries import TreatmentView, center_pages
from directory.listings.rules.document import Route
from directory.web import keeping
from directory.web.context import session, today
from directory.web.public.blueprint import bp


@dataclass(frozen=True, slots=True)
class Giver:
    """A center that gives a product, or is said to, and by which route.

    Args:
        slug: Of the center.
        names: Of the center.
        city: Vocabulary key.
        treatment: The center's own statement, with its basis.
    """

    slug: str
    names: Text
    city: str
    treatment: TreatmentView


def givers(session: Session, therapy: str, *, today: date) -> tuple[Giver, ...]:
    """Return the centers that name a product, ordinary treatment first.

    Args:
        session: Read only here.
        therapy: Slug of the product.
        today: The reader's day, against which facts are judged overdue.
    """
    order = list(Route)
    found: Iterator[Giver] = (
        Giver(page.slug, page.names, page.city, treatment)
        for page in center_pages(session, today=today)
        for treatment in page.treatments
        if treatment.therapy == therapy
    )
    return tuple(
        sorted(
            found, key=lambda giver: (order.index(giver.treatment.route), giver.slug)
        )
    )


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
    return render_template(
        "public/therapy.html",
        therapy=page,
        givers=givers(session(), slug, today=today()),
    )
