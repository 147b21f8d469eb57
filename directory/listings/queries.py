"""Looking at listings: pages, versions, history, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_, case, func, select, tuple_
from sqlalchemy.orm import aliased

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.listings.model import (
    CityRow,
    Current,
    Draft,
    Fact,
    Listing,
    Tombstone,
    Version,
)
from directory.listings.rules.differences import differences
from directory.listings.rules.document import (
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
    Kind,
)
from directory.listings.rules.standing import Counts, RecentView, Standing, VersionView
from directory.listings.rules.views import (
    BorneView,
    CenterPage,
    FacilitatorPage,
    FactView,
    ListingPage,
    TreatmentView,
    TrialView,
    center_view,
    facilitator_view,
)

__all__ = [
    "BorneView",
    "CenterPage",
    "Counts",
    "FacilitatorPage",
    "FactView",
    "ListingPage",
    "RecentView",
    "Standing",
    "TreatmentView",
    "TrialView",
    "VersionView",
    "WithdrawnError",
    "center_history",
    "center_page",
    "center_pages",
    "center_version",
    "city_profiles",
    "counts",
    "facilitator_history",
    "facilitator_page",
    "facilitator_pages",
    "published",
    "recent",
    "standing",
]

NOT_STATED = "not-stated"
"""What facts without a basis are counted under."""

Page = TypeVar("Page", bound=ListingPage)


class WithdrawnError(NotFoundError):
    """There was such a listing; it was withdrawn."""

    code = "listing.withdrawn"


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
    return pages[0] if pages else _missing(session, Kind.CENTER, slug)


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
    row = session.execute(
        select(*_VERSION)
        .join(Listing, Listing.id == Version.listing_id)
        .where(
            Listing.kind == Kind.CENTER.value,
            Listing.slug == slug,
            Listing.state == "published",
            Version.number == number,
        )
    ).first()
    return _center(today)(row) if row else _missing(session, Kind.CENTER, slug)


def facilitator_page(session: Session, slug: str, *, today: date) -> FacilitatorPage:
    """Return the published version of a facilitator; see :func:`center_page`."""
    pages = facilitator_pages(session, (slug,), today=today)
    return pages[0] if pages else _missing(session, Kind.FACILITATOR, slug)


def facilitator_pages(
    session: Session, slugs: Collection[str] | None = None, *, today: date
) -> tuple[FacilitatorPage, ...]:
    """Return published facilitators, by slug; see :func:`center_pages`."""
    return _pages(session, Kind.FACILITATOR, slugs, _facilitator(today))


def center_history(session: Session, slug: str) -> tuple[VersionView, ...]:
    """Return all versions of a published center, latest first.

    Raises:
        WithdrawnError: If it was withdrawn.
        NotFoundError: If the center is unknown or has no published version.
    """
    return _history(session, Kind.CENTER, slug)


def facilitator_history(session: Session, slug: str) -> tuple[VersionView, ...]:
    """Return all versions of a facilitator; see :func:`center_history`."""
    return _history(session, Kind.FACILITATOR, slug)


def recent(
    session: Session, *, city: str | None = None, slug: str | None = None, most: int
) -> tuple[RecentView, ...]:
    """Return the latest versions of published listings, latest first.

    Args:
        session: Read only here.
        city: Vocabulary key, to have only centers that are there now.
        slug: Public name of a center, to have only its own.
        most: How many at most.

    Raises:
        WithdrawnError: If the center was withdrawn.
        NotFoundError: If the center is unknown or has no published version.
    """
    before = aliased(Version)
    query = (
        select(Listing.kind, Listing.slug, Version, before.document.label("before"))
        .join(Listing, Listing.id == Version.listing_id)
        .outerjoin(
            before,
            and_(
                before.listing_id == Version.listing_id,
                before.number == Version.number - 1,
            ),
        )
        .where(Listing.state == "published")
        .order_by(Version.published_at.desc(), Version.id.desc())
        .limit(most)
    )
    if slug is not None:
        query = query.where(Listing.kind == Kind.CENTER.value, Listing.slug == slug)
    if city is not None:
        now = aliased(Version)
        query = query.join(Current, Current.listing_id == Listing.id).join(
            now,
            and_(
                now.listing_id == Current.listing_id,
                now.number == Current.number,
                now.city == city,
            ),
        )
    rows = session.execute(query).all()
    if slug is not None and not rows:
        _missing(session, Kind.CENTER, slug)
    return tuple(
        RecentView(
            kind=row.kind,
            slug=row.slug,
            names=row.Version.document["names"],
            version=VersionView(
                row.Version.number,
                row.Version.published_at,
                row.Version.authority,
                row.Version.digest,
                differences(row.before, row.Version.document),
            ),
        )
        for row in rows
    )


def city_profiles(session: Session) -> tuple[CityDocument, ...]:
    """Return what is told about each city, in the order of pages."""
    rows = session.scalars(
        select(CityRow.document).order_by(CityRow.position, CityRow.slug)
    )
    return tuple(map(CityDocument.model_validate, rows))


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
        .outerjoin(Version, _CURRENT)
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


_VERSION = (Version.document, Version.number, Version.published_at)
_CURRENT = and_(
    Version.listing_id == Current.listing_id, Version.number == Current.number
)


def _current(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.join(Current, _CURRENT)


def _pages(
    session: Session,
    kind: Kind,
    slugs: Collection[str] | None,
    make: Callable[[Row[Any]], Page],
) -> tuple[Page, ...]:
    query = (
        _current(select(*_VERSION))
        .join(Listing, Listing.id == Version.listing_id)
        .where(Listing.kind == kind.value)
        .order_by(Listing.slug)
    )
    if slugs is not None:
        query = query.where(Listing.slug.in_(sorted(set(slugs))))
    return tuple(map(make, session.execute(query)))


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


def _missing(session: Session, kind: Kind, slug: str) -> Any:
    withdrawn = session.scalar(
        select(Tombstone.withdrawn_at)
        .join(Listing, Listing.id == Tombstone.listing_id)
        .where(Listing.kind == kind.value, Listing.slug == slug)
    )
    if withdrawn is not None:
        raise WithdrawnError(kind=kind.value, slug=slug)
    raise NotFoundError(kind=kind.value, slug=slug)


def _history(session: Session, kind: Kind, slug: str) -> tuple[VersionView, ...]:
    rows = session.execute(
        select(
            Version.number,
            Version.published_at,
            Version.authority,
            Version.digest,
            Version.document,
        )
        .join(Listing, Listing.id == Version.listing_id)
        .where(
            Listing.kind == kind.value,
            Listing.slug == slug,
            Listing.state == "published",
        )
        .order_by(Version.number)
    ).all()
    if not rows:
        _missing(session, kind, slug)
    before = [None, *(row.document for row in rows)]
    return tuple(
        VersionView(
            row.number,
            row.published_at,
            row.authority,
            row.digest,
            differences(earlier, row.document),
        )
        for earlier, row in zip(before, rows, strict=False)
    )[::-1]


def _listings_grouped() -> Select[*tuple[Any, ...]]:
    return (
        select(Listing.kind, Listing.state, Version.city, func.count().label("n"))
        .outerjoin(Current, Current.listing_id == Listing.id)
        .outerjoin(Version, _CURRENT)
        .group_by(Listing.kind, Listing.state, Version.city)
    )


def _facts_grouped(today: date) -> Select[*tuple[Any, ...]]:
    # Values of other parts are words, one group each; only capabilities' count.
    capability = case((Fact.part == "capability", Fact.value), else_="").label(
        "capability"
    )
    late = case((and_(Fact.basis.is_not(None), Fact.next_due < today), 1), else_=0)
    return _current(
        select(
            Fact.part,
            Fact.basis,
            capability,
            Version.city,
            func.count().label("n"),
            func.sum(late).label("overdue"),
        ).join(Version, Version.id == Fact.version_id)
    ).group_by(Fact.part, Fact.basis, "capability", Version.city)
