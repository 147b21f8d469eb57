"""People as administrators see them; never what they sign in with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from directory.accounts.model import Membership, Organization, Passkey, Person, SignIn
from directory.accounts.queries.acting import Office, offices_of
from directory.accounts.rules.roles import INCLUDES, OrganizationKind
from directory.core.actor import Role
from directory.core.db import Session
from directory.core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a list.

    Args:
        public_id: How addresses name them.
        name: Their own.
        email: Their address.
        is_active: Whether the account is open.
        is_confirmed: Whether the address was proved.
        has_second_factor: Whether they set up a code or a key.
        added_at: When the account was made.
        seen_at: Last request in any session; ``None`` if they never signed in.
        roles: What they are anywhere.
    """

    public_id: str
    name: str
    email: str
    is_active: bool
    is_confirmed: bool
    has_second_factor: bool
    added_at: datetime
    seen_at: datetime | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody, and all that they belong to.

    Args:
        row: As in the list.
        offices: By name, with roles and what these include.
        sessions: How many are open.
    """

    row: PersonRow
    offices: tuple[Office, ...]
    sessions: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the list of people.

    Args:
        text: Part of a name or an address; everybody if empty.
        role: Only who has it somewhere.
        is_active: Only open accounts, or only closed ones.
        sort: One of :data:`SORTS`; a minus before it turns it round.
        page: From 1.
        per_page: Rows of a page; ``None`` for all.
    """

    text: str = ""
    role: Role | None = None
    is_active: bool | None = None
    sort: str = "name"
    page: int = 1
    per_page: int | None = 50


SORTS = ("name", "email", "added", "seen")
"""How the list can be sorted."""


def find_people(session: Session, asked: Asked) -> tuple[tuple[PersonRow, ...], int]:
    """Return one page of people, and how many there are in all.

    For administrators' pages and commands, which ask who wants to know.
    """
    query = select(Person.id)
    if asked.text:
        query = query.where(
            or_(
                Person.name.icontains(asked.text, autoescape=True),
                Person.email.icontains(asked.text, autoescape=True),
            )
        )
    if asked.role is not None:
        query = query.where(
            exists().where(
                Membership.person_id == Person.id, Membership.role == asked.role.value
            )
        )
    if asked.is_active is not None:
        query = query.where(Person.active.is_(asked.is_active))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    columns = {
        "name": func.lower(Person.name),
        "email": Person.email,
        "added": Person.added_at,
        "seen": select(func.max(SignIn.seen_at))
        .where(SignIn.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery(),
    }
    column = columns.get(asked.sort.removeprefix("-"), columns["name"])
    turned = asked.sort.startswith("-")
    query = query.order_by(
        column.desc().nulls_last() if turned else column.asc().nulls_last(), Person.id
    )
    if asked.per_page is not None:
        query = query.limit(asked.per_page).offset((asked.page - 1) * asked.per_page)
    ids = session.scalars(query).all()
    rows = _rows(session, ids)
    return tuple(rows[each] for each in ids), total


def person_page(session: Session, public_id: str) -> PersonPage:
    """Return somebody by their public id, for administrators.

    Raises:
        NotFoundError: If there is no such person.
    """
    found = session.scalar(select(Person.id).where(Person.public_id == public_id))
    if found is None:
        raise NotFoundError(person=public_id)
    sessions = session.scalar(
        select(func.count())
        .select_from(SignIn)
        .where(SignIn.person_id == found, SignIn.ended_at.is_(None))
    )
    return PersonPage(
        _rows(session, [found])[found], offices_of(session, found), sessions or 0
    )


def public_id_of(session: Session, email: str) -> str:
    """Return the public id of the account with an address.

    Raises:
        NotFoundError: If there is none.
    """
    found = session.scalar(
        select(Person.public_id).where(Person.email == email.strip().lower())
    )
    if found is None:
        raise NotFoundError(person=email)
    return found


def organizations_named(
    session: Session, words: str
) -> tuple[tuple[str, OrganizationKind, str], ...]:
    """Return public id, kind and name of organizations by public id or whole name."""
    rows = session.execute(
        select(Organization.public_id, Organization.kind, Organization.name)
        .where(or_(Organization.public_id == words, Organization.name == words))
        .order_by(Organization.id)
    )
    return tuple(
        (public_id, OrganizationKind(kind), name) for public_id, kind, name in rows
    )


def _rows(session: Session, ids: Sequence[int]) -> dict[int, PersonRow]:
    seen = (
        select(SignIn.person_id, func.max(SignIn.seen_at).label("at"))
        .where(SignIn.person_id.in_(ids))
        .group_by(SignIn.person_id)
        .subquery()
    )
    has_key = exists().where(Passkey.person_id == Person.id)
    rows = session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.email,
            Person.active,
            Person.confirmed_at,
            or_(Person.tf_primary_method.is_not(None), has_key).label("factor"),
            Person.added_at,
            seen.c.at,
        )
        .outerjoin(seen, seen.c.person_id == Person.id)
        .where(Person.id.in_(ids))
    ).all()
    roles: dict[int, set[Role]] = {}
    for person, role in session.execute(
        select(Membership.person_id, Membership.role).where(
            Membership.person_id.in_(ids)
        )
    ):
        roles.setdefault(person, set()).add(Role(role))
    return {
        row.id: PersonRow(
            public_id=row.public_id,
            name=row.name,
            email=row.email,
            is_active=row.active,
            is_confirmed=row.confirmed_at is not None,
            has_second_factor=bool(row.factor),
            added_at=row.added_at,
            seen_at=row.at,
            roles=tuple(sorted(roles.get(row.id, ()))),
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works for an organization.

    Args:
        id: Row of the person.
        public_id: How promises name them.
        name: Their own name, for people of their organization alone.
    """

    id: int
    public_id: str
    name: str


def colleagues(session: Session, organization: int, role: Role) -> list[Colleague]:
    """Return who has a role in an organization, or one that includes it, by name."""
    wide = {role, *(other for other, held in INCLUDES.items() if role in held)}
    rows = session.execute(
        select(Person.id, Person.public_id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == organization,
            Membership.role.in_(sorted(wide)),
            Person.active,
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [Colleague(row.id, row.public_id, row.name) for row in rows]
