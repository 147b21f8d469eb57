"""Facts that should have been looked at again: where, of what kind, whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, select

from directory.accounts.model import Organization
from directory.core.db import Session
from directory.core.text import Text
from directory.listings.model import Current, Fact, Listing, Version
from directory.submissions.model import ListingKeeper, Recheck


@dataclass(frozen=True, slots=True)
class OverdueView:
    """One fact whose day has passed.

    Args:
        kind: Of the listing.
        slug: Of the listing.
        names: Of the listing.
        city: Vocabulary key; empty for facilitators.
        part: What sort of fact, e.g. ``capability``.
        field: Its place.
        next_due: The day that has passed.
        kept_by: Organization that keeps the listing; empty if none does.
        asked: How many times it was asked about the listing since.
        asked_since: Since when; ``None`` if nobody was asked.
    """

    kind: str
    slug: str
    names: Text
    city: str
    part: str
    field: str
    next_due: date
    kept_by: str
    asked: int
    asked_since: date | None


def overdue(session: Session, *, today: date) -> tuple[OverdueView, ...]:
    """Return every published fact whose day has passed, the oldest first.

    Args:
        session: Read only here.
        today: Against which days are judged.
    """
    asked = (
        select(
            Recheck.listing_id,
            func.sum(Recheck.mails).label("mails"),
            func.min(Recheck.due_on).label("since"),
        )
        .where(Recheck.done_at.is_(None), Recheck.mails > 0)
        .group_by(Recheck.listing_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Listing.kind,
            Listing.slug,
            Fact.version_id,
            Fact.part,
            Fact.field,
            Fact.next_due,
            Organization.name,
            asked.c.mails,
            asked.c.since,
        )
        .join(Version, Version.id == Fact.version_id)
        .join(
            Current,
            and_(
                Current.listing_id == Version.listing_id,
                Current.number == Version.number,
            ),
        )
        .join(Listing, Listing.id == Version.listing_id)
        .outerjoin(ListingKeeper, ListingKeeper.listing_id == Listing.id)
        .outerjoin(Organization, Organization.id == ListingKeeper.organization_id)
        .outerjoin(asked, asked.c.listing_id == Listing.id)
        .where(Fact.next_due < today, Fact.basis.is_not(None))
        .order_by(Fact.next_due, Listing.kind, Listing.slug, Fact.id)
    ).all()
    # A document once, and not once for each of its facts.
    documents = {
        row.id: row.document
        for row in session.execute(
            select(Version.id, Version.document).where(
                Version.id.in_({row.version_id for row in rows})
            )
        )
    }
    return tuple(_view(row, documents[row.version_id]) for row in rows)


def counted(
    facts: Iterable[OverdueView],
) -> Mapping[tuple[str, str], int]:
    """Return how many facts are overdue, by city and part."""
    return Counter((one.city, one.part) for one in facts)


def _view(row: Row[Any], document: Mapping[str, Any]) -> OverdueView:
    return OverdueView(
        kind=row.kind,
        slug=row.slug,
        names=document["names"],
        city=document.get("city", ""),
        part=row.part,
        field=row.field,
        next_due=row.next_due,
        kept_by=row.name or "",
        asked=int(row.mails or 0),
        asked_since=row.since,
    )
