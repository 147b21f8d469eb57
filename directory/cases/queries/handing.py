"""To whom a case of one's own may be handed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.queries.access import owned_case, shared
from directory.core.actor import Actor
from directory.core.db import Session
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.submissions.model import ListingKeeper


@dataclass(frozen=True, slots=True)
class Office:
    """An organization that may look after a case.

    Args:
        row: Its row.
        public_id: How forms name it.
    """

    row: int
    public_id: str
    name: str


def possible_owners(session: Session, actor: Actor, case: str) -> tuple[Office, ...]:
    """Return to whom a case may be handed: the directory, and whom the patient trusts.

    Raises:
        NotFoundError: If it is not of the actor's organization.
    """
    row = owned_case(session, actor, case)
    slugs = [
        recipient.removeprefix("facilitator:")
        for recipient in shared(session, row.inquiry_id)
        if recipient.startswith("facilitator:")
    ]
    trusted = (
        select(ListingKeeper.organization_id)
        .join(Listing, Listing.id == ListingKeeper.listing_id)
        .where(Listing.kind == Kind.FACILITATOR.value, Listing.slug.in_(slugs))
    )
    found = session.execute(
        select(Organization.id, Organization.public_id, Organization.name)
        .where(
            or_(
                Organization.kind == OrganizationKind.DIRECTORY.value,
                Organization.id.in_(trusted),
            ),
            Organization.id != row.organization_id,
        )
        .order_by(Organization.name, Organization.id)
    )
    return tuple(Office(*each) for each in found)
