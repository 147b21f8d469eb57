"""Who sees what of an inquiry, where it lies, and for how long: in plain words.

What each side may do is asked of the table of permissions, so that the page cannot
promise less than the program allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.cases.rules.looks import LASTS
from directory.core.actor import Role
from directory.core.permissions import GRANTS, Permission
from directory.web import context, keeping
from directory.web.public.blueprint import bp
from directory.web.words import _


class Party(StrEnum):
    """Who could see something."""

    PATIENT = "patient"
    OWNER = "owner"
    HOSPITAL = "hospital"
    ADMIN = "admin"


class Data(StrEnum):
    """What could be seen."""

    STEPS = "steps"
    ANSWERS = "answers"
    CONTACT = "contact"
    MESSAGES = "messages"
    FILES = "files"
    OFFERS = "offers"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Reader:
    """A party, and what lets its people read cases.

    Args:
        words: What it is called.
        role: Of its people; nobody's, for whoever holds the code.
        permission: Without which they read nothing.
    """

    words: str
    role: Role | None
    permission: Permission


READERS: Mapping[Party, Reader] = {
    Party.PATIENT: Reader(_("You, with the code"), None, Permission.FOLLOW_INQUIRY),
    Party.OWNER: Reader(
        _("Who looks after your case"), Role.FACILITATOR, Permission.READ_CASES
    ),
    Party.HOSPITAL: Reader(
        _("A hospital that you agreed to"),
        Role.HOSPITAL_COORDINATOR,
        Permission.READ_REFERRALS,
    ),
    Party.ADMIN: Reader(_("Administrators"), Role.ADMIN, Permission.LOOK_INTO_CASE),
}
"""Everybody who can see anything."""

DATA: Mapping[Data, str] = {
    Data.STEPS: _("Steps, dates, whose turn it is"),
    Data.ANSWERS: _("Your answers and your question"),
    Data.CONTACT: _("How to reach you"),
    Data.MESSAGES: _("Messages"),
    Data.FILES: _("Files"),
    Data.OFFERS: _("Estimates, letters, times for a consultation"),
    Data.NOTES: _("Notes for oneself"),
}

NEVER = _("Never")
ALWAYS = _("Always")
FROM_SENDING = _("From when you sent it")
WHILE_ASKED = _(
    "From when you agreed until it declines, the case ends, or you take consent back"
)
FOR_A_REASON = _("Only for a written reason, for %(minutes)s minutes; you are told")

SEES: Mapping[tuple[Data, Party], str] = {
    (Data.STEPS, Party.PATIENT): ALWAYS,
    (Data.STEPS, Party.OWNER): FROM_SENDING,
    (Data.STEPS, Party.HOSPITAL): WHILE_ASKED,
    (Data.STEPS, Party.ADMIN): FOR_A_REASON,
    (Data.ANSWERS, Party.PATIENT): ALWAYS,
    (Data.ANSWERS, Party.OWNER): FROM_SENDING,
    (Data.ANSWERS, Party.HOSPITAL): WHILE_ASKED,
    (Data.ANSWERS, Party.ADMIN): FOR_A_REASON,
    (Data.CONTACT, Party.PATIENT): ALWAYS,
    (Data.CONTACT, Party.OWNER): FROM_SENDING,
    (Data.MESSAGES, Party.PATIENT): _("All that you wrote or were written"),
    (Data.MESSAGES, Party.OWNER): _("All, also between you and hospitals"),
    (Data.MESSAGES, Party.HOSPITAL): _("Those between you and it, while it takes part"),
    (Data.FILES, Party.PATIENT): _("Yours, and those that were given to you"),
    (Data.FILES, Party.OWNER): _("All of the case"),
    (Data.FILES, Party.HOSPITAL): _("Yours and its own, while it takes part"),
    (Data.OFFERS, Party.PATIENT): _("All"),
    (Data.OFFERS, Party.OWNER): _("All"),
    (Data.OFFERS, Party.HOSPITAL): _("Its own only"),
    (Data.NOTES, Party.OWNER): _("Its own only"),
}
"""When whom is shown what; nothing means never."""

NOTHING = (Role.HOSPITAL_EDITOR, Role.HOSPITAL_MANAGER, Role.MODERATOR)
"""Roles that see nothing of any case, though they work here."""


def seen_by(data: Data, party: Party) -> str:
    """Return when a party sees something, as far as it may read cases at all."""
    reader = READERS[party]
    may = reader.role is None or reader.role in GRANTS[reader.permission]
    return SEES.get((data, party), NEVER) if may else NEVER


@bp.get("/privacy")
@keeping.kept
def privacy() -> ResponseReturnValue:
    """Say who sees what, when, where it lies and how long."""
    return render_template(
        "public/privacy.html",
        readers=READERS,
        rows=[
            (words, [seen_by(data, party) for party in Party])
            for data, words in DATA.items()
        ],
        minutes=int(LASTS.total_seconds() // 60),
        retention=context.tools().settings.retention,
    )
