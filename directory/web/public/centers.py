"""One center: what is known, who says so, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.core.text import Language
from directory.exports.schema_org import hospital
from directory.listings.queries import CenterPage, FactView, center_page
from directory.listings.rules.comparison import MOST
from directory.listings.rules.document import Value
from directory.submissions.queries.capacity import center_capacity
from directory.web import filters, keeping, locale
from directory.web.addresses import url_for
from directory.web.context import language, session, today, tools
from directory.web.filters import absolute
from directory.web.guards import limiter
from directory.web.public import shortlist
from directory.web.public.blueprint import bp
from directory.web.public.papers import OFTEN, attachment
from directory.web.squares import square


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
        compare=_compare(slug),
    )


@bp.get("/centers/<slug:slug>/pdf")
@limiter.limit(OFTEN)
def center_pdf(slug: str) -> ResponseReturnValue:
    """Hand a center out on paper, with a square that reopens this version.

    Raises:
        PaperUnavailableError: If none can be made here now.
    """
    page = center_page(session(), slug, today=today())
    said = filters.said(page.names)
    title = said.words if said else gettext("Center")
    link = absolute(url_for(".past_center", slug=slug, number=page.version))
    html = render_template(
        "paper/center.html",
        title=title,
        center=page,
        capabilities=capabilities(page),
        capacity=center_capacity(session(), slug, today=today()),
        link=link,
        square=square(link),
    )
    made = tools().paper.pdf(html, title=title, language=language())
    return attachment(made, "application/pdf", f"{slug}.{page.version}.pdf")


@dataclass(frozen=True, slots=True)
class Comparing:
    """Ways from a center to a comparison, with what the address carries already.

    Args:
        others: How many other centers are on the shortlist.
        compare: Address of the comparison with this center.
        look: Address of the results with this center on the shortlist.
        is_full: Whether there is no room for this center.
    """

    others: int
    compare: str
    look: str
    is_full: bool


def _compare(slug: str) -> Comparing:
    others = [one for one in shortlist.slugs() if one != slug]
    is_full = len(others) >= MOST
    chosen = others if is_full else [*others, slug]
    return Comparing(
        others=len(others),
        compare=url_for(".comparison", center=chosen),
        look=url_for(".centers", center=chosen),
        is_full=is_full,
    )
