"""Words for what people are asked, and for what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.inquiries.rules.answers import (
    OTHER_DIAGNOSIS,
    UNSURE_DIAGNOSIS,
    Age,
    Asker,
    DrugClass,
    Hours,
    Lines,
    Performance,
    Relationship,
    Standing,
    Transplant,
    Travel,
    Wanted,
    Way,
    Whom,
)
from directory.inquiries.rules.life import State
from directory.web.inquiries.words import _, _p

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

AGES: Mapping[StrEnum, str] = {
    Age.ADULT: _("18 years or older"),
    Age.MINOR: _("Younger than 18"),
}

WAYS: Mapping[StrEnum, str] = {
    Way.CODE: _("Only here: I will come back with my receipt code"),
    Way.EMAIL: _("By email too"),
}

WAY_HINTS: Mapping[StrEnum, str] = {
    Way.CODE: _("Nothing is sent to you. Nobody sees a message by chance."),
    Way.EMAIL: _(
        "No email is sent yet; your address is kept, sealed, for staff who answer."
    ),
}

HOURS: Mapping[StrEnum, str] = {
    Hours.ANY: _("At any time"),
    Hours.MORNING: _("In the morning"),
    Hours.AFTERNOON: _("In the afternoon"),
    Hours.EVENING: _("In the evening"),
}

DIAGNOSES: Mapping[str, str] = {
    OTHER_DIAGNOSIS: _("Another illness"),
    UNSURE_DIAGNOSIS: _("Not sure, or not known yet"),
}
"""Answers beside those of the vocabulary."""

LINES: Mapping[StrEnum, str] = {
    Lines.NONE: _("None yet"),
    Lines.ONE: _p("lines of treatment", "One"),
    Lines.TWO: _p("lines of treatment", "Two"),
    Lines.THREE: _p("lines of treatment", "Three"),
    Lines.FOUR_OR_MORE: _p("lines of treatment", "Four or more"),
    Lines.NOT_SURE: _("Not sure"),
}

DRUG_CLASSES: Mapping[StrEnum, str] = {
    DrugClass.CHEMOTHERAPY: _("Chemotherapy"),
    DrugClass.STEROID: _("Steroids, such as dexamethasone"),
    DrugClass.PROTEASOME_INHIBITOR: _("Proteasome inhibitor, such as bortezomib"),
    DrugClass.IMMUNOMODULATOR: _("Immunomodulator, such as lenalidomide"),
    DrugClass.ANTI_CD38: _("Antibody against CD38, such as daratumumab"),
    DrugClass.ANTI_CD20: _("Antibody against CD20, such as rituximab"),
    DrugClass.BTK_INHIBITOR: _("BTK inhibitor, such as ibrutinib or zanubrutinib"),
    DrugClass.BCL2_INHIBITOR: _("BCL-2 inhibitor, such as venetoclax"),
    DrugClass.TYROSINE_KINASE_INHIBITOR: _(
        "Tyrosine kinase inhibitor, such as imatinib or dasatinib"
    ),
    DrugClass.ANTIBODY_DRUG_CONJUGATE: _(
        "Antibody that carries a drug, such as polatuzumab vedotin"
    ),
    DrugClass.BISPECIFIC: _("Bispecific antibody, such as blinatumomab"),
    DrugClass.CHECKPOINT_INHIBITOR: _("Checkpoint inhibitor, such as pembrolizumab"),
    DrugClass.CAR_T: _("CAR-T cells before"),
    DrugClass.RADIOTHERAPY: _("Radiotherapy"),
    DrugClass.OTHER: _("Something else"),
    DrugClass.NONE: _("No treatment yet"),
    DrugClass.NOT_SURE: _("Not sure"),
}

TRANSPLANTS: Mapping[StrEnum, str] = {
    Transplant.NONE: _p("transplant", "No"),
    Transplant.OWN: _("Yes, with the patient's own cells (autologous)"),
    Transplant.DONOR: _("Yes, with cells of a donor (allogeneic)"),
    Transplant.BOTH: _("Yes, both kinds"),
    Transplant.NOT_SURE: _("Not sure"),
}

PERFORMANCES: Mapping[StrEnum, str] = {
    Performance.ACTIVE: _("Can do everything as before the illness"),
    Performance.LIGHT_WORK: _("Walks and can do light work, but nothing heavy"),
    Performance.UP_MOST_OF_DAY: _(
        "Cares for themselves but cannot work; is up more than half of the day"
    ),
    Performance.RESTING_MOST_OF_DAY: _(
        "Needs some help; is in bed or in a chair more than half of the day"
    ),
    Performance.IN_BED: _("Is in bed or in a chair all day and needs full care"),
    Performance.NOT_SURE: _("Not sure"),
}

WANTED: Mapping[StrEnum, str] = {
    Wanted.APPROVED_PRODUCT: _("Treatment with an approved product"),
    Wanted.TRIAL: _("Taking part in a clinical trial"),
    Wanted.SECOND_OPINION: _("A second opinion"),
}

TRAVELS: Mapping[StrEnum, str] = {
    Travel.WITHIN_MONTH: _("Within a month"),
    Travel.WITHIN_QUARTER: _("In one to three months"),
    Travel.LATER: _("Later"),
    Travel.NOT_POSSIBLE: _("Travel is not possible"),
    Travel.NOT_SURE: _("Not sure"),
}

WHOM: Mapping[StrEnum, str] = {
    Whom.CENTERS: _("One to three centers that I choose"),
    Whom.FACILITATOR: _("A facilitator, who helps people reach a center"),
    Whom.ADVISE: _("Nobody yet: advise me"),
}

WHOM_HINTS: Mapping[StrEnum, str] = {
    Whom.CENTERS: _("Choose them from the list of centers below."),
    Whom.FACILITATOR: _(
        "A company. Choose it from the list of facilitators below, and read the"
        " cautions. You can also go to a center directly, without a facilitator."
    ),
    Whom.ADVISE: _("The staff of this directory read it, and nobody else."),
}

STATES: Mapping[State, str] = {
    State.RECEIVED: _("Received"),
    State.WITHDRAWN: _("Withdrawn"),
}

STATE_SENTENCES: Mapping[State, str] = {
    State.RECEIVED: _(
        "Your inquiry is stored here, sealed. It waits for the staff of this"
        " directory, who read inquiries when case handling opens. It has not been"
        " passed to any center or facilitator."
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
