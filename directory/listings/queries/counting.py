"""How much there is of listings and their facts, and where each listing stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, and_, case, func, select, tuple_

from directory.core.db import Session
from directory.knowledge.model import SourceRow
from directory.listings.model import Current, Draft, Fact, Listing, Tombstone, Version
from directory.listings.queries.rows import CURRENT, current
from directory.listings.rules.standing import Counts, Lately, Provenance, Standing

NOT_STATED = "not-stated"
"""What facts without a basis are counted under."""


def standing(session: Session) -> Mapping[tuple[str, str], Standing]:
    """Return where every listing stands, also drafts and withdrawn ones.

    Returns:
        By kind and slug.
    """
    authority = func.coalesce(
        Version.authority, Draft.authority, Tombstone.withdrawn_by
    ).label("authority")
    rows = session.execute(
        select(Listing.kind, Listing.slug, Listing.state, authority)
        .outerjoin(Current, Current.listing_id == Listing.id)
        .outerjoin(Version, CURRENT)
        .outerjoin(Draft, Draft.listing_id == Listing.id)
        .outerjoin(Tombstone, Tombstone.listing_id == Listing.id)
    )
    return {(row.kind, row.slug): Standing(row.state, row.authority) for row in rows}


def published(
    session: Session, listings: Collection[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Return which of these are published at this moment.

    Args:
        session: Read only here.
        listings: Pairs of kind and slug.
    """
    rows = session.execute(
        select(Listing.kind, Listing.slug).where(
            tuple_(Listing.kind, Listing.slug).in_(sorted(listings)),
            Listing.state == "published",
        )
    )
    return frozenset((row.kind, row.slug) for row in rows)


def counts(session: Session, *, today: date) -> Counts:
    """Count listings and their facts, as readers see them.

    Args:
        session: Read only here.
        today: Against which facts are judged overdue.
    """
    groups = session.execute(_listings_grouped())
    by_state: Counter[tuple[str, str]] = Counter()
    centers_by_city: Counter[str] = Counter()
    for group in groups:
        by_state[group.kind, group.state] += group.n
        if group.city is not None:
            centers_by_city[group.city] += group.n
    facts: Counter[str] = Counter()
    capabilities: Counter[str] = Counter()
    values: Counter[str] = Counter()
    by_city: dict[str, Counter[str]] = {}
    overdue = 0
    for row in session.execute(_facts_grouped(today)):
        basis = row.basis or NOT_STATED
        facts[basis] += row.n
        overdue += row.overdue
        if row.part == "capability":
            capabilities[basis] += row.n
            values[row.capability] += row.n
        if row.city is not None:
            by_city.setdefault(row.city, Counter())[basis] += row.n
    return Counts(
        centers=by_state["center", "published"],
        facilitators=by_state["facilitator", "published"],
        drafts=sum(n for (_, state), n in by_state.items() if state == "draft"),
        facts=dict(facts),
        capabilities=dict(capabilities),
        values=dict(values),
        centers_by_city=dict(centers_by_city),
        facts_by_city={city: dict(found) for city, found in by_city.items()},
        overdue=overdue,
    )


def provenance(session: Session, *, today: date) -> Provenance:
    """Count how the facts of published listings are known.

    Args:
        session: Read only here.
        today: Against which facts are judged overdue.
    """
    by_city: dict[str, Counter[str]] = {}
    overdue: Counter[str] = Counter()
    for row in session.execute(_facts_grouped(today)):
        if row.city is not None:
            by_city.setdefault(row.city, Counter())[row.basis or NOT_STATED] += row.n
        overdue[row.city or ""] += row.overdue
    kinds = session.execute(
        current(
            select(SourceRow.kind, func.count().label("n"))
            .select_from(Fact)
            .join(Version, Version.id == Fact.version_id)
            .join(SourceRow, SourceRow.id == Fact.source_id)
        ).group_by(SourceRow.kind)
    )
    pages = session.scalar(
        current(
            select(func.count(func.distinct(Fact.source_id)))
            .select_from(Fact)
            .join(Version, Version.id == Fact.version_id)
        )
    )
    return Provenance(
        by_city={city: dict(found) for city, found in by_city.items()},
        overdue=dict(overdue),
        by_source={row.kind or "": row.n for row in kinds},
        sources=pages or 0,
    )


def lately(session: Session, *, since: date) -> Lately:
    """Count what happened to published listings.

    Args:
        session: Read only here.
        since: From the beginning of this day in UTC.
    """
    midnight = datetime.combine(since, time.min, tzinfo=UTC)
    is_first = case((Version.number == 1, 1), else_=0)
    first, versions = session.execute(
        select(func.coalesce(func.sum(is_first), 0), func.count())
        .join(Listing, Listing.id == Version.listing_id)
        .where(Listing.state == "published", Version.published_at >= midnight)
    ).one()
    checked = session.scalar(
        current(
            select(func.count())
            .select_from(Fact)
            .join(Version, Version.id == Fact.version_id)
            .where(Fact.basis.is_not(None), Fact.checked_on >= since)
        )
    )
    return Lately(since, first, versions - first, checked or 0)


def _listings_grouped() -> Select[*tuple[Any, ...]]:
    return (
        select(Listing.kind, Listing.state, Version.city, func.count().label("n"))
        .outerjoin(Current, Current.listing_id == Listing.id)
        .outerjoin(Version, CURRENT)
        .group_by(Listing.kind, Listing.state, Version.city)
    )


def _facts_grouped(today: date) -> Select[*tuple[Any, ...]]:
    # Values of other parts are words, one group each; only capabilities' count.
    capability = case((Fact.part == "capability", Fact.value), else_="").label(
        "capability"
    )
    late = case((and_(Fact.basis.is_not(None), Fact.next_due < today), 1), else_=0)
    return current(
        select(
            Fact.part,
            Fact.basis,
            capability,
            Version.city,
            func.count().label("n"),
            func.sum(late).label("overdue"),
        ).join(Version, Version.id == Fact.version_id)
    ).group_by(Fact.part, Fact.basis, "capability", Version.city)
