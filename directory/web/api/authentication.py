"""Who asks, where the API is not for all: a token in the header, never a cookie."""

from __future__ import annotations

from flask import request

from directory.accounts.actions.tokens import note_use
from directory.accounts.queries.tokens import Bearer, bearer_of
from directory.core.errors import DirectoryError, RefusedError
from directory.core.permissions import Permission, holds
from directory.web import context

SCHEME = "bearer"

LONGEST = 200
"""Characters of a token that is looked at; ours are shorter."""


class UnauthenticatedError(DirectoryError):
    """There is no token, or none that opens anything (any more).

    Wrong, ended and run out are not told apart to whoever shows it.
    """

    code = "api.unauthenticated"


def authenticated(needed: Permission | None = None) -> Bearer:
    """Return whom the token of this request stands for, who acts from now on.

    What they may do, actions decide as always, by their roles of this moment and
    the token's scopes. A browser's cookie means nothing here, so no request needs
    proof that it came from a page of ours.

    Args:
        needed: What the action will ask for, where much is sent with the request
            that need not be read if it will be refused.

    Raises:
        UnauthenticatedError: If no token is shown, or it opens nothing.
        RefusedError: If it is not good for what is needed.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    shown = scheme.lower() == SCHEME and 0 < len(secret) <= LONGEST
    found = (
        bearer_of(context.session(), secret.strip(), context.tools().clock())
        if shown
        else None
    )
    if found is None:
        raise UnauthenticatedError(shown=shown)
    context.act_as(found.actor)
    if needed is not None and not holds(found.actor, needed):
        raise RefusedError(permission=needed.value, actor=found.actor.name)
    if not found.is_use_noted:
        note_use(context.work(), found.token)
    return found
