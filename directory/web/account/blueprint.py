"""The blueprint of one's own account, and who may open its pages."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError

from directory.accounts.actions import signing_in
from directory.accounts.rules.life import SEEN_EVERY
from directory.core.errors import DirectoryError
from directory.web import context, security, staff
from directory.web.account import credentials

bp = Blueprint("account", __name__, url_prefix="/account")

OPEN = frozenset(
    {
        "confirm",
        "confirm_address",
        "forgotten",
        "forgotten_sent",
        "invitation",
        "new_claim",
        "register",
        "registered",
        "reset",
        "second_factor",
        "second_factor_by_passkey",
        "sign_in",
        "sign_in_by_passkey",
        "sign_out",
    }
)
"""Pages that anybody may open, or that ask by themselves who has signed in."""

FEATURES = ", ".join(
    f"{name}=(self)" if name.startswith("publickey-credentials") else f"{name}=()"
    for name in (*security.UNUSED, "publickey-credentials-create")
)
"""Of browsers: passkeys are used here, and nowhere else on the site."""


class ClosedError(DirectoryError):
    """This process has no keys, so nobody can sign in."""

    code = "account.closed"


@bp.before_request
def open_only_with_keys() -> None:
    """Refuse every page while there are no keys."""
    if context.tools().keys is None:
        raise ClosedError


staff.signed_in_only(bp, except_for=OPEN)


@bp.after_request
def allow_passkeys(response: Response) -> Response:
    """Let the browser use passkeys on these pages."""
    response.headers["Permissions-Policy"] = FEATURES
    return response


@bp.before_app_request
def note_seen() -> None:
    """Write down, once a minute, that a session is in use.

    Public pages never ask who has signed in. If the database is busy, the page goes
    first: the next one writes it down.
    """
    if not security.is_private():
        return
    found = context.signed_in()
    if found is None or context.tools().clock() - found.seen_at < SEEN_EVERY:
        return
    try:
        signing_in.note_seen(context.work(), found.sign_in)
        context.keep()
    except (context.BusyError, OperationalError):
        context.finish(succeeded=False)


@bp.record_once
def install(state: BlueprintSetupState) -> None:
    """Set up what credentials are checked with, if there are keys."""
    app = cast("Flask", state.app)
    tools = app.extensions[context.EXTENSION]
    if tools.keys is not None:
        credentials.install(app, tools.keys)
