"""What facilitators say of their interests, with who said so and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from directory.accounts.model import Organization
from directory.cases.model import InterestCard
from directory.cases.rules.interests import Payer
from directory.core.db import Session
from directory.core.text import Text
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.submissions.model import ListingKeeper


@dataclass(frozen=True, slots=True)
class Card:
    """What a facilitator says of its interests.

    Args:
        slug: Of the facilitator.
        paid_by: Who pays it; nobody if that is not stated.
        contracts: Centers with which it says that it has contracts, by slug.
        has_no_contracts: Whether it says that it has none.
        words: How it says that fees are made up, by language.
        stated_on: The day of the statement; ``None`` if nothing is stated at all.
        office: Who said so.
    """

    slug: str
    paid_by: tuple[Payer, ...] = ()
    contracts: tuple[str, ...] = ()
    has_no_contracts: bool = False
    words: Text | None = None
    stated_on: date | None = None
    office: str | None = None

    @property
    def is_stated(self) -> bool:
        """Whether anything is stated."""
        return self.stated_on is not None

    @property
    def says_contracts(self) -> bool:
        """Whether it says anything about contracts."""
        return self.has_no_contracts or bool(self.contracts)


def interest_cards(session: Session, slugs: Collection[str]) -> Mapping[str, Card]:
    """Return what each facilitator says of its interests.

    What an organization said counts as long as it keeps the listing.

    Args:
        session: Read only here.
        slugs: Public names of facilitators.

    Returns:
        A card for each name; one on which nothing is stated where nothing was said.
    """
    rows = session.execute(
        select(Listing.slug, InterestCard, Organization.name)
        .join(InterestCard, InterestCard.listing_id == Listing.id)
        .join(
            ListingKeeper,
            and_(
                ListingKeeper.listing_id == Listing.id,
                ListingKeeper.organization_id == InterestCard.organization_id,
            ),
        )
        .join(Organization, Organization.id == InterestCard.organization_id)
        .where(
            Listing.kind == Kind.FACILITATOR.value,
            Listing.slug.in_(sorted(set(slugs))),
            InterestCard.ended_at.is_(None),
        )
    )
    found = {slug: _card(slug, row, office) for slug, row, office in rows}
    return {slug: found.get(slug, Card(slug)) for slug in slugs}


def interest_card(session: Session, slug: str) -> Card:
    """Return what one facilitator says of its interests; see above."""
    return interest_cards(session, (slug,))[slug]


def _card(slug: str, row: InterestCard, office: str) -> Card:
    return Card(
        slug=slug,
        paid_by=tuple(payer for payer in Payer if payer.value in row.paid_by),
        contracts=tuple(row.contracts),
        has_no_contracts=row.has_no_contracts,
        words=dict(row.words) or None,
        stated_on=row.stated_at.date(),
        office=office,
    )
