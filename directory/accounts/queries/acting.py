"""Who acts: from a cookie's secret to an actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from directory.accounts.model import Membership, Organization, Person, SignIn
from directory.accounts.rules.life import is_over
from directory.accounts.rules.roles import (
    SECOND_FACTOR,
    OrganizationKind,
    active,
    given,
)
from directory.core.actor import Actor, Role
from directory.core.db import Session
from directory.core.text import Language


@dataclass(frozen=True, slots=True)
class Office:
    """An organization that somebody belongs to.

    Args:
        id: Its row.
        public_id: How addresses name it.
        kind: What it is to the directory.
        name: Its own name.
        roles: What the person is in it, with what that includes.
        is_invented: Whether it exists for demonstration only.
    """

    id: int
    public_id: str
    kind: OrganizationKind
    name: str
    roles: frozenset[Role]
    is_invented: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody at a browser.

    Args:
        actor: As actions and queries know them.
        sign_in: The row of their session.
        public_id: How logs name them.
        name: Their own.
        email: Their address.
        language: Of their mail.
        offices: All organizations that they belong to, by name.
        office: The one for which they act now, if they belong to any.
        has_second_factor: Whether this session proved one.
        wants_second_factor: Whether a role waits for that.
        proved_at: When they last proved who they are.
        seen_at: Last request that was written down.
    """

    actor: Actor
    sign_in: int
    public_id: str
    name: str
    email: str
    language: Language
    offices: tuple[Office, ...]
    office: Office | None
    has_second_factor: bool
    wants_second_factor: bool
    proved_at: datetime
    seen_at: datetime


def secret_digest(secret: str) -> str:
    """Return what is kept of a session's or token's secret: SHA-256, in hex.

    The secrets have 256 random bits, so a slow hash would protect nothing more.
    """
    return sha256(secret.encode()).hexdigest()


def signed_in_with(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """Return who is signed in with a secret; nobody if it ended or never was.

    Args:
        session: Read only here.
        secret: From the cookie.
        now: Against which the session's life is judged.
    """
    row = session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            SignIn.digest == secret_digest(secret),
            SignIn.ended_at.is_(None),
            Person.active,
        )
    ).first()
    if row is None or is_over(row.SignIn.began_at, row.SignIn.seen_at, now):
        return None
    sign_in, person = row.SignIn, row.Person
    offices = offices_of(session, person.id)
    office = next((o for o in offices if o.id == sign_in.organization_id), None)
    office = office or next(iter(offices), None)
    held = office.roles if office else frozenset()
    proved = sign_in.second_factor_at is not None
    return SignedIn(
        actor=Actor(
            f"person:{person.public_id}",
            active(held, second_factor=proved) | {Role.PERSON},
            person=person.id,
            organization=office.id if office else None,
            organizations=frozenset(o.id for o in offices),
        ),
        sign_in=sign_in.id,
        public_id=person.public_id,
        name=person.name,
        email=person.email,
        language=Language(person.language),
        offices=offices,
        office=office,
        has_second_factor=proved,
        wants_second_factor=not proved and not held.isdisjoint(SECOND_FACTOR),
        proved_at=sign_in.proved_at,
        seen_at=sign_in.seen_at,
    )


def offices_of(session: Session, person: int) -> tuple[Office, ...]:
    """Return the organizations that somebody belongs to, by name."""
    rows = session.execute(
        select(Organization, Membership.role)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.person_id == person)
        .order_by(Organization.name, Organization.id)
    )
    roles: dict[int, set[Role]] = {}
    found: dict[int, Organization] = {}
    for organization, role in rows:
        found[organization.id] = organization
        roles.setdefault(organization.id, set()).add(Role(role))
    return tuple(
        Office(
            id=one.id,
            public_id=one.public_id,
            kind=OrganizationKind(one.kind),
            name=one.name,
            roles=given((OrganizationKind(one.kind), role) for role in roles[one.id]),
            is_invented=one.is_invented,
        )
        for one in found.values()
    )
