"""Words of what a person said about an illness, for whoever may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from babel import Locale
from flask_babel import get_locale

from directory.inquiries.rules.answers import (
    OTHER_DIAGNOSIS,
    UNSURE_DIAGNOSIS,
    Age,
    Asker,
    DrugClass,
    Hours,
    Illness,
    Lines,
    Performance,
    Person,
    Transplant,
    Travel,
    Wanted,
)
from directory.web import filters
from directory.web.words import _, _p

AGES: Mapping[StrEnum, str] = {
    Age.ADULT: _("18 years or older"),
    Age.MINOR: _("Younger than 18"),
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

ASKERS: Mapping[Asker, str] = {
    Asker.SELF: _("The patient"),
    Asker.OTHER: _("Somebody for the patient"),
}
"""Who wrote, as staff read it."""

HOURS: Mapping[Hours, str] = {
    Hours.ANY: _("At any time"),
    Hours.MORNING: _("In the morning"),
    Hours.AFTERNOON: _("In the afternoon"),
    Hours.EVENING: _("In the evening"),
}

YES_NO: Mapping[bool, str] = {
    True: _p("interpreter", "Yes"),
    False: _p("interpreter", "No"),
}

Rows = list[tuple[str, str]]
"""Questions and answers in words."""


def diagnosis(key: str) -> str:
    """Return what an illness is called in the page's language."""
    beside = DIAGNOSES.get(key)
    return str(beside) if beside is not None else filters.term(key, "indication")


def illness_rows(illness: Illness) -> Rows:
    """Return what was said of the illness, as staff read it."""
    return [
        (_("Illness"), diagnosis(illness.diagnosis)),
        (_("Lines of treatment"), LINES[illness.lines]),
        (
            _("Treatments given"),
            _listed(DRUG_CLASSES[key] for key in illness.drug_classes),
        ),
        (_("Transplant"), TRANSPLANTS[illness.transplant]),
        (_("On most days"), PERFORMANCES[illness.performance]),
        (_("Hopes to find"), _listed(WANTED[key] for key in illness.wanted)),
        (_("Travel"), TRAVELS[illness.travel]),
        (_("The question"), illness.question or str(_("None"))),
    ]


def person_rows(person: Person) -> Rows:
    """Return what a hospital needs to know of a person: nothing to reach them by."""
    babel = get_locale() or Locale("en")
    return [
        (_("Who wrote"), ASKERS[person.asker]),
        (_("Age of the patient"), AGES[person.age]),
        (_("Country"), str(babel.territories.get(person.country, person.country))),
        (
            _("Language of the answer"),
            str(babel.languages.get(person.language, person.language)),
        ),
        (_("Interpreter needed"), YES_NO[person.interpreter]),
        (_("When it is safe"), HOURS[person.hours]),
    ]


def _listed(words: Iterable[str]) -> str:
    return "; ".join(map(str, words)) or str(_("Not stated"))
