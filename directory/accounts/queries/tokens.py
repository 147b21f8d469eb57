"""Tokens for the API: whose they are, and whom one stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.accounts.model import ApiToken, Person
from directory.accounts.queries.acting import Office, offices_of
from directory.accounts.rules.life import SEEN_EVERY
from directory.accounts.rules.roles import active
from directory.accounts.rules.tokens import is_token, token_digest
from directory.core.actor import Actor, Role
from directory.core.db import Session
from directory.core.permissions import FOR_TOKENS, Permission, holds


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in a list.

    Args:
        public_id: How addresses name it.
        beginning: Its first characters.
        name: What it is for.
        scopes: Permissions by their value.
        owner: Name of who made it.
        is_own: Whether the reader did.
        made_at: When.
        expires_at: When it ends by itself.
        used_at: Last use, to the minute.
        ended_at: When somebody ended it.
        is_over: Whether it opens nothing any more.
    """

    public_id: str
    beginning: str
    name: str
    scopes: tuple[str, ...]
    owner: str
    is_own: bool
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token stands for.

    Args:
        actor: With the roles of now and the token's scopes.
        token: Its row.
        public_id: Of the person.
        name: Of the person.
        office: For which it acts.
        scopes: What it is good for, of what the person still may.
        expires_at: When it ends by itself.
        is_use_noted: Whether its last use is written down already.
    """

    actor: Actor
    token: int
    public_id: str
    name: str
    office: Office
    scopes: tuple[str, ...]
    expires_at: datetime
    is_use_noted: bool


def bearer_of(session: Session, secret: str, now: datetime) -> Bearer | None:
    """Return whom a token stands for; nothing if it opens nothing (any more).

    Roles are those of this moment: whoever was put out of the organization holds
    nothing by an old token. The second factor was proved when it was made.
    """
    if not is_token(secret):
        return None
    row = session.execute(
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.digest == token_digest(secret))
    ).first()
    if row is None:
        return None
    token, person = row
    if token.ended_at is not None or token.expires_at <= now or not person.active:
        return None
    offices = offices_of(session, person.id)
    office = next((o for o in offices if o.id == token.organization_id), None)
    if office is None:
        return None
    # What tokens were good for once and no longer are counts for nothing.
    scopes = {each for each in FOR_TOKENS if each.value in token.scopes}
    actor = Actor(
        f"person:{person.public_id}",
        active(office.roles, second_factor=True) | {Role.PERSON},
        person=person.id,
        organization=office.id,
        organizations=frozenset(o.id for o in offices),
        scopes=frozenset(each.value for each in {*scopes, Permission.USE_TOKENS}),
    )
    return Bearer(
        actor=actor,
        token=token.id,
        public_id=person.public_id,
        name=person.name,
        office=office,
        scopes=tuple(sorted(each.value for each in scopes if holds(actor, each))),
        expires_at=token.expires_at,
        is_use_noted=token.used_at is not None and now - token.used_at < SEEN_EVERY,
    )


def tokens_of(session: Session, actor: Actor, *, now: datetime) -> tuple[TokenRow, ...]:
    """Return tokens of the organization for which one acts, newest first.

    One's own; for its managers all.
    """
    query = (
        select(ApiToken, Person.name)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.organization_id == actor.organization)
        .order_by(ApiToken.made_at.desc(), ApiToken.id.desc())
    )
    if not holds(actor, Permission.MANAGE_TOKENS):
        query = query.where(ApiToken.person_id == actor.person)
    return tuple(
        TokenRow(
            public_id=token.public_id,
            beginning=token.beginning,
            name=token.name,
            scopes=tuple(token.scopes),
            owner=owner,
            is_own=token.person_id == actor.person,
            made_at=token.made_at,
            expires_at=token.expires_at,
            used_at=token.used_at,
            ended_at=token.ended_at,
            is_over=token.ended_at is not None or token.expires_at <= now,
        )
        for token, owner in session.execute(query)
    )
