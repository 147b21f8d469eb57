"""People who do not exist, so that every page can be tried."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from directory.accounts.actions.registering import NewAccount
from directory.accounts.model import Person
from directory.audit import actions as log
from directory.core.permissions import Permission
from directory.core.work import Work

NOWHERE = ".example.org"
"""Where nobody has an address (source: RFC 2606, section 3)."""


class SomebodyRealError(ValueError):
    """An address at which somebody could read mail."""


def invent_person(work: Work, account: NewAccount) -> tuple[int, bool]:
    """Open an account for somebody who does not exist, with a proved address.

    No letter is promised. Somebody invented before gets the new password.

    Args:
        work: The transaction.
        account: Its address ends in :data:`NOWHERE`.

    Returns:
        The row, and whether it is new.

    Raises:
        RefusedError: If the actor is not the program itself.
        SomebodyRealError: If somebody could have the address.
    """
    work.require(Permission.INVENT_PEOPLE)
    if not account.email.endswith(NOWHERE):
        raise SomebodyRealError(account.email)
    person = work.session.scalar(select(Person).where(Person.email == account.email))
    is_new = person is None
    if person is None:
        person = Person(
            public_id=secrets.token_hex(16),
            email=account.email,
            active=True,
            added_at=work.now,
            confirmed_at=work.now,
        )
        work.session.add(person)
    person.name, person.language = account.name, account.language.value
    person.password, person.password_set_at = account.password, work.now
    person.fs_uniquifier = secrets.token_hex(32)
    work.session.flush()
    log.record(work, "account.invented", f"person:{person.public_id}")
    return person.id, is_new
