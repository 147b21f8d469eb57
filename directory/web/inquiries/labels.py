"""Words for what people are asked, and for what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.inquiries.rules.answers import (
    Asker,
    Hours,
    Relationship,
    Standing,
    Way,
    Whom,
)
from directory.inquiries.rules.life import State
from directory.web.illness import (
    AGES,
    DIAGNOSES,
    DRUG_CLASSES,
    LINES,
    PERFORMANCES,
    TRANSPLANTS,
    TRAVELS,
    WANTED,
)
from directory.web.inquiries.words import _, _p

__all__ = [
    "AGES",
    "ASKERS",
    "DIAGNOSES",
    "DRUG_CLASSES",
    "HOURS",
    "LINES",
    "MISTYPED",
    "PERFORMANCES",
    "PROBLEMS",
    "RELATIONSHIPS",
    "STANDINGS",
    "STATES",
    "STATE_SENTENCES",
    "TRANSPLANTS",
    "TRAVELS",
    "WANTED",
    "WAYS",
    "WAY_HINTS",
    "WHOM",
    "WHOM_HINTS",
    "YES_NO",
]

ASKERS: Mapping[StrEnum, str] = {
    Asker.SELF: _("For myself: I am the patient"),
    Asker.OTHER: _("For someone else"),
}

RELATIONSHIPS: Mapping[StrEnum, str] = {
    Relationship.PARENT: _("My mother or father"),
    Relationship.CHILD: _("My child"),
    Relationship.PARTNER: _("My wife, husband or partner"),
    Relationship.SIBLING: _("My brother or sister"),
    Relationship.RELATIVE: _("Another relative"),
    Relationship.FRIEND: _("A friend"),
    Relationship.PATIENT: _("My patient: I am a doctor or nurse"),
}

STANDINGS: Mapping[StrEnum, str] = {
    Standing.AGREED: _("The patient knows of this inquiry and agreed to it"),
    Standing.GUARDIAN: _("I am the parent or legal guardian of the patient"),
    Standing.REPRESENTATIVE: _(
        "I represent the patient by law, for example by a power of attorney"
    ),
}

WAYS: Mapping[StrEnum, str] = {
    Way.CODE: _("Only here: I will come back with my receipt code"),
    Way.EMAIL: _("By email too"),
}

WAY_HINTS: Mapping[StrEnum, str] = {
    Way.CODE: _("Nothing is sent to you. Nobody sees a message by chance."),
    Way.EMAIL: _(
        "First you get a letter with a button, to confirm the address. After that a"
        " letter says “there is news” and nothing more; you read it here."
    ),
}

HOURS: Mapping[StrEnum, str] = {
    Hours.ANY: _("At any time"),
    Hours.MORNING: _("In the morning"),
    Hours.AFTERNOON: _("In the afternoon"),
    Hours.EVENING: _("In the evening"),
}

WHOM: Mapping[StrEnum, str] = {
    Whom.CENTERS: _("One to three centers that I choose"),
    Whom.FACILITATOR: _("A facilitator, who helps people reach a center"),
    Whom.ADVISE: _("Nobody yet: advise me"),
}

WHOM_HINTS: Mapping[StrEnum, str] = {
    Whom.CENTERS: _("Choose them from the list of centers below."),
    Whom.FACILITATOR: _(
        "A company. Choose it from the list of facilitators below, and read who pays"
        " it. You can also go to a center directly, without a facilitator."
    ),
    Whom.ADVISE: _("The staff of this directory read it, and nobody else."),
}

STATES: Mapping[State, str] = {
    State.RECEIVED: _("Received"),
    State.WITHDRAWN: _("Withdrawn"),
}

STATE_SENTENCES: Mapping[State, str] = {
    State.RECEIVED: _(
        "Your inquiry is here, sealed. Below you read who has it, what comes next and"
        " by when."
    ),
    State.WITHDRAWN: _(
        "You took this inquiry back. Nobody works on it. It will be erased on the"
        " day below; you can erase it now."
    ),
}
"""What a state means for the one who asked, and what happens next."""

YES_NO: Mapping[bool, str] = {
    True: _p("interpreter", "Yes"),
    False: _p("interpreter", "No"),
}

PROBLEMS: Mapping[tuple[str, str], str] = {
    ("age", "minor-needs-guardian"): _(
        "A parent or legal guardian needs to ask for a patient younger than 18"
    ),
    ("time_zone", "missing"): _(
        "Choose the time zone where you are: the country has several"
    ),
    ("relationship", "missing"): _("Say who the patient is to you"),
    ("standing", "missing"): _("Say by what right you ask for the patient"),
    ("standing", "minor-needs-guardian"): _(
        "For a patient younger than 18, a parent, legal guardian or legal"
        " representative needs to ask"
    ),
    ("email", "missing"): _("Enter your email address, or choose another way"),
    ("drug_classes", "stands-alone"): _(
        "“No treatment yet” and “Not sure” cannot be chosen together with a treatment"
    ),
    ("wanted", "missing"): _("Say what you hope to find"),
    ("question", "identity-number"): _(
        "Take the long number out of your question: identity and card numbers"
        " do not belong here"
    ),
    ("diagnosis", "unknown"): _("Choose the illness from the list"),
    ("centers", "missing"): _("Choose at least one center, or choose “advise me”"),
    ("centers", "too-many"): _("Choose at most three centers"),
    ("centers", "unknown"): _("A center that you chose is no longer listed"),
    ("facilitator", "missing"): _("Choose a facilitator, or choose “advise me”"),
    ("facilitator", "unknown"): _("The facilitator is no longer listed"),
}
"""What to do about an answer that does not stand, by field and code."""

MISTYPED: Mapping[str, str] = {
    "length": _("The code has 28 letters and digits. Something is missing or too much"),
    "symbol": _("The code has a letter or sign that no code has. Check it"),
    "check": _("There is a typing mistake in the code. Check each group"),
}
"""Why what was typed cannot be a receipt code."""

MISTYPED_DRAFT: Mapping[str, str] = {
    **MISTYPED,
    "length": _("The code has 32 letters and digits. Something is missing or too much"),
}
"""Why what was typed cannot be the code of a draft."""
