"""Opening an account, proving addresses, setting passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import select

from directory.accounts.actions.signing_in import end_sessions
from directory.accounts.model import Person
from directory.accounts.rules.marks import account_of, is_current
from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.text import Language
from directory.core.work import Work
from directory.outbox import actions as queue


class LinkUsedError(DirectoryError):
    """The link was used, or a newer one took its place."""

    code = "link.used"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody gives who opens an account.

    Args:
        name: Their own.
        email: Folded to lower case.
        password: Its hash.
        language: Of their mail.
    """

    name: str = field(repr=False)
    email: str = field(repr=False)
    password: str = field(repr=False)
    language: Language


def register(work: Work, account: NewAccount) -> None:
    """Open an account whose address has yet to be proved.

    Promises a letter to the address in every case, so that nobody else learns
    whether there was an account. Whoever opens one anew before the address is
    proved takes the place of who did so before, whose link works no more: nobody
    can lay a password of theirs into somebody's account.

    Args:
        work: The transaction.
        account: What was given.
    """
    work.require(Permission.SIGN_IN)
    person = _by_email(work, account.email)
    if person is not None and (person.confirmed_at or not person.active):
        queue.promise(work, "mail.already-registered", person=person.public_id)
        return
    if person is None:
        person = Person(
            public_id=secrets.token_hex(16),
            email=account.email,
            active=True,
            added_at=work.now,
        )
        work.session.add(person)
    person.name = account.name
    person.language = account.language.value
    person.password = account.password
    person.password_set_at = work.now
    person.fs_uniquifier = secrets.token_hex(32)
    work.session.flush()
    log.record(work, "account.registered", f"person:{person.public_id}")
    queue.promise(work, "mail.confirm-address", person=person.public_id)


def confirm(work: Work, subject: str) -> None:
    """Take an address as proved, because a link in a letter to it came back.

    Args:
        work: The transaction.
        subject: Of the link, see :mod:`directory.accounts.rules.marks`.

    Raises:
        LinkUsedError: If the account was opened anew since, or is proved already.
    """
    work.require(Permission.SIGN_IN)
    person = _by_link(work, subject)
    if person.confirmed_at or not is_current(
        subject, person.public_id, person.fs_uniquifier
    ):
        raise LinkUsedError
    person.confirmed_at = work.now
    log.record(work, "account.confirmed", f"person:{person.public_id}")


def ask_for_reset(work: Work, email: str) -> None:
    """Promise a letter with a link that sets a new password, if there is an account."""
    work.require(Permission.SIGN_IN)
    person = _by_email(work, email)
    if person is None or not person.active:
        return
    kind = "mail.reset-password" if person.confirmed_at else "mail.confirm-address"
    queue.promise(work, kind, person=person.public_id)
    log.record(work, "password.reset-asked", f"person:{person.public_id}")


def reset(work: Work, subject: str, password: str) -> None:
    """Set a new password by a link, and end all sessions; a factor stays.

    Args:
        work: The transaction.
        subject: Of the link.
        password: Its hash.

    Raises:
        LinkUsedError: If it was used, or the account's keys have changed since.
    """
    work.require(Permission.SIGN_IN)
    person = _by_link(work, subject)
    if not is_current(subject, person.public_id, person.fs_uniquifier):
        raise LinkUsedError
    _set_password(work, person, password, by="reset")
    end_sessions(work, person)


def change_password(work: Work, sign_in: int, password: str) -> None:
    """Set a new password, and end all other sessions.

    Args:
        work: The transaction.
        sign_in: Row of the session that goes on; renew it as well.
        password: Its hash.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    _set_password(work, person, password, by="change")
    end_sessions(work, person, except_for=sign_in)


def change_details(work: Work, name: str, language: Language) -> None:
    """Change one's name, and the language of one's mail.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    changed = [
        what
        for what, before, after in (
            ("name", person.name, name),
            ("language", person.language, language.value),
        )
        if before != after
    ]
    person.name, person.language = name, language.value
    if changed:
        log.record(work, "account.changed", work.actor.name, what=changed)


def ask_for_address(work: Work, email: str) -> None:
    """Promise a letter to a new address, and word of it to the one until now.

    If the new one belongs to another account, its owner is told that instead, and
    the answer here is the same.

    Args:
        work: The transaction.
        email: Folded to lower case.

    Raises:
        RefusedError: If nobody is signed in.
    """
    work.require(Permission.KEEP_ACCOUNT)
    person = _self(work)
    person.new_email = email
    work.session.flush()
    log.record(work, "address.change-asked", work.actor.name)
    _tell(work, person, "address")
    other = _by_email(work, email)
    if other is None:
        queue.promise(work, "mail.change-address", person=person.public_id)
    elif other.id != person.id:
        queue.promise(work, "mail.already-registered", person=other.public_id)


def confirm_address(work: Work, subject: str) -> None:
    """Let a new address take the place of the old one.

    Args:
        work: The transaction.
        subject: Of the link that was sent to it.

    Raises:
        LinkUsedError: If it was used, or belongs to another account by now.
    """
    work.require(Permission.SIGN_IN)
    person = _by_link(work, subject)
    email = person.new_email
    if (
        not email
        or not is_current(subject, person.public_id, person.fs_uniquifier, email)
        or _by_email(work, email) is not None
    ):
        raise LinkUsedError
    person.email, person.new_email = email, None
    work.session.flush()
    log.record(work, "address.changed", f"person:{person.public_id}")


def _tell(work: Work, person: Person, what: str) -> None:
    queue.promise(work, "mail.security-changed", person=person.public_id, what=what)


def _set_password(work: Work, person: Person, password: str, *, by: str) -> None:
    person.password, person.password_set_at = password, work.now
    work.session.flush()
    log.record(work, "password.set", f"person:{person.public_id}", by=by)
    _tell(work, person, "password")


def _by_email(work: Work, email: str) -> Person | None:
    return work.session.scalar(select(Person).where(Person.email == email))


def _by_link(work: Work, subject: str) -> Person:
    person = work.session.scalar(
        select(Person)
        .where(Person.public_id == account_of(subject), Person.active)
        .with_for_update()
    )
    if person is None:
        raise LinkUsedError
    return person


def _self(work: Work) -> Person:
    person = work.session.get(Person, work.actor.person, with_for_update=True)
    if person is None:
        raise NotFoundError
    return person
