"""Tables of accounts: people, organizations, memberships, sessions, tokens.

Columns whose names begin with ``fs_``, ``tf_`` or ``mf_`` are what the library
that signs people in reads and writes under these names.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.rules.roles import GIVES, OrganizationKind
from directory.core.db import Model, one_of
from directory.core.text import Language

MEMBER_ROLES = ", ".join(
    dict.fromkeys(f"'{role}'" for roles in GIVES.values() for role in roles)
)


class Person(Model):
    """Somebody who can sign in."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint("new_email = lower(new_email)", name="new_email_folded"),
        CheckConstraint(one_of("language", Language), name="language_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, doc="Random; how logs and links name them"
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), doc="Of their mail")
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(
        doc="When the address was proved"
    )
    new_email: Mapped[str | None] = mapped_column(
        String(254), doc="Address that takes its place once it is proved"
    )
    password: Mapped[str | None] = mapped_column(String(255), doc="argon2id")
    password_set_at: Mapped[datetime | None]
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, doc="Changed to end every session at once"
    )
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(500), doc="Encrypted")
    tf_totp_counter: Mapped[int | None] = mapped_column(
        doc="Last code that was used, so that none is used twice"
    )
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        JSON, doc="Keyed digests of those that were not used"
    )


class Passkey(Model):
    """A key of a device that somebody signs in with, or proves a factor by."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None]
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime]


class Organization(Model):
    """A hospital's office, a facilitator, or the directory's own office."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint("length(name) > 0", name="name_given"),
        CheckConstraint(one_of("kind", OrganizationKind), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    domains: Mapped[list[str]] = mapped_column(
        doc="Domains of its own, whose addresses prove that one belongs to it"
    )
    is_invented: Mapped[bool] = mapped_column(default=False, doc="For demonstration")
    added_at: Mapped[datetime]


class Membership(Model):
    """A role that somebody has in an organization."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organization_id", "role"),
        CheckConstraint(f"role IN ({MEMBER_ROLES})", name="role_known"),
        Index("ix_membership_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    role: Mapped[str] = mapped_column(String(30))
    since: Mapped[datetime]


class Invitation(Model):
    """An address that was asked to join an organization."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint(f"role IN ({MEMBER_ROLES})", name="role_known"),
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name="accepted_or_withdrawn"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), index=True
    )
    role: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    invited_by: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="Nobody, for the first administrator"
    )
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class SignIn(Model):
    """One browser in which somebody is signed in, or was."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index("ix_sign_in_person_id", "person_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(
        String(64), unique=True, doc="SHA-256 of the secret in the cookie"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organization.id"), doc="For which they act now"
    )
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime] = mapped_column(
        doc="When they last proved who they are, for what asks for it anew"
    )
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(
        String(100), doc="Family and system, e.g. Firefox on Linux"
    )


class Attempt(Model):
    """A wrong password or code, counted so that nobody guesses for long.

    Counted by account and by browser: a browser in which somebody once signed in
    is counted apart, so that a stranger's guesses lock nobody out.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(64), doc="Digest of the account and of the known browser, if any"
    )
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Model):
    """What a program signs in with, for one organization and some permissions."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    beginning: Mapped[str] = mapped_column(
        String(12), doc="First characters, to tell it from others"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(doc="Permissions, by their value")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
