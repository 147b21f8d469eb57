"""Forms of drafts come back with all that was typed, whatever went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Response, current_app, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from directory.core.errors import DirectoryError
from directory.core.permissions import Permission
from directory.web import context, errors, security, staff
from directory.web.hospital.blueprint import bp
from directory.web.proof import be_refused

if TYPE_CHECKING:
    from flask import Flask
    from flask.blueprints import BlueprintSetupState
    from flask.typing import ResponseReturnValue

KEPT = frozenset(
    {
        *("hospital.section", "hospital.section_choice", "hospital.first"),
        *("hospital.evidence", "hospital.evidence_link"),
    }
)
"""Views that refuse by their form alone, so that they may be asked once more."""


@bp.errorhandler(CSRFError)
def unproven(error: CSRFError) -> ResponseReturnValue:
    """Show the form again, which checks the same token and keeps what it was given."""
    # Tokens are looked at before anybody asks who is there.
    security.make_private()
    context.forget_signed_in()
    if request.endpoint not in KEPT or not staff.may(Permission.DRAFT_SUBMISSION):
        return errors.by_http(error)
    try:
        return _same_page()
    except (DirectoryError, HTTPException) as second:
        # Flask asks no handler about what another one raises.
        return current_app.handle_user_exception(second)


def again(status: int) -> Response | None:
    """Show the form again while nothing is stored; nothing if there is none."""
    if request.method != "POST" or request.endpoint not in KEPT:
        return None
    be_refused(status)
    response = _same_page()
    return response if response.status_code == status else None


@bp.record_once
def keep_every_form(state: BlueprintSetupState) -> None:
    """Tell the application."""
    errors.keep_forms(cast("Flask", state.app), bp.name, again)


def _same_page() -> Response:
    view = current_app.view_functions[str(request.endpoint)]
    return make_response(view(**(request.view_args or {})))
