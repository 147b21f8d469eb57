"""Letters that did not arrive, as administrators see them: never what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.accounts.model import Person
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import RefusedError
from directory.core.permissions import Permission, holds
from directory.outbox.queries import Promises, Unkept, promises, unkept

LETTERS = "mail."
"""What kinds of promises of mail begin with."""

PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that has not arrived so far.

    Args:
        letter: How it stands.
        kind: Which letter, e.g. ``invitation``.
        person: Public id of whom it is for, if that is somebody with an account.
        name: Of that person, if the account is still there.
    """

    letter: Unkept
    kind: str
    person: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class MailState:
    """How mail stands.

    Args:
        counts: Of everything that is promised, mail or not.
        given_up: Letters that are not tried any more, the latest first.
        waiting: Letters that failed and are tried again by themselves.
    """

    counts: Promises
    given_up: tuple[Undelivered, ...]
    waiting: tuple[Undelivered, ...]


def mail_state(session: Session, actor: Actor, now: datetime) -> MailState:
    """Return how mail stands.

    Raises:
        RefusedError: If the actor may not know.
    """
    if not holds(actor, Permission.READ_MAIL_STATE):
        raise RefusedError(
            permission=Permission.READ_MAIL_STATE.value, actor=actor.name
        )
    found = unkept(session, LETTERS)
    ids = {one.about.removeprefix(PERSON) for one in found if one.about}
    names: dict[str, str] = {
        row.public_id: row.name
        for row in session.execute(
            select(Person.public_id, Person.name).where(Person.public_id.in_(ids))
        )
    }
    letters = tuple(_undelivered(one, names) for one in found)
    return MailState(
        counts=promises(session, now),
        given_up=tuple(one for one in letters if one.letter.given_up_at),
        waiting=tuple(one for one in letters if not one.letter.given_up_at),
    )


def _undelivered(one: Unkept, names: dict[str, str]) -> Undelivered:
    person = (
        one.about.removeprefix(PERSON)
        if one.about and one.about.startswith(PERSON)
        else None
    )
    return Undelivered(
        letter=one,
        kind=one.kind.removeprefix(LETTERS),
        person=person,
        name=names.get(person or ""),
    )
