"""Who keeps which listing, and what of it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select

from directory.accounts.model import Organization
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.model import Current, Listing, Version
from directory.listings.rules.document import (
    CenterDocument,
    FacilitatorDocument,
    Kind,
)
from directory.listings.rules.facts import Fact, facts
from directory.submissions.model import Capacity, ListingKeeper, Recheck
from directory.submissions.rules.rechecks import due, is_confirmable
from directory.submissions.rules.states import CapacityState


@dataclass(frozen=True, slots=True)
class Kept:
    """A published listing and the organization that keeps it.

    Args:
        id: Row of the listing.
        kind: Center or facilitator.
        slug: Its public name.
        number: Its current version.
        document: As it is published.
        organization: Row of the keeper.
        office: The keeper's own name.
    """

    id: int
    kind: Kind
    slug: str
    number: int
    document: CenterDocument | FacilitatorDocument
    organization: int
    office: str

    @property
    def names(self) -> Text:
        """Return its names by language."""
        return dict(self.document.names.items())


@dataclass(frozen=True, slots=True)
class RecheckView:
    """A listing's facts that should be looked at again.

    Args:
        kept: The listing.
        due: Those whose day is near or past, the longest overdue first.
        confirmable: Places of those that one press renews; the others go through
            review.
        asked: How many mails were sent about it since the earliest day.
        is_late: Whether a day has passed.
    """

    kept: Kept
    due: tuple[Fact, ...]
    confirmable: frozenset[str]
    asked: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class CapacityView:
    """Whether a center takes patients now, by its own word.

    Args:
        state: What it said.
        wait_weeks: How long one waits, if it said so.
        stated_on: On which day.
        expires_on: From which day on this says nothing any more.
        office: Who said so.
    """

    state: CapacityState
    wait_weeks: int | None
    stated_on: date
    expires_on: date
    office: str

    @property
    def last_day(self) -> date:
        """Return the last day on which it counts."""
        return self.expires_on - timedelta(days=1)


def kept_by(session: Session, organization: int | None) -> tuple[Kept, ...]:
    """Return the published listings that an organization keeps, by slug."""
    if organization is None:
        return ()
    rows = session.execute(
        _KEPT.where(ListingKeeper.organization_id == organization).order_by(
            Listing.slug
        )
    )
    return tuple(map(_kept, rows))


def kept_listings(session: Session) -> tuple[Kept, ...]:
    """Return every published listing that somebody keeps, by slug."""
    return tuple(map(_kept, session.execute(_KEPT.order_by(Listing.slug))))


def kept_listing(session: Session, actor: Actor, slug: str) -> Kept:
    """Return a listing that the actor's organization keeps.

    Raises:
        NotFoundError: If there is none, or another organization keeps it.
    """
    row = session.execute(
        _KEPT.where(
            Listing.slug == slug, ListingKeeper.organization_id == actor.organization
        )
    ).first()
    if row is None:
        raise NotFoundError(slug=slug)
    return _kept(row)


def recheck_page(
    session: Session, actor: Actor, slug: str, *, today: date
) -> RecheckView:
    """Return what the keeper of a listing should look at again.

    Raises:
        NotFoundError: If the actor's organization keeps no such listing.
    """
    return _recheck(session, kept_listing(session, actor, slug), today)


def rechecks(
    session: Session, organization: int | None, *, today: date
) -> tuple[RecheckView, ...]:
    """Return the same for each listing that an organization keeps."""
    return tuple(
        _recheck(session, kept, today) for kept in kept_by(session, organization)
    )


def capacity(session: Session, listing: int, *, today: date) -> CapacityView | None:
    """Return a center's capacity while what it said has not expired.

    Args:
        session: Read only here.
        listing: Its row.
        today: The reader's day.
    """
    row = session.execute(
        select(Capacity, Organization.name)
        .join(Organization, Organization.id == Capacity.organization_id)
        .where(Capacity.listing_id == listing, Capacity.expires_on > today)
    ).first()
    if row is None:
        return None
    return CapacityView(
        state=CapacityState(row.Capacity.state),
        wait_weeks=row.Capacity.wait_weeks,
        stated_on=row.Capacity.stated_on,
        expires_on=row.Capacity.expires_on,
        office=row.name,
    )


def done_at(session: Session, listing: int) -> datetime | None:
    """Return when the last request to look again was answered."""
    return session.scalar(
        select(Recheck.done_at)
        .where(Recheck.listing_id == listing, Recheck.done_at.is_not(None))
        .order_by(Recheck.done_at.desc())
        .limit(1)
    )


_KEPT = (
    select(
        Listing.id,
        Listing.kind,
        Listing.slug,
        Version.number,
        Version.document,
        Organization.id.label("organization"),
        Organization.name.label("office"),
    )
    .join(ListingKeeper, ListingKeeper.listing_id == Listing.id)
    .join(Organization, Organization.id == ListingKeeper.organization_id)
    .join(Current, Current.listing_id == Listing.id)
    .join(
        Version,
        and_(
            Version.listing_id == Current.listing_id,
            Version.number == Current.number,
        ),
    )
)


def _kept(row: Row[Any]) -> Kept:
    kind = Kind(row.kind)
    shape = CenterDocument if kind is Kind.CENTER else FacilitatorDocument
    return Kept(
        id=row.id,
        kind=kind,
        slug=row.slug,
        number=row.number,
        document=shape.model_validate(row.document),
        organization=row.organization,
        office=row.office,
    )


def _recheck(session: Session, kept: Kept, today: date) -> RecheckView:
    waiting = due(facts(kept.document), today)
    asked = session.scalar(
        select(Recheck.mails)
        .where(Recheck.listing_id == kept.id, Recheck.done_at.is_(None))
        .order_by(Recheck.due_on.desc())
        .limit(1)
    )
    return RecheckView(
        kept=kept,
        due=waiting,
        confirmable=frozenset(fact.field for fact in waiting if is_confirmable(fact)),
        asked=asked or 0,
        is_late=any(fact.next_due < today for fact in waiting),
    )
