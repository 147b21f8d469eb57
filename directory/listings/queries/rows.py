"""What queries of listings have in common: the current version, and refusals."""

from __future__ import annotations

from typing import Any, NoReturn

from sqlalchemy import Select, and_, select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.listings.model import Current, Listing, Tombstone, Version
from directory.listings.rules.document import Kind


class WithdrawnError(NotFoundError):
    """There was such a listing; it was withdrawn."""

    code = "listing.withdrawn"


CURRENT = and_(
    Version.listing_id == Current.listing_id, Version.number == Current.number
)
"""Joins a version to the row that says that readers see it."""


def current(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a query of versions as one of those that readers see."""
    return query.join(Current, CURRENT)


def missing(session: Session, kind: Kind, slug: str) -> NoReturn:
    """Say of a listing that nobody may read why that is.

    Raises:
        WithdrawnError: If it was withdrawn.
        NotFoundError: If it is unknown or has no published version.
    """
    withdrawn = session.scalar(
        select(Tombstone.withdrawn_at)
        .join(Listing, Listing.id == Tombstone.listing_id)
        .where(
            Listing.kind == kind.value,
            Listing.slug == slug,
            # What was discarded before anybody read it was never here.
            select(Version.id).where(Version.listing_id == Listing.id).exists(),
        )
    )
    if withdrawn is not None:
        raise WithdrawnError(kind=kind.value, slug=slug)
    raise NotFoundError(kind=kind.value, slug=slug)
