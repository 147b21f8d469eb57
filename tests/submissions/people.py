"""Invented people, their organizations, and units of work in their name."""

from __future__ import annotations

from dataclasses import replace

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind, given
from directory.core.actor import Actor, Role
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.model import Listing
from directory.submissions.model import ListingKeeper
from tests.listings.documents import center
from tests.web.people import KINDS, add_organization, add_person, join


def acting(
    work: Work, *roles: Role, organization: int | None = None, email: str = ""
) -> Work:
    """Return the same unit of work in the name of a new person with these roles."""
    person = add_person(work.session, email=email)
    if roles and organization is None:
        organization = add_organization(work.session, KINDS[roles[0]]).id
    for role in roles:
        office = work.session.get_one(Organization, organization)
        join(work.session, person, office, role)
    actor = Actor(
        f"person:{person.public_id}",
        given((KINDS[role], role) for role in roles) | {Role.PERSON},
        person=person.id,
        organization=organization,
        organizations=frozenset({organization} if organization else ()),
    )
    return replace(work, actor=actor)


def keep(work: Work, slug: str = "willow-hospital", **fields: object) -> int:
    """Publish an invented center and give it a keeper; return the organization."""
    publish(work, center(slug, **fields), authority="test")
    office = add_organization(work.session, OrganizationKind.HOSPITAL)
    listing = work.session.query(Listing).filter_by(slug=slug).one()
    work.session.add(
        ListingKeeper(listing_id=listing.id, organization_id=office.id, since=work.now)
    )
    work.session.flush()
    return office.id
