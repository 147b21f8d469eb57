"""What administrators do with accounts: close, open, take away a lost factor."""

from __future__ import annotations

from sqlalchemy import delete, select

from directory.accounts.actions.signing_in import end_sessions
from directory.accounts.model import Membership, Passkey, Person
from directory.audit import actions as log
from directory.core.actor import Role
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue


class OwnAccountError(DirectoryError):
    """Somebody would lock themselves out."""

    code = "person.own-account"


class LastAdminError(DirectoryError):
    """Nobody would be left who administrates the directory."""

    code = "person.last-admin"


def disable(work: Work, public_id: str) -> None:
    """Close an account: its sessions end and its tokens open nothing.

    Raises:
        RefusedError: If the actor manages no accounts.
        NotFoundError: If there is no such person.
        OwnAccountError: If it is their own.
        LastAdminError: If nobody else administrates the directory.
    """
    work.require(Permission.MANAGE_PEOPLE)
    row = _person(work, public_id)
    if row.id == work.actor.person:
        raise OwnAccountError(person=public_id)
    if not row.active:
        return
    admins = set(
        work.session.scalars(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.role == Role.ADMIN.value, Person.active)
            .with_for_update(of=Person)
        )
    )
    if admins == {row.id}:
        raise LastAdminError(person=public_id)
    row.active = False
    end_sessions(work, row)
    log.record(work, "person.disabled", f"person:{public_id}")


def enable(work: Work, public_id: str) -> None:
    """Open an account that was closed.

    Raises:
        RefusedError: If the actor manages no accounts.
        NotFoundError: If there is no such person.
    """
    work.require(Permission.MANAGE_PEOPLE)
    row = _person(work, public_id)
    if row.active:
        return
    row.active = True
    log.record(work, "person.enabled", f"person:{public_id}")


def reset_factor(work: Work, public_id: str) -> None:
    """Take away a second factor that somebody lost, and end their sessions.

    Promises a letter to them, in case it was not they who asked.

    They set up another one when they sign in with their password again. Who they
    are has to be made sure of in another way first; the program cannot.

    Raises:
        RefusedError: If the actor manages no accounts.
        NotFoundError: If there is no such person.
        OwnAccountError: If it is their own: whoever took over their browser must
            not be able to.
    """
    work.require(Permission.MANAGE_PEOPLE)
    row = _person(work, public_id)
    if row.id == work.actor.person:
        raise OwnAccountError(person=public_id)
    row.tf_primary_method = row.tf_totp_secret = None
    row.tf_totp_counter = None
    row.mf_recovery_codes = None
    work.session.execute(delete(Passkey).where(Passkey.person_id == row.id))
    end_sessions(work, row)
    log.record(work, "person.factor-reset", f"person:{public_id}")
    queue.promise(
        work, "mail.security-changed", person=public_id, what="factor-removed"
    )


def _person(work: Work, public_id: str) -> Person:
    row = work.session.scalar(
        select(Person).where(Person.public_id == public_id).with_for_update()
    )
    if row is None:
        raise NotFoundError(person=public_id)
    return row
