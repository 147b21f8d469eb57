"""What a published center says of its capacity."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.core.db import Session
from directory.listings.model import Current, Listing
from directory.listings.rules.document import Kind
from directory.submissions.model import Capacity, ListingKeeper
from directory.submissions.queries.keeping import CapacityView, capacity
from directory.submissions.rules.states import CapacityState

__all__ = ["CapacityView", "center_capacities", "center_capacity", "kept_here"]


def center_capacity(session: Session, slug: str, *, today: date) -> CapacityView | None:
    """Return what a published center said, while that counts; else nothing.

    Args:
        session: Read only here.
        slug: Public name of the center.
        today: The reader's day.
    """
    listing = session.scalar(
        select(Listing.id)
        .join(Current, Current.listing_id == Listing.id)
        .where(Listing.kind == Kind.CENTER.value, Listing.slug == slug)
    )
    return None if listing is None else capacity(session, listing, today=today)


def center_capacities(
    session: Session, slugs: Collection[str], *, today: date
) -> dict[str, CapacityView]:
    """Return what published centers said, of those whose word still counts.

    Args:
        session: Read only here.
        slugs: Public names of centers.
        today: The reader's day.
    """
    rows = session.execute(
        select(Listing.slug, Capacity, Organization.name)
        .join(Current, Current.listing_id == Listing.id)
        .join(Capacity, Capacity.listing_id == Listing.id)
        .join(Organization, Organization.id == Capacity.organization_id)
        .where(
            Listing.kind == Kind.CENTER.value,
            Listing.slug.in_(slugs),
            Capacity.expires_on > today,
        )
    )
    return {
        slug: CapacityView(
            state=CapacityState(said.state),
            wait_weeks=said.wait_weeks,
            stated_on=said.stated_on,
            expires_on=said.expires_on,
            office=office,
        )
        for slug, said, office in rows
    }


def kept_here(session: Session, slugs: Collection[str]) -> frozenset[str]:
    """Return which centers are kept here by their own office, so that it answers."""
    return frozenset(
        session.scalars(
            select(Listing.slug)
            .join(ListingKeeper, ListingKeeper.listing_id == Listing.id)
            .where(Listing.kind == Kind.CENTER.value, Listing.slug.in_(slugs))
        )
    )
