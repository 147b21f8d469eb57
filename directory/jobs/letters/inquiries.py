"""The letter by which somebody who asked proves an address."""

from __future__ import annotations

from datetime import timedelta

from directory.core.links import Purpose
from directory.core.text import Language
from directory.inquiries.actions.following import CONFIRM_EMAIL
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import sent_person
from directory.jobs.letters.letter import Asked, Letter

OPENS_FOR = timedelta(days=7)
"""How long the button of the letter works; somebody may be on the way."""


def confirm_email(ask: Asked) -> Letter | None:
    """Ask whoever reads the mail of an address to prove it by a button.

    Nothing, once the inquiry was taken back or erased, or the address was taken back
    or proved.
    """
    row = ask.session.get(Inquiry, str(ask.payload["inquiry"]))
    if row is None or row.state != "received" or row.email_confirmed_at is not None:
        return None
    if ask.keys is None:
        return None
    person = sent_person(ask.keys, row)
    if not person.email:
        return None
    language = Language(row.language)
    token = ask.links.sign(Purpose.CONFIRM_INQUIRY_EMAIL, row.id, ask.now + OPENS_FOR)
    return Letter(
        template="inquiry-confirm-email",
        to=person.email,
        language=language,
        link=ask.links.url(f"/{language.value}/inquiries/email/{token}"),
    )


LETTERS = {CONFIRM_EMAIL: confirm_email}
"""By kind of promise."""
