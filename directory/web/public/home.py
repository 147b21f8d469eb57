"""The first page: what the directory is, and a way in."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from directory.core.text import Language
from directory.knowledge.queries import licenses
from directory.knowledge.rules.sources import Basis
from directory.listings.queries import center_pages, counts, lately, recent
from directory.web import keeping, labels, locale
from directory.web.context import session, today, vocabulary
from directory.web.public.blueprint import bp

WEEK = timedelta(days=7)

LATEST = 3
"""Changes that the first page names; the feed has them all."""


@bp.get("/")
@keeping.kept
def home() -> ResponseReturnValue:
    """Show the search box, ways in, the cities, and what is known so far."""
    week = lately(session(), since=today() - WEEK)
    basis: dict[str, bool] = {}
    for one in licenses(session()):
        is_borne = one.basis is not Basis.UNVERIFIED
        basis[one.therapy] = basis.get(one.therapy, False) or is_borne
    return render_template(
        "public/home.html",
        counts=counts(session(), today=today()),
        cities=labels.CITIES,
        borne_out=vocabulary().once("centers borne out", _borne_out),
        products=len(basis),
        unsourced=sum(not is_borne for is_borne in basis.values()),
        week=week,
        latest=[
            each
            for each in recent(session(), most=LATEST)
            if each.version.number > 1
            and each.version.published_at.date() >= week.since
        ]
        if week.changed
        else [],
    )


def _borne_out() -> int:
    """Return how many centers a source links with CAR-T."""
    return sum(
        page.evidence_level.startswith("sourced")
        for page in center_pages(session(), today=today())
    )


@bp.get("/language")
def language() -> ResponseReturnValue:
    """Remember the language and go back to the page, in that language.

    Only own paths are followed; anything else leads to the first page.
    """
    code = request.args.get("to", "")
    if code not in set(Language):
        raise BadRequest
    path = locale.own_path(request.args.get("next", "/")) or "/"
    target = locale.in_language(Language(code), path)
    response = make_response(redirect(target, code=303))
    locale.remember(response, Language(code))
    return response
