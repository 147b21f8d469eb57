"""The first page: what the directory is, and a way in."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from directory.core.text import Language
from directory.listings.queries import counts
from directory.web import keeping, labels, locale
from directory.web.context import session, today
from directory.web.public.blueprint import bp


@bp.get("/")
@keeping.kept
def home() -> ResponseReturnValue:
    """Show the search box, the cities, and what is known so far."""
    return render_template(
        "public/home.html",
        counts=counts(session(), today=today()),
        cities=labels.CITIES,
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
