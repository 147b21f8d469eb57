"""Looking at claims: one's own, and those that wait for a moderator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select

from directory.accounts.model import Organization, Person
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.model import Current, Fact, Listing, Version
from directory.listings.rules.document import Kind
from directory.submissions.model import ListingClaim, ListingKeeper
from directory.submissions.rules.claims import domain_of
from directory.submissions.rules.states import ClaimState, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim, as its maker and moderators see it.

    Args:
        public_id: How addresses name it.
        kind: ``center`` or ``facilitator``.
        slug: Of the listing; ``None`` for what is not listed yet.
        names: Of the listing, by language; empty for what is not listed yet.
        named: As the person names it.
        city: Vocabulary key, if known.
        person: Public id of its maker.
        name: Of its maker.
        email: Of its maker.
        position: What they do there.
        note: What else they wrote.
        proof: How they prove that they belong there.
        domains: Domains that the listing publishes as its own.
        letter_sent_on: If a letter was sent.
        state: Where it stands.
        made_at: When it was made.
        decided_at: When it was decided.
        reason: Why it was declined.
        kept_by: Organization that keeps the listing, if one does.
    """

    public_id: str
    kind: str
    slug: str | None
    names: Text
    named: str
    city: str | None
    person: str
    name: str
    email: str
    position: str
    note: str
    proof: Proof
    domains: tuple[str, ...]
    letter_sent_on: date | None
    state: ClaimState
    made_at: datetime
    decided_at: datetime | None
    reason: str | None
    kept_by: str | None


def claims_of(session: Session, person: int) -> tuple[ClaimView, ...]:
    """Return what somebody has claimed, latest first."""
    rows = session.execute(
        _claims()
        .where(ListingClaim.person_id == person)
        .order_by(ListingClaim.made_at.desc(), ListingClaim.id.desc())
    )
    return _views(session, rows)


def claims(
    session: Session, states: Iterable[ClaimState], *, most: int = 200
) -> tuple[ClaimView, ...]:
    """Return claims in some states, the oldest first."""
    rows = session.execute(
        _claims()
        .where(ListingClaim.state.in_([state.value for state in states]))
        .order_by(ListingClaim.made_at, ListingClaim.id)
        .limit(most)
    )
    return _views(session, rows)


def claim_page(session: Session, public_id: str) -> ClaimView:
    """Return one claim.

    Raises:
        NotFoundError: If there is none.
    """
    rows = session.execute(_claims().where(ListingClaim.public_id == public_id))
    found = _views(session, rows)
    if not found:
        raise NotFoundError(claim=public_id)
    return found[0]


def domains_of(session: Session, kind: Kind, slug: str) -> frozenset[str]:
    """Return the domains that a published listing names as its own."""
    listing = session.scalar(
        select(Listing.id).where(Listing.kind == kind.value, Listing.slug == slug)
    )
    return domains_of_listing(session, listing) if listing else frozenset()


def domains_of_listing(session: Session, listing: int) -> frozenset[str]:
    """Return the domains of the websites that a listing publishes as its own."""
    addresses = session.scalars(
        select(Fact.value)
        .join(Version, Version.id == Fact.version_id)
        .join(Current, _CURRENT)
        .where(
            Version.listing_id == listing,
            Fact.part == "detail",
            Fact.field.startswith("website"),
        )
    )
    return frozenset(filter(None, map(domain_of, addresses)))


_CURRENT = and_(
    Current.listing_id == Version.listing_id, Current.number == Version.number
)


def _claims() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ListingClaim,
            Person,
            Listing.slug,
            Version.document,
            Organization.name.label("kept_by"),
        )
        .join(Person, Person.id == ListingClaim.person_id)
        .outerjoin(Listing, Listing.id == ListingClaim.listing_id)
        .outerjoin(Current, Current.listing_id == Listing.id)
        .outerjoin(Version, _CURRENT)
        .outerjoin(ListingKeeper, ListingKeeper.listing_id == Listing.id)
        .outerjoin(Organization, Organization.id == ListingKeeper.organization_id)
    )


def _views(session: Session, rows: Iterable[Row[Any]]) -> tuple[ClaimView, ...]:
    return tuple(_view(session, row) for row in rows)


def _view(session: Session, row: Row[Any]) -> ClaimView:
    claim, person = row.ListingClaim, row.Person
    document = row.document or {}
    known = (
        domains_of_listing(session, claim.listing_id)
        if claim.listing_id
        else frozenset[str]()
    )
    return ClaimView(
        public_id=claim.public_id,
        kind=claim.kind,
        slug=row.slug,
        names=document.get("names", {}),
        named=claim.named,
        city=document.get("city", claim.city),
        person=person.public_id,
        name=person.name,
        email=person.email,
        position=claim.position,
        note=claim.note,
        proof=Proof(claim.proof),
        domains=tuple(sorted(known)),
        letter_sent_on=claim.letter_sent_on,
        state=ClaimState(claim.state),
        made_at=claim.made_at,
        decided_at=claim.decided_at,
        reason=claim.reason,
        kept_by=row.kept_by,
    )
