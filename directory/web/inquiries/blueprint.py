"""The blueprint of inquiries, and what each of its pages needs before it opens."""

from __future__ import annotations

from typing import cast

import flask
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError
from directory.inquiries.actions.asking import AlreadySentError
from directory.inquiries.queries import NoDraftError
from directory.web.context import tools
from directory.web.errors import keep_forms
from directory.web.inquiries.proof import be_busy

bp = Blueprint("inquiries", __name__, url_prefix="/inquiries")


class ClosedError(DirectoryError):
    """This process has no keys, so nothing can be entrusted to it."""

    code = "inquiry.closed"


def keys() -> KeyRing:
    """Return the ring of keys.

    Raises:
        ClosedError: If this process serves the public directory only.
    """
    ring = tools().keys
    if ring is None:
        raise ClosedError
    return ring


def redirect(endpoint: str, **values: str) -> Response:
    """Send the browser on to another page of inquiries."""
    address = url_for(f"inquiries.{endpoint}", _external=False, **values)
    return make_response(flask.redirect(address, code=303))


@bp.before_request
def open_only_with_keys() -> None:
    """Refuse every page while there are no keys."""
    keys()


@bp.errorhandler(ClosedError)
def closed(_error: ClosedError) -> ResponseReturnValue:
    """Say that inquiries cannot be taken here now, and what else can be done."""
    return render_template("inquiries/closed.html"), 503, {"Retry-After": "3600"}


@bp.errorhandler(NoDraftError)
def lost(_error: NoDraftError) -> ResponseReturnValue:
    """Say why there is nothing to go on with, and where to go."""
    return render_template("inquiries/lost.html"), 404


@bp.errorhandler(AlreadySentError)
def already_sent(_error: AlreadySentError) -> ResponseReturnValue:
    """Show the receipt of what was sent instead of changing it."""
    return redirect("receipt")


@bp.errorhandler(CSRFError)
def unproven(_error: CSRFError) -> ResponseReturnValue:
    """Show the form again with everything typed in it, and why it was not taken.

    The form checks the same token again, so it refuses and keeps what it was given.
    """
    view = current_app.view_functions[str(request.endpoint)]
    try:
        return make_response(view(**(request.view_args or {})))
    except (DirectoryError, HTTPException) as error:
        # Flask asks no handler about what another one raises.
        return current_app.handle_user_exception(error)


def again() -> Response | None:
    """Show a form that could not be stored now, with everything typed in it."""
    if request.method != "POST":
        return None
    be_busy()
    view = current_app.view_functions[str(request.endpoint)]
    response = make_response(view(**(request.view_args or {})))
    return response if response.status_code == 503 else None


@bp.record_once
def keep_every_form(state: BlueprintSetupState) -> None:
    """Let what was typed come back whenever the database is busy or full."""
    keep_forms(cast("Flask", state.app), bp.name, again)
