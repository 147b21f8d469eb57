"""What a published center says of its capacity."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from directory.core.db import Session
from directory.listings.model import Current, Listing
from directory.listings.rules.document import Kind
from directory.submissions.queries.keeping import CapacityView, capacity

__all__ = ["CapacityView", "center_capacity"]


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
