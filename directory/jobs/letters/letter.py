"""What a letter is, and how a subject adds one.

A letter is promised by an action, with ids only, and under a kind of its own::

    queue.promise(work, "mail.invitation", invitation=row.public_id)

A module of this package, one for each subject, has a function for each kind. It looks
up what the letter needs when the letter is about to leave, so that nobody's address
lies in the queue, and returns nothing if the letter is not needed any more::

    def invitation(ask: Asked) -> Letter | None:
        \"\"\"Ask somebody to join an organization.\"\"\"
        row = ask.session.scalar(
            select(Invitation).where(
                Invitation.public_id == ask.payload["invitation"]
            )
        )
        if row is None or row.expires_at <= ask.now or row.withdrawn_at:
            return None
        token = ask.links.sign(
            Purpose.ACCEPT_INVITATION, row.public_id, row.expires_at
        )
        return Letter(
            template="invitation",
            to=row.email,
            language=Language(row.language),
            link=ask.links.url(f"/{row.language}/account/invitations/{token}"),
            facts={"office": office.name, "until": row.expires_at.date()},
        )

    LETTERS = {"mail.invitation": invitation}

:mod:`directory.jobs.letters.registry` takes ``LETTERS`` in. The words stand in
``templates/mail/invitation.subject`` (one line), ``.txt`` and ``.html``; the last two
extend ``mail/letter.txt`` and ``mail/letter.html`` and fill their blocks ``body``,
``button`` (words of the one link) and ``why`` (why this person gets it). Templates
know the facts, ``link``, ``addressee`` and ``host``, and nothing else; dates go through
the filter ``day``. Letters carry no medical word, no word of other people's but names,
and no link but one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.links import Links
from directory.core.text import Language

Fact = str | int | date


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who writes a letter is given.

    Args:
        session: Read only.
        payload: Of the promise: ids.
        links: Signs links and knows the public address.
        now: The moment at which the letter leaves.
        keys: Open addresses that are sealed; ``None`` where there are none.
    """

    session: Session
    payload: Mapping[str, Any]
    links: Links
    now: datetime
    keys: KeyRing | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to one person.

    Args:
        template: Name of its three templates in ``templates/mail``.
        to: Address.
        language: Of the reader.
        link: Public address of the page where the reader goes on.
        facts: What the templates need besides. Words stand on one line there and
            are cut if they are long.
        addressee: Name of the reader, if it is known.
        about: Whom administrators find it under, ``person:<public id>``.
    """

    template: str
    to: str = field(repr=False)
    language: Language
    link: str = field(repr=False)
    facts: Mapping[str, Fact] = field(default_factory=dict, repr=False)
    addressee: str = field(default="", repr=False)
    about: str | None = None


Writer = Callable[[Asked], Letter | None]
"""Writes letters of one kind; returns nothing if none is needed any more."""
