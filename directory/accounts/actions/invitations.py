"""Inviting people into an organization, and what becomes of invitations."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from directory.accounts.actions.organizations import (
    managed,
    own_office,
    take_up,
)
from directory.accounts.model import Invitation, Membership, Organization, Person
from directory.accounts.rules.invitations import (
    InvitationState,
    folded,
    state_of,
)
from directory.accounts.rules.life import INVITED_FOR
from directory.accounts.rules.members import check_roles
from directory.accounts.rules.roles import OrganizationKind
from directory.audit import actions as log
from directory.core.actor import Actor, Role
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.text import Language
from directory.core.work import Work
from directory.outbox import actions as queue


class AlreadyInvitedError(DirectoryError):
    """An invitation of this address is still open."""

    code = "invitation.repeated"


class AlreadyMemberError(DirectoryError):
    """Somebody with this address has the role already."""

    code = "invitation.already-member"


class InvitationOverError(DirectoryError):
    """The invitation was used, withdrawn, or is too old."""

    code = "invitation.over"


class OtherAddressError(DirectoryError):
    """The invitation went to another address than the one of who is signed in."""

    code = "invitation.other-address"


class HasAccountError(DirectoryError):
    """The invited address has an account, whose owner has to sign in first."""

    code = "invitation.has-account"


def invite(
    work: Work, organization: str, email: str, role: Role, language: Language
) -> str:
    """Ask somebody by mail to join an organization; return the public id.

    Promises the mail.

    Args:
        work: The transaction.
        organization: Public id.
        email: Where the link goes; whoever has it may join.
        role: What they will be.
        language: Of the mail.

    Raises:
        RefusedError: If the actor manages nobody.
        NotFoundError: If they do not manage this organization.
        RoleNotGivenError: If it has no such role.
        AlreadyInvitedError: If the address has an open invitation into it.
        AlreadyMemberError: If its owner has the role already.
    """
    work.require(Permission.MANAGE_MEMBERS)
    office = managed(work, organization)
    check_roles(OrganizationKind(office.kind), {role})
    address = folded(email)
    member = work.session.scalar(
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.email == address,
            Membership.organization_id == office.id,
            Membership.role == role.value,
        )
    )
    if member is not None:
        raise AlreadyMemberError(organization=organization)
    if _open(work, office, address) is not None:
        raise AlreadyInvitedError(organization=organization)
    return _invite(work, office, address, role, language).public_id


def invite_first_admin(work: Work, email: str, language: Language) -> str | None:
    """Invite somebody to administrate a directory that nobody administrates.

    Nobody who has an account is given a role by this: like everybody else they
    accept, by the link that only their mailbox receives.

    Args:
        work: The transaction.
        email: As the settings or the command name it.
        language: Of the mail.

    Returns:
        The public id of the invitation; ``None`` if there is an administrator or
        an open invitation of this address already.

    Raises:
        RefusedError: If it is not the program itself that asks.
    """
    work.require(Permission.INVITE_FIRST_ADMIN)
    if _has_admin(work):
        return None
    return invite_by_command(work, email, Role.ADMIN, language, mail=True)


def invite_by_command(
    work: Work, email: str, role: Role, language: Language, *, mail: bool
) -> str | None:
    """Invite somebody into the directory's own office, founding it if need be.

    Args:
        work: The transaction.
        email: Of whom is invited.
        role: Moderator or administrator.
        language: Of the mail.
        mail: Whether a mail is promised; whoever typed a command hands the link
            over themselves.

    Returns:
        The public id; ``None`` if an invitation of this address is open.

    Raises:
        RefusedError: If it is not the program itself that asks.
        RoleNotGivenError: If the office has no such role.
    """
    work.require(Permission.INVITE_FIRST_ADMIN)
    check_roles(OrganizationKind.DIRECTORY, {role})
    office = own_office(work)
    address = folded(email)
    if _open(work, office, address) is not None:
        return None
    return _invite(work, office, address, role, language, mail=mail).public_id


def withdraw_invitation(work: Work, organization: str, invitation: str) -> None:
    """Let an invitation lead nowhere any more.

    Raises:
        RefusedError: If the actor manages nobody.
        NotFoundError: If they do not manage the organization, or it has no such
            invitation.
        InvitationOverError: If it was used or withdrawn.
    """
    work.require(Permission.MANAGE_MEMBERS)
    office = managed(work, organization)
    row = work.session.scalar(
        select(Invitation)
        .where(
            Invitation.public_id == invitation, Invitation.organization_id == office.id
        )
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(invitation=invitation)
    if row.accepted_at or row.withdrawn_at:
        raise InvitationOverError(invitation=invitation)
    row.withdrawn_at = work.now
    log.record(work, "invitation.withdrawn", f"invitation:{invitation}")


def accept(work: Work, invitation: str) -> int:
    """Join the organization to which one was invited; return its row.

    Args:
        work: The transaction, of somebody who is signed in.
        invitation: Public id, as the signed link said it.

    Raises:
        RefusedError: If the actor may not accept invitations.
        NotFoundError: If there is no such invitation, or nobody is signed in.
        InvitationOverError: If it was used, withdrawn, or is too old.
        OtherAddressError: If it went to another address.
    """
    work.require(Permission.ACCEPT_INVITATION)
    row = _usable(work, invitation)
    person = work.session.get(Person, work.actor.person) if work.actor.person else None
    if person is None:
        raise NotFoundError(invitation=invitation)
    if person.email != row.email:
        raise OtherAddressError(invitation=invitation)
    return _accept(work, row, person)


def accept_as_new(
    work: Work, invitation: str, *, name: str, password: str
) -> tuple[int, int]:
    """Make an account for the invited address, and join.

    The link came by mail, so it proves the address.

    Args:
        work: The transaction, of a visitor.
        invitation: Public id, as the signed link said it.
        name: Of the person, as they typed it.
        password: Its argon2id hash.

    Returns:
        The rows of the person and of the organization.

    Raises:
        RefusedError: If the actor may not accept invitations.
        NotFoundError: If there is no such invitation.
        InvitationOverError: If it was used, withdrawn, or is too old.
        HasAccountError: If the address has an account.
    """
    work.require(Permission.ACCEPT_INVITATION)
    row = _usable(work, invitation)
    person = work.session.scalar(
        select(Person).where(Person.email == row.email).with_for_update()
    )
    if person is None:
        person = Person(
            public_id=secrets.token_hex(16),
            email=row.email,
            active=True,
            added_at=work.now,
            fs_webauthn_user_handle=secrets.token_urlsafe(32),
        )
        work.session.add(person)
    elif person.confirmed_at is not None or not person.active:
        raise HasAccountError(invitation=invitation)
    # Whoever opened an account before the address was proved does not keep it.
    person.name = name
    person.language = row.language
    person.password = password
    person.password_set_at = person.confirmed_at = work.now
    person.fs_uniquifier = secrets.token_hex(32)
    work.session.flush()
    theirs = Work(
        work.session,
        Actor(f"person:{person.public_id}", frozenset({Role.PERSON}), person=person.id),
        work.now,
    )
    log.record(theirs, "person.joined-by-invitation", f"person:{person.public_id}")
    return person.id, _accept(theirs, row, person)


def _accept(work: Work, row: Invitation, person: Person) -> int:
    row.accepted_at, row.accepted_by = work.now, person.id
    office = work.session.get_one(Organization, row.organization_id)
    log.record(work, "invitation.accepted", f"invitation:{row.public_id}")
    take_up(work, person.id, office, Role(row.role))
    return office.id


def _usable(work: Work, invitation: str) -> Invitation:
    # Locked, so that a link pressed twice makes one account.
    row = work.session.scalar(
        select(Invitation).where(Invitation.public_id == invitation).with_for_update()
    )
    if row is None:
        raise NotFoundError(invitation=invitation)
    state = state_of(row.accepted_at, row.withdrawn_at, row.expires_at, work.now)
    if state is not InvitationState.OPEN:
        raise InvitationOverError(invitation=invitation, state=state.value)
    return row


def _invite(
    work: Work,
    office: Organization,
    address: str,
    role: Role,
    language: Language,
    *,
    mail: bool = True,
) -> Invitation:
    row = Invitation(
        public_id=secrets.token_hex(16),
        organization_id=office.id,
        role=role.value,
        email=address,
        language=language.value,
        invited_by=work.actor.person,
        made_at=work.now,
        expires_at=work.now + INVITED_FOR,
    )
    work.session.add(row)
    work.session.flush()
    log.record(
        work,
        "invitation.made",
        f"invitation:{row.public_id}",
        organization=office.public_id,
        role=role.value,
    )
    if mail:
        queue.promise(work, "mail.invitation", invitation=row.public_id)
    return row


def _open(work: Work, office: Organization, address: str) -> int | None:
    return work.session.scalar(
        select(Invitation.id).where(
            Invitation.organization_id == office.id,
            Invitation.email == address,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > work.now,
        )
    )


def _has_admin(work: Work) -> bool:
    found = work.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.ADMIN.value, Person.active)
    )
    return bool(found)
