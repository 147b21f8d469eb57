"""Words of the eligibility check, and where its answers lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory.inquiries.rules.answers import (
    OTHER_DIAGNOSIS,
    UNSURE_DIAGNOSIS,
    DrugClass,
    Lines,
    Performance,
    Travel,
)
from directory.knowledge.queries import License
from directory.knowledge.rules.precheck import MYELOMA, Answers, Choice, Outcome
from directory.web import filters
from directory.web.illness import DRUG_CLASSES, LINES, PERFORMANCES, TRAVELS, diagnosis
from directory.web.words import _

OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.LIKELY_REVIEWED: (
        _("Your case is likely to be reviewed"),
        _(
            "None of your answers stands in the way of a review by a hospital. This is"
            " no promise: the hospital decides, and it looks at the records."
        ),
    ),
    Outcome.TALK: (
        _("Talk it through with your doctor"),
        _(
            "Some answers are open, or need a talk with a doctor. That is common. It is"
            " no refusal. You can ask a center at any time."
        ),
    ),
    Outcome.NOT_NOW: (
        _("Probably not now: ask your doctor"),
        _(
            "At least one answer usually means waiting, or another way. It is no"
            " refusal: things can change, centers differ, and only a doctor who knows"
            " the patient can say. You can still ask a center."
        ),
    ),
}
"""Title and sentence of what the answers come to."""

CHOICES: Mapping[Choice, str] = {
    Choice.LIKELY_OK: _("Likely fits"),
    Choice.DISCUSS: _("Talk about it"),
    Choice.USUALLY_NOT_NOW: _("Usually not now"),
    Choice.UNKNOWN: _("Not known yet"),
}

RECORDS: Mapping[str, str] = {
    **dict.fromkeys(("E01", "E18", "E19"), "diagnosis-and-pathology"),
    **dict.fromkeys(("E03", "E04", "E05", "E06", "E07", "E08"), "treatment-history"),
    **dict.fromkeys(
        ("E09", "E12", "E13", "E14", "E15", "E16", "E17"), "laboratory-and-imaging"
    ),
    **dict.fromkeys(("E02", "E10", "E11", "E20", "E21", "E23"), "letters-and-identity"),
}
"""Part of the records that answers a question; a companion is on no record."""

OTHERS = (OTHER_DIAGNOSIS, UNSURE_DIAGNOSIS)
"""Illnesses that have no name in the vocabulary."""

EXACT: Mapping[tuple[str, Choice], tuple[str, str]] = {
    ("E03", Choice.USUALLY_NOT_NOW): ("lines", Lines.NONE.value),
    ("E05", Choice.LIKELY_OK): ("drug_classes", DrugClass.PROTEASOME_INHIBITOR.value),
    ("E06", Choice.LIKELY_OK): ("drug_classes", DrugClass.IMMUNOMODULATOR.value),
    ("E07", Choice.LIKELY_OK): ("drug_classes", DrugClass.ANTI_CD38.value),
    ("E10", Choice.DISCUSS): ("performance", Performance.UP_MOST_OF_DAY.value),
    ("E23", Choice.USUALLY_NOT_NOW): ("travel", Travel.NOT_POSSIBLE.value),
}
"""Answers that mean exactly one answer of an inquiry. Others would be guessed, such
as the number of lines where it is "three or more"."""


def illnesses(licensed: Iterable[License]) -> tuple[str, ...]:
    """Return what can be chosen first: myeloma, what else is licensed, and the rest.

    Args:
        licensed: Which product is licensed for what.
    """
    found = {each.indication for each in licensed} - {MYELOMA, *MYELOMA_TOO}
    ordered = sorted(found, key=lambda key: filters.term(key, "indication").casefold())
    return (MYELOMA, *ordered, *OTHERS)


MYELOMA_TOO = frozenset({"rrmm"})
"""Keys for myeloma that nobody needs to choose between here."""


def carried(illness: str, answers: Answers) -> list[tuple[str, str]]:
    """Return the fields of an inquiry that the answers fill in.

    Args:
        illness: Key of the vocabulary, or one beside it.
        answers: Of which only those that mean one thing there are taken.
    """
    found = {("diagnosis", illness): None}
    for rule, choice in answers.items():
        field = EXACT.get((rule, choice))
        if field is not None:
            found[field] = None
    # Whoever had no treatment had none of these drugs: one of the two is a slip.
    if ("lines", Lines.NONE.value) in found and any(
        name == "drug_classes" for name, _value in found
    ):
        del found["lines", Lines.NONE.value]
    return list(found)


def carried_words(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Return the same for people."""
    words = {
        "lines": {key.value: value for key, value in LINES.items()},
        "drug_classes": {key.value: value for key, value in DRUG_CLASSES.items()},
        "performance": {key.value: value for key, value in PERFORMANCES.items()},
        "travel": {key.value: value for key, value in TRAVELS.items()},
    }
    labels = {
        "diagnosis": _("Illness"),
        "lines": _("Lines of treatment"),
        "drug_classes": _("Treatments given"),
        "performance": _("On most days"),
        "travel": _("Travel"),
    }
    return [
        f"{labels[name]}: "
        f"{diagnosis(value) if name == 'diagnosis' else words[name][value]}"
        for name, value in fields
    ]
