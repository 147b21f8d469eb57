"""Published versions of centers and facilitators, and what is told of cities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, select

from directory.core.db import Session
from directory.listings.model import CityRow, Listing, Version
from directory.listings.queries.rows import current, missing
from directory.listings.rules.document import (
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
    Kind,
)
from directory.listings.rules.views import (
    CenterPage,
    FacilitatorPage,
    ListingPage,
    center_view,
    facilitator_view,
)

Page = TypeVar("Page", bound=ListingPage)


def center_page(session: Session, slug: str, *, today: date) -> CenterPage:
    """Return the published version of a center.

    Args:
        session: Read only here.
        slug: Public name, as in ``/centers/<slug>``.
        today: The reader's day, against which facts are judged overdue.

    Raises:
        WithdrawnError: If it was withdrawn.
        NotFoundError: If the center is unknown or has no published version.
    """
    pages = center_pages(session, (slug,), today=today)
    return pages[0] if pages else missing(session, Kind.CENTER, slug)


def center_pages(
    session: Session, slugs: Collection[str] | None = None, *, today: date
) -> tuple[CenterPage, ...]:
    """Return published centers, by slug.

    Args:
        session: Read only here.
        slugs: Which ones; all if not given. Unknown ones are left out.
        today: The reader's day, against which facts are judged overdue.
    """
    return _pages(session, Kind.CENTER, slugs, _center(today))


def center_version(
    session: Session, slug: str, number: int, *, today: date
) -> CenterPage:
    """Return one version of a published center, also an earlier one.

    Raises:
        WithdrawnError: If the center was withdrawn, with all its versions.
        NotFoundError: If there is no such center or version.
    """
    return _version(session, Kind.CENTER, slug, number, _center(today))


def facilitator_page(session: Session, slug: str, *, today: date) -> FacilitatorPage:
    """Return the published version of a facilitator; see :func:`center_page`."""
    pages = facilitator_pages(session, (slug,), today=today)
    return pages[0] if pages else missing(session, Kind.FACILITATOR, slug)


def facilitator_pages(
    session: Session, slugs: Collection[str] | None = None, *, today: date
) -> tuple[FacilitatorPage, ...]:
    """Return published facilitators, by slug; see :func:`center_pages`."""
    return _pages(session, Kind.FACILITATOR, slugs, _facilitator(today))


def facilitator_version(
    session: Session, slug: str, number: int, *, today: date
) -> FacilitatorPage:
    """Return one version of a facilitator; see :func:`center_version`."""
    return _version(session, Kind.FACILITATOR, slug, number, _facilitator(today))


def city_profiles(session: Session) -> tuple[CityDocument, ...]:
    """Return what is told about each city, in the order of pages."""
    rows = session.scalars(
        select(CityRow.document).order_by(CityRow.position, CityRow.slug)
    )
    return tuple(map(CityDocument.model_validate, rows))


_VERSION = (Version.document, Version.number, Version.published_at)


def _pages(
    session: Session,
    kind: Kind,
    slugs: Collection[str] | None,
    make: Callable[[Row[Any]], Page],
) -> tuple[Page, ...]:
    query = (
        current(select(*_VERSION))
        .join(Listing, Listing.id == Version.listing_id)
        .where(Listing.kind == kind.value)
        .order_by(Listing.slug)
    )
    if slugs is not None:
        query = query.where(Listing.slug.in_(sorted(set(slugs))))
    return tuple(map(make, session.execute(query)))


def _version(
    session: Session,
    kind: Kind,
    slug: str,
    number: int,
    make: Callable[[Row[Any]], Page],
) -> Page:
    row = session.execute(
        select(*_VERSION)
        .join(Listing, Listing.id == Version.listing_id)
        .where(
            Listing.kind == kind.value,
            Listing.slug == slug,
            Listing.state == "published",
            Version.number == number,
        )
    ).first()
    return make(row) if row else missing(session, kind, slug)


def _center(today: date) -> Callable[[Row[Any]], CenterPage]:
    return lambda row: center_view(
        CenterDocument.model_validate(row.document),
        version=row.number,
        published_at=row.published_at,
        today=today,
    )


def _facilitator(today: date) -> Callable[[Row[Any]], FacilitatorPage]:
    return lambda row: facilitator_view(
        FacilitatorDocument.model_validate(row.document),
        version=row.number,
        published_at=row.published_at,
        today=today,
    )
