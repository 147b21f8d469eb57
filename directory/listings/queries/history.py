"""How listings came to say what they say: versions, and what each changed."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from directory.core.db import Session
from directory.listings.model import Current, Listing, Version
from directory.listings.queries.rows import missing
from directory.listings.rules.differences import differences
from directory.listings.rules.document import Kind
from directory.listings.rules.standing import Between, Change, RecentView, VersionView


def center_history(session: Session, slug: str) -> tuple[VersionView, ...]:
    """Return all versions of a published center, latest first.

    Raises:
        WithdrawnError: If it was withdrawn.
        NotFoundError: If the center is unknown or has no published version.
    """
    return history(session, Kind.CENTER, slug)


def facilitator_history(session: Session, slug: str) -> tuple[VersionView, ...]:
    """Return all versions of a facilitator; see :func:`center_history`."""
    return history(session, Kind.FACILITATOR, slug)


def field_history(
    session: Session, kind: Kind, slug: str, field: str
) -> tuple[Change, ...]:
    """Return the versions of a published listing that changed a field, latest first.

    Raises:
        WithdrawnError: If the listing was withdrawn.
        NotFoundError: If it is unknown or has no published version.
    """
    return tuple(
        Change(version, difference)
        for version in history(session, kind, slug)
        for difference in version.changes
        if difference.field == field
    )


def between(session: Session, kind: Kind, slug: str, one: int, other: int) -> Between:
    """Return what is different between two versions of a published listing.

    Args:
        session: Read only here.
        kind: Center or facilitator.
        slug: Its public name.
        one: Number of a version.
        other: Number of another one, in either order.

    Raises:
        WithdrawnError: If the listing was withdrawn.
        NotFoundError: If the listing or one of the versions is unknown.
    """
    rows = session.execute(
        select(Version.number, Version.document)
        .join(Listing, Listing.id == Version.listing_id)
        .where(
            Listing.kind == kind.value,
            Listing.slug == slug,
            Listing.state == "published",
            Version.number.in_((one, other)),
        )
    )
    documents = {row.number: row.document for row in rows}
    if documents.keys() != {one, other}:
        missing(session, kind, slug)
    earlier, later = sorted((one, other))
    return Between(earlier, later, differences(documents[earlier], documents[later]))


def recent(
    session: Session,
    *,
    city: str | None = None,
    kind: Kind = Kind.CENTER,
    slug: str | None = None,
    most: int,
) -> tuple[RecentView, ...]:
    """Return the latest versions of published listings, latest first.

    Args:
        session: Read only here.
        city: Vocabulary key, to have only centers that are there now.
        kind: Of the listing that ``slug`` names.
        slug: Public name of a listing, to have only its own.
        most: How many at most.

    Raises:
        WithdrawnError: If that listing was withdrawn.
        NotFoundError: If it is unknown or has no published version.
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
        query = query.where(Listing.kind == kind.value, Listing.slug == slug)
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
        missing(session, kind, slug)
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


def history(session: Session, kind: Kind, slug: str) -> tuple[VersionView, ...]:
    """Return all versions of a published listing; see :func:`center_history`."""
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
        missing(session, kind, slug)
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
