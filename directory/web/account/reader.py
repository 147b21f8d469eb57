"""Who reads a page of one's own account."""

from __future__ import annotations

from directory.accounts.queries.acting import SignedIn
from directory.core.errors import NotFoundError
from directory.web import context


def reader() -> SignedIn:
    """Return who is signed in, on pages that nobody else opens.

    Raises:
        NotFoundError: If nobody is.
    """
    found = context.signed_in()
    if found is None:
        raise NotFoundError
    return found
