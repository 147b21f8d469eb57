"""Accounts as their owners see them, and as signing in needs to know them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select

from directory.accounts.model import Passkey, Person, SignIn
from directory.accounts.queries.acting import offices_of
from directory.accounts.rules.life import is_over
from directory.accounts.rules.roles import SECOND_FACTOR
from directory.core.db import Session
from directory.core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey.

    Args:
        id: Its row.
        person: Public id of its owner.
        name: What its owner calls it.
        credential_id: Its name for itself.
        public_key: In COSE.
        sign_count: How often it said that it was used.
        transports: How it is reached.
        added_at: When it was registered.
        used_at: When it was last used.
    """

    id: int
    person: str
    name: str
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: tuple[str, ...]
    added_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody is asked to prove.

    Args:
        person: Their row.
        public_id: How logs and links name them.
        name: Their own.
        email: Their address.
        may_sign_in: Whether the account is open and its address proved.
        password: Hash, if they have set one.
        mark: Changes with everything that ends their sessions.
        app_secret: Sealed secret of their authenticator app, if they have one.
        app_counter: Time step of the last code used.
        spare_codes: How many spare codes are left.
        passkeys: All of theirs, the oldest first.
        needs_second_factor: Whether a role of theirs does.
    """

    person: int
    public_id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    may_sign_in: bool
    password: str | None = field(repr=False)
    mark: str = field(repr=False)
    app_secret: str | None = field(repr=False)
    app_counter: int | None
    spare_codes: int
    passkeys: tuple[Key, ...]
    needs_second_factor: bool

    @property
    def has_second_factor(self) -> bool:
        """Whether there is anything to prove besides the password."""
        return bool(self.app_secret or self.passkeys)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which somebody is signed in.

    Args:
        id: Its row.
        browser: Family and system; empty if nobody knows.
        began_at: When they signed in.
        seen_at: When it was last used, to the minute.
        has_second_factor: Whether one was proved.
    """

    id: int
    browser: str
    began_at: datetime
    seen_at: datetime
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner sees it.

    Args:
        name: Their own.
        email: Their address.
        new_email: An address that has yet to be proved, if there is one.
        language: Of their mail.
        password_set_at: When they set their password, if they did.
    """

    name: str
    email: str
    new_email: str | None
    language: str
    password_set_at: datetime | None


def account(session: Session, person: int) -> Account:
    """Return somebody's account.

    Raises:
        NotFoundError: If there is no such person.
    """
    row = session.get(Person, person)
    if row is None:
        raise NotFoundError(person=person)
    return Account(
        row.name, row.email, row.new_email, row.language, row.password_set_at
    )


def credentials_by_email(session: Session, email: str) -> Credentials | None:
    """Return what somebody with this address is asked to prove.

    Args:
        session: Read only here.
        email: Folded to lower case.
    """
    return _credentials(session, Person.email == email)


def credentials(session: Session, public_id: str) -> Credentials | None:
    """Return what somebody is asked to prove, by their public id."""
    return _credentials(session, Person.public_id == public_id)


def key(session: Session, credential_id: bytes) -> Key | None:
    """Return a passkey by its name for itself."""
    row = session.execute(
        select(Passkey, Person.public_id)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential_id == credential_id)
    ).first()
    return _key(row.Passkey, row.public_id) if row else None


def open_sessions(
    session: Session, person: int, now: datetime
) -> tuple[OpenSession, ...]:
    """Return the browsers in which somebody is signed in, the latest first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return tuple(
        OpenSession(
            row.id,
            row.browser,
            row.began_at,
            row.seen_at,
            row.second_factor_at is not None,
        )
        for row in rows
        if not is_over(row.began_at, row.seen_at, now)
    )


def _credentials(
    session: Session, condition: ColumnElement[bool]
) -> Credentials | None:
    row = session.scalar(select(Person).where(condition))
    if row is None:
        return None
    keys = session.scalars(
        select(Passkey).where(Passkey.person_id == row.id).order_by(Passkey.id)
    )
    roles = {role for each in offices_of(session, row.id) for role in each.roles}
    return Credentials(
        person=row.id,
        public_id=row.public_id,
        name=row.name,
        email=row.email,
        may_sign_in=row.active and row.confirmed_at is not None,
        password=row.password,
        mark=row.fs_uniquifier,
        app_secret=row.tf_totp_secret,
        app_counter=row.tf_totp_counter,
        spare_codes=len(row.mf_recovery_codes or ()),
        passkeys=tuple(_key(each, row.public_id) for each in keys),
        needs_second_factor=not roles.isdisjoint(SECOND_FACTOR),
    )


def _key(row: Passkey, person: str) -> Key:
    return Key(
        id=row.id,
        person=person,
        name=row.name,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        transports=tuple(row.transports or ()),
        added_at=row.added_at,
        used_at=row.used_at,
    )
