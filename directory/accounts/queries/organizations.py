"""Organizations, who belongs to them, and whom they invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, func, or_, select

from directory.accounts.model import Invitation, Membership, Organization, Person
from directory.accounts.rules.invitations import InvitationState, state_of
from directory.accounts.rules.roles import GIVES, OrganizationKind
from directory.core.actor import Actor, Role
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission, holds
from directory.core.text import Language


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs to an organization.

    Args:
        public_id: How addresses name them.
        name: Their own.
        email: Their address.
        roles: What they are in it, without what that includes.
        since: When they joined.
        is_active: Whether their account is open.
    """

    public_id: str
    name: str
    email: str
    roles: frozenset[Role]
    since: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """An address that was asked to join.

    Args:
        public_id: How addresses name the invitation.
        email: Where it went.
        role: What they were asked to be.
        made_at: When.
        expires_at: Until when it may be accepted.
        state: What became of it.
    """

    public_id: str
    email: str
    role: Role
    made_at: datetime
    expires_at: datetime
    state: InvitationState


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization in a list.

    Args:
        public_id: How addresses name it.
        kind: What it is to the directory.
        name: Its own name.
        domains: Its own domains.
        is_invented: Whether it exists for demonstration.
        added_at: When it was founded.
        members: How many people belong to it.
    """

    public_id: str
    kind: OrganizationKind
    name: str
    domains: tuple[str, ...]
    is_invented: bool
    added_at: datetime
    members: int


@dataclass(frozen=True, slots=True)
class MembersPage:
    """An organization and everybody in it.

    Args:
        organization: What it is.
        members: By name.
        invitations: Those that may be accepted and those that ran out, newest
            first.
    """

    organization: OrganizationRow
    members: tuple[Member, ...]
    invitations: tuple[Invited, ...]

    @property
    def gives(self) -> tuple[Role, ...]:
        """Return the roles that one can have in it, the lesser first."""
        return GIVES[self.organization.kind]

    def member(self, public_id: str) -> Member:
        """Return one member.

        Raises:
            NotFoundError: If there is no such member.
        """
        for each in self.members:
            if each.public_id == public_id:
                return each
        raise NotFoundError(person=public_id)


def members_page(
    session: Session, actor: Actor, public_id: str, *, now: datetime
) -> MembersPage:
    """Return an organization that the actor may manage, with all its members.

    Args:
        session: Read only here.
        actor: A manager of it, or an administrator.
        public_id: Of the organization.
        now: The moment, against which invitations run out.

    Raises:
        NotFoundError: If there is none that this actor manages.
    """
    row = session.execute(
        _with_counts().where(Organization.public_id == public_id)
    ).first()
    if row is None or not _manages(actor, row.Organization.id):
        raise NotFoundError(organization=public_id)
    office: Organization = row.Organization
    return MembersPage(
        _row(office, row.members),
        _members(session, office.id),
        _invitations(session, office.id, now),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in a list of organizations.

    Args:
        text: Part of a name or domain; everything if empty.
        kind: Only this kind.
        sort: ``name``, ``added`` or ``members``; a minus before it turns it round.
        page: From 1.
        per_page: Rows of a page; ``None`` for all.
    """

    text: str = ""
    kind: OrganizationKind | None = None
    sort: str = "name"
    page: int = 1
    per_page: int | None = 50


SORTS = ("name", "added", "members")
"""How lists of organizations can be sorted."""


def find_organizations(
    session: Session, asked: Asked
) -> tuple[tuple[OrganizationRow, ...], int]:
    """Return one page of organizations, and how many there are in all.

    For administrators' pages, whose blueprint asks who they are.
    """
    members = _count_of_members()
    query = _with_counts()
    if asked.kind is not None:
        query = query.where(Organization.kind == asked.kind.value)
    if asked.text:
        query = query.where(Organization.name.icontains(asked.text, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    name = asked.sort.removeprefix("-")
    column = {
        "name": Organization.name,
        "added": Organization.added_at,
        "members": members,
    }.get(name, Organization.name)
    order = column.desc() if asked.sort.startswith("-") else column.asc()
    query = query.order_by(order, Organization.id)
    if asked.per_page is not None:
        query = query.limit(asked.per_page).offset((asked.page - 1) * asked.per_page)
    rows = session.execute(query)
    return tuple(_row(row.Organization, row.members) for row in rows), total


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """An invitation, as whoever holds its link sees it.

    Args:
        public_id: Its own.
        organization: Whose it is, by name.
        kind: What that is to the directory.
        is_invented: Whether that exists for demonstration.
        role: What is offered.
        email: Where it went.
        language: Of its mail.
        expires_at: Until when it may be accepted.
        state: Where it stands.
        has_account: Whether the address has one already.
    """

    public_id: str
    organization: str
    kind: OrganizationKind
    is_invented: bool
    role: Role
    email: str
    language: Language
    expires_at: datetime
    state: InvitationState
    has_account: bool


def invitation_page(
    session: Session, public_id: str, *, now: datetime
) -> InvitationPage:
    """Return an invitation by the public id that a signed link said.

    Raises:
        NotFoundError: If there is no such invitation.
    """
    row = session.execute(
        select(Invitation, Organization)
        .join(Organization, Organization.id == Invitation.organization_id)
        .where(Invitation.public_id == public_id)
    ).first()
    if row is None:
        raise NotFoundError(invitation=public_id)
    invitation, office = row
    account = session.scalar(
        select(Person.id).where(
            Person.email == invitation.email,
            # One whose address was never proved belongs to nobody yet.
            or_(Person.confirmed_at.is_not(None), Person.active.is_(False)),
        )
    )
    return InvitationPage(
        public_id=invitation.public_id,
        organization=office.name,
        kind=OrganizationKind(office.kind),
        is_invented=office.is_invented,
        role=Role(invitation.role),
        email=invitation.email,
        language=Language(invitation.language),
        expires_at=invitation.expires_at,
        state=_state(invitation, now),
        has_account=account is not None,
    )


def _manages(actor: Actor, organization: int) -> bool:
    return holds(actor, Permission.MANAGE_MEMBERS) and (
        organization == actor.organization or holds(actor, Permission.MANAGE_PEOPLE)
    )


def _count_of_members() -> ScalarSelect[int]:
    return (
        select(func.count(Membership.person_id.distinct()))
        .where(Membership.organization_id == Organization.id)
        .correlate(Organization)
        .scalar_subquery()
    )


def _with_counts() -> Select[Organization, int]:
    return select(Organization, _count_of_members().label("members"))


def _row(office: Organization, members: int) -> OrganizationRow:
    return OrganizationRow(
        public_id=office.public_id,
        kind=OrganizationKind(office.kind),
        name=office.name,
        domains=tuple(office.domains),
        is_invented=office.is_invented,
        added_at=office.added_at,
        members=members,
    )


def _members(session: Session, organization: int) -> tuple[Member, ...]:
    rows = session.execute(
        select(Person, Membership.role, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organization_id == organization)
        .order_by(Person.name, Person.id, Membership.since)
    )
    found: dict[int, Member] = {}
    for person, role, since in rows:
        known = found.get(person.id)
        found[person.id] = Member(
            public_id=person.public_id,
            name=person.name,
            email=person.email,
            roles=(known.roles if known else frozenset()) | {Role(role)},
            since=known.since if known else since,
            is_active=person.active,
        )
    return tuple(found.values())


def _invitations(
    session: Session, organization: int, now: datetime
) -> tuple[Invited, ...]:
    rows = session.scalars(
        select(Invitation)
        .where(
            Invitation.organization_id == organization,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.made_at.desc(), Invitation.id.desc())
    )
    return tuple(
        Invited(
            public_id=row.public_id,
            email=row.email,
            role=Role(row.role),
            made_at=row.made_at,
            expires_at=row.expires_at,
            state=_state(row, now),
        )
        for row in rows
    )


def _state(row: Invitation, now: datetime) -> InvitationState:
    return state_of(row.accepted_at, row.withdrawn_at, row.expires_at, now)
