"""Letters about accounts: proving an address, a new password, what changed."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import select

from directory.accounts.model import Person, SignIn
from directory.accounts.rules.life import RESET_FOR
from directory.accounts.rules.marks import subject_of
from directory.core.links import A_DAY, Purpose
from directory.core.text import Language
from directory.jobs.letters.letter import Asked, Letter

CHANGES = frozenset(
    {"address", "factor-added", "factor-removed", "password", "spare-code"}
)
"""What a letter can say that has changed."""


def confirm_address(ask: Asked) -> Letter | None:
    """Ask who opened an account to prove the address."""
    person = _person(ask)
    if person is None or person.confirmed_at:
        return None
    subject = subject_of(person.public_id, person.fs_uniquifier)
    token = ask.links.sign(Purpose.CONFIRM_ADDRESS, subject, ask.now + A_DAY)
    return _letter(ask, person, "confirm-address", f"confirm/{token}")


def already_registered(ask: Asked) -> Letter | None:
    """Tell who has an account that somebody wanted to open one with the address."""
    person = _person(ask)
    if person is None:
        return None
    return _letter(ask, person, "already-registered", "sign-in")


def reset_password(ask: Asked) -> Letter | None:
    """Give whoever asked for it a link that sets a new password."""
    person = _person(ask)
    if person is None:
        return None
    subject = subject_of(person.public_id, person.fs_uniquifier)
    token = ask.links.sign(Purpose.RESET_PASSWORD, subject, ask.now + RESET_FOR)
    return _letter(ask, person, "reset-password", f"reset/{token}")


def change_address(ask: Asked) -> Letter | None:
    """Ask for a new address to be proved."""
    person = _person(ask)
    if person is None or not person.new_email:
        return None
    subject = subject_of(person.public_id, person.fs_uniquifier, person.new_email)
    token = ask.links.sign(Purpose.CHANGE_ADDRESS, subject, ask.now + A_DAY)
    return _letter(
        ask, person, "change-address", f"new-address/{token}", to=person.new_email
    )


def new_browser(ask: Asked) -> Letter | None:
    """Tell that somebody signed in at a browser that was not known."""
    row = ask.session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.id == ask.payload["session"], Person.active)
    ).first()
    if row is None:
        return None
    began = row.SignIn.began_at.astimezone(UTC)
    return _letter(
        ask,
        row.Person,
        "new-browser",
        "sessions",
        facts={
            "browser": row.SignIn.browser,
            "day": began.date(),
            "time": f"{began:%H:%M}",
        },
    )


def security_changed(ask: Asked) -> Letter | None:
    """Tell what changed about how somebody signs in."""
    person = _person(ask)
    what = ask.payload["what"]
    if person is None or what not in CHANGES:
        return None
    return _letter(ask, person, "security-changed", "", facts={"what": what})


def _person(ask: Asked) -> Person | None:
    return ask.session.scalar(
        select(Person).where(Person.public_id == ask.payload["person"], Person.active)
    )


def _letter(
    ask: Asked, person: Person, template: str, path: str, **more: Any
) -> Letter:
    return Letter(
        **{
            "template": template,
            "to": person.email,
            "language": Language(person.language),
            "link": ask.links.url(f"/{person.language}/account/{path}"),
            "addressee": person.name,
            "about": f"person:{person.public_id}",
            **more,
        }
    )


LETTERS = {
    "mail.already-registered": already_registered,
    "mail.change-address": change_address,
    "mail.confirm-address": confirm_address,
    "mail.new-browser": new_browser,
    "mail.reset-password": reset_password,
    "mail.security-changed": security_changed,
}
"""By kind of promise."""
