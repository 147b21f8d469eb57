"""Organizations: founding one, joining, changing what somebody is in it, switching."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

from sqlalchemy import delete, select, text, update

from directory.accounts.model import ApiToken, Membership, Organization, Person, SignIn
from directory.accounts.rules.members import check_change, check_roles
from directory.accounts.rules.roles import OrganizationKind
from directory.audit import actions as log
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission, holds
from directory.core.work import Work

OWN_OFFICE = "Directory office"
"""Name of the directory's own organization until somebody gives it another."""

OFFICE_LOCK = 7_214_004
"""PostgreSQL advisory lock, so that there is one such office."""


def found_organization(
    work: Work,
    kind: OrganizationKind,
    name: str,
    domains: Iterable[str],
    *,
    is_invented: bool = False,
) -> int:
    """Add an organization without members; return its row.

    Args:
        work: The transaction.
        kind: What it is to the directory. Its own office only administrators found.
        name: As it calls itself.
        domains: Domains that are its own, in lower case; possibly none.
        is_invented: Whether it exists for demonstration only.

    Raises:
        RefusedError: If the actor may not found such an organization.
    """
    work.require(Permission.FOUND_ORGANIZATION)
    _refuse_own_office(work, kind)
    row = Organization(
        public_id=secrets.token_hex(16),
        kind=kind.value,
        name=name,
        domains=sorted(set(domains)),
        is_invented=is_invented,
        added_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    log.record(
        work, "organization.founded", f"organization:{row.public_id}", kind=kind.value
    )
    return row.id


def own_office(work: Work) -> Organization:
    """Return the directory's own office, founded if there was none.

    Raises:
        RefusedError: If there is none and the actor may not found it.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        # Two who find none would else found one each.
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": OFFICE_LOCK}
        )
    row = work.session.scalar(
        select(Organization)
        .where(
            Organization.kind == OrganizationKind.DIRECTORY.value,
            Organization.is_invented.is_(False),
        )
        .order_by(Organization.id)
        .limit(1)
    )
    if row is None:
        made = found_organization(work, OrganizationKind.DIRECTORY, OWN_OFFICE, ())
        row = work.session.get_one(Organization, made)
    return row


def join(work: Work, person: int, organization: int, role: Role) -> None:
    """Give somebody one more role in an organization; nothing if they have it.

    Args:
        work: The transaction.
        person: Row of somebody with an account.
        organization: Row of the organization.
        role: One that it gives.

    Raises:
        RefusedError: If the actor may not appoint people there.
        NotFoundError: If there is no such person or organization.
        RoleNotGivenError: If organizations of this kind have no such role.
    """
    work.require(Permission.APPOINT_MEMBER)
    office = work.session.get(Organization, organization)
    if office is None:
        raise NotFoundError(organization=organization)
    _refuse_own_office(work, OrganizationKind(office.kind))
    _seat(work, person, office, role)


def set_roles(
    work: Work, organization: str, person: str, roles: Collection[Role]
) -> None:
    """Say what somebody is in an organization from now on; none, and they are out.

    Whoever is out loses the tokens that they made for it. What they may do follows
    from their roles at each request, so it ends with this transaction.

    Args:
        work: The transaction.
        organization: Its public id.
        person: Public id of somebody who belongs to it.
        roles: All that they will have there.

    Raises:
        RefusedError: If the actor manages nobody.
        NotFoundError: If they do not manage this organization, or the person does
            not belong to it.
        RoleNotGivenError: If organizations of this kind have no such role.
        SelfRaisedError: If it is the actor, who would have more than before.
        LastManagerError: If nobody would be left who can invite others.
    """
    office = managed(work, organization)
    someone = work.session.scalar(select(Person).where(Person.public_id == person))
    had = _roles(work, someone.id, office.id) if someone else frozenset()
    if someone is None or not had:
        raise NotFoundError(person=person, organization=organization)
    wanted = frozenset(roles)
    kind = OrganizationKind(office.kind)
    members = _active_members(work, office)
    check_change(kind, members, person=someone.id, roles=wanted, by=work.actor.person)
    if wanted == had:
        return
    for role in sorted(wanted - had):
        work.session.add(
            Membership(
                person_id=someone.id,
                organization_id=office.id,
                role=role.value,
                since=work.now,
            )
        )
    work.session.execute(
        delete(Membership).where(
            Membership.person_id == someone.id,
            Membership.organization_id == office.id,
            Membership.role.in_([role.value for role in had - wanted]),
        )
    )
    if not wanted:
        work.session.execute(
            update(ApiToken)
            .where(
                ApiToken.person_id == someone.id,
                ApiToken.organization_id == office.id,
                ApiToken.ended_at.is_(None),
            )
            .values(ended_at=work.now)
        )
    work.session.flush()
    log.record(
        work,
        "member.roles-changed" if wanted else "member.removed",
        f"person:{someone.public_id}",
        organization=office.public_id,
        before=sorted(had),
        after=sorted(wanted),
    )


def switch(work: Work, sign_in: int, organization: str) -> None:
    """Act for another of one's organizations in this browser from now on.

    Args:
        work: The transaction.
        sign_in: Row of the actor's session.
        organization: Public id.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If the actor does not belong to it, or the session is
            somebody else's.
    """
    work.require(Permission.SWITCH_ORGANIZATION)
    office = work.session.scalar(
        select(Organization).where(
            Organization.public_id == organization,
            Organization.id.in_(work.actor.organizations),
        )
    )
    row = work.session.get(SignIn, sign_in)
    if office is None or row is None or row.person_id != work.actor.person:
        raise NotFoundError(organization=organization)
    if row.organization_id == office.id:
        return
    row.organization_id = office.id
    log.record(work, "organization.switched", f"organization:{office.public_id}")


def managed(work: Work, organization: str) -> Organization:
    """Return an organization whose members the actor may manage, and keep it locked.

    Managers manage the one for which they act; administrators every one.

    Raises:
        RefusedError: If the actor manages nobody.
        NotFoundError: If it is not theirs to manage.
    """
    work.require(Permission.MANAGE_MEMBERS)
    # Locked, so that two managers cannot put each other out at once.
    row = work.session.scalar(
        select(Organization)
        .where(Organization.public_id == organization)
        .with_for_update(key_share=True)
    )
    if row is None or not (
        row.id == work.actor.organization or holds(work.actor, Permission.MANAGE_PEOPLE)
    ):
        raise NotFoundError(organization=organization)
    return row


def take_up(work: Work, person: int, office: Organization, role: Role) -> None:
    """Let somebody have the role to which they were invited.

    Raises:
        RefusedError: If the actor may not accept invitations.
        NotFoundError: If there is no such person.
        RoleNotGivenError: If organizations of this kind have no such role.
    """
    work.require(Permission.ACCEPT_INVITATION)
    _seat(work, person, office, role)


def _seat(work: Work, person: int, office: Organization, role: Role) -> None:
    someone = work.session.get(Person, person)
    if someone is None:
        raise NotFoundError(person=person)
    check_roles(OrganizationKind(office.kind), {role})
    if role in _roles(work, person, office.id):
        return
    work.session.add(
        Membership(
            person_id=person,
            organization_id=office.id,
            role=role.value,
            since=work.now,
        )
    )
    work.session.flush()
    log.record(
        work,
        "member.joined",
        f"person:{someone.public_id}",
        organization=office.public_id,
        role=role.value,
    )


def _refuse_own_office(work: Work, kind: OrganizationKind) -> None:
    """Let nobody but administrators decide who works for the directory itself."""
    if kind is OrganizationKind.DIRECTORY and not holds(
        work.actor, Permission.MANAGE_PEOPLE
    ):
        raise RefusedError(
            permission=Permission.MANAGE_PEOPLE.value, actor=work.actor.name
        )


def _roles(work: Work, person: int, organization: int) -> frozenset[Role]:
    found = work.session.scalars(
        select(Membership.role).where(
            Membership.person_id == person,
            Membership.organization_id == organization,
        )
    )
    return frozenset(Role(role) for role in found)


def _active_members(work: Work, office: Organization) -> dict[int, frozenset[Role]]:
    rows = work.session.execute(
        select(Membership.person_id, Membership.role)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organization_id == office.id, Person.active)
    )
    found: dict[int, frozenset[Role]] = {}
    for person, role in rows:
        found[person] = found.get(person, frozenset()) | {Role(role)}
    return found
