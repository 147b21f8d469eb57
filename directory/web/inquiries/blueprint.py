"""The blueprint of inquiries, and what each of its pages needs before it opens."""

from __future__ import annotations

import flask
from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError
from directory.inquiries.actions.asking import AlreadySentError
from directory.inquiries.queries import NoDraftError
from directory.web.context import tools
from directory.web.proof import keep_what_was_typed

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


keep_what_was_typed(bp)
