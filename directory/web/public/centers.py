"""One center: what is known, who says so, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.core.text import Language
from directory.exports.schema_org import hospital
from directory.listings.queries import CenterPage, FactView, center_page
from directory.listings.rules.document import Value
from directory.submissions.queries.capacity import center_capacity
from directory.web import keeping, locale
from directory.web.context import session, today
from directory.web.filters import absolute
from directory.web.public.blueprint import bp


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A center's capabilities, by how much is known of them.

    Args:
        borne_out: Stated, and something bears it out.
        unsourced: Stated, but no source was found.
        not_stated: Nothing was found.
    """

    borne_out: tuple[FactView, ...]
    unsourced: tuple[FactView, ...]
    not_stated: tuple[FactView, ...]


def capabilities(page: CenterPage) -> Capabilities:
    """Sort a center's capabilities so that what is known is read first."""
    known: list[FactView] = []
    unsourced: list[FactView] = []
    silent: list[FactView] = []
    for fact in page.capabilities:
        if fact.value is Value.NOT_STATED:
            silent.append(fact)
        elif fact.basis is None or fact.basis.value == "unverified":
            unsourced.append(fact)
        else:
            known.append(fact)
    return Capabilities(tuple(known), tuple(unsourced), tuple(silent))


@bp.get("/centers/<slug:slug>")
@keeping.kept
def center(slug: str) -> ResponseReturnValue:
    """Show the published version of a center."""
    page = center_page(session(), slug, today=today())
    plain = locale.in_language(Language.EN, f"/centers/{slug}")
    return render_template(
        "public/center.html",
        center=page,
        capabilities=capabilities(page),
        capacity=center_capacity(session(), slug, today=today()),
        current=page.version,
        data=hospital(page, absolute(plain)),
    )
