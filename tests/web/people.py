"""People at browsers, signed in as the tests ask; all of them invented."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from directory.accounts.model import Membership, Organization, Person, SignIn
from directory.accounts.queries.acting import secret_digest
from directory.accounts.rules.roles import GIVES, OrganizationKind
from directory.core.actor import Role
from directory.core.db import Session
from directory.tools import Tools
from directory.web.context import EXTENSION, SIGN_IN
from tests.conftest import NOW

_numbers = count(1)

KINDS = {role: kind for kind, roles in reversed(list(GIVES.items())) for role in roles}
"""The kind of organization in which one has a role, the most usual one."""


def add_organization(
    session: Session, kind: OrganizationKind, name: str = "", domain: str = ""
) -> Organization:
    """Add an organization; its name and domain are invented."""
    number = next(_numbers)
    row = Organization(
        public_id=secrets.token_hex(16),
        kind=kind.value,
        name=name or f"Invented {kind.value} {number}",
        domains=[domain or f"office{number}.example.org"],
        is_invented=False,
        added_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def add_person(session: Session, name: str = "", email: str = "") -> Person:
    """Add a person whose address is confirmed, and who has no password."""
    number = next(_numbers)
    row = Person(
        public_id=secrets.token_hex(16),
        email=email or f"person{number}@example.org",
        name=name or f"Invented Person {number}",
        language="en",
        active=True,
        added_at=NOW,
        confirmed_at=NOW,
        fs_uniquifier=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    return row


def join(
    session: Session, person: Person, organization: Organization, role: Role
) -> None:
    """Give somebody a role in an organization."""
    session.add(
        Membership(
            person_id=person.id,
            organization_id=organization.id,
            role=role.value,
            since=NOW,
        )
    )
    session.flush()


@dataclass(frozen=True)
class At:
    """Somebody at a browser.

    Args:
        client: Keeps their cookies.
        person: Their row.
        organization: For which they act.
    """

    client: FlaskClient
    person: int
    organization: int | None


def sign_in(
    app: Flask,
    *roles: Role,
    organization: int | None = None,
    person: int | None = None,
    second_factor: bool = True,
    at: datetime = NOW,
) -> At:
    """Sign somebody in at a browser of their own.

    Args:
        app: The application.
        roles: All in one organization; none for somebody who belongs nowhere.
        organization: A row; a new one of the fitting kind if not given.
        person: A row; a new person if not given.
        second_factor: Whether the session proved one.
        at: When the session began.
    """
    tools: Tools = app.extensions[EXTENSION]
    secret = secrets.token_urlsafe(32)
    with tools.sessions.begin() as session:
        someone = session.get(Person, person) if person else add_person(session)
        assert someone is not None
        office = session.get(Organization, organization) if organization else None
        if office is None and roles:
            office = add_organization(session, KINDS[roles[0]])
        for role in roles:
            assert office is not None
            join(session, someone, office, role)
        session.add(
            SignIn(
                digest=secret_digest(secret),
                person_id=someone.id,
                organization_id=office.id if office else None,
                began_at=at,
                seen_at=at,
                proved_at=at,
                second_factor_at=at if second_factor else None,
                ended_at=None,
                browser="Invented browser",
            )
        )
        found = At(app.test_client(), someone.id, office.id if office else None)
    with found.client.session_transaction() as cookie:
        cookie[SIGN_IN] = secret
    return found
