"""What a person is asked, and which answers contradict each other."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints

from directory.core.errors import DirectoryError

QUESTION_LONGEST = 1000
"""Characters of the one free text."""

EMAIL_LONGEST = 254
"""Characters (source: RFC 5321, section 4.5.3.1.3, less its brackets)."""

CENTERS_AT_MOST = 3
"""Centers that one inquiry may name."""

OTHER_DIAGNOSIS = "other"
"""Stands beside the indication keys of the vocabulary."""

UNSURE_DIAGNOSIS = "not-sure"
"""Likewise: nobody has given the illness a name yet."""

IDENTITY_NUMBER = re.compile(r"\d(?:[ -]?\d){14,18}")
"""Fifteen to nineteen digits: identity and card numbers; no trial number has so
many. A document number does not belong in a question."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Shape(BaseModel):
    """Frozen, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Asker(StrEnum):
    """For whom somebody asks."""

    SELF = "self"
    OTHER = "other"


class Relationship(StrEnum):
    """What the patient is to the one who asks."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    SIBLING = "sibling"
    RELATIVE = "relative"
    FRIEND = "friend"
    PATIENT = "patient"


class Standing(StrEnum):
    """By what right somebody asks for another."""

    AGREED = "agreed"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"


class Age(StrEnum):
    """Whether the patient is of age: 18 years or more."""

    ADULT = "adult"
    MINOR = "minor"


class Way(StrEnum):
    """How somebody can be reached safely."""

    CODE = "code"
    EMAIL = "email"


class Hours(StrEnum):
    """When somebody can be reached safely, by their own clock."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Lines(StrEnum):
    """How many lines of treatment there were."""

    NONE = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR_OR_MORE = "4-or-more"
    NOT_SURE = "not-sure"


class DrugClass(StrEnum):
    """Kinds of treatment that a hematologist asks about first."""

    CHEMOTHERAPY = "chemotherapy"
    STEROID = "steroid"
    PROTEASOME_INHIBITOR = "proteasome-inhibitor"
    IMMUNOMODULATOR = "immunomodulator"
    ANTI_CD38 = "anti-cd38"
    ANTI_CD20 = "anti-cd20"
    BTK_INHIBITOR = "btk-inhibitor"
    BCL2_INHIBITOR = "bcl2-inhibitor"
    TYROSINE_KINASE_INHIBITOR = "tyrosine-kinase-inhibitor"
    ANTIBODY_DRUG_CONJUGATE = "antibody-drug-conjugate"
    BISPECIFIC = "bispecific"
    CHECKPOINT_INHIBITOR = "checkpoint-inhibitor"
    CAR_T = "car-t"
    RADIOTHERAPY = "radiotherapy"
    OTHER = "other"
    NONE = "none"
    NOT_SURE = "not-sure"


class Transplant(StrEnum):
    """Whether stem cells were transplanted."""

    NONE = "none"
    OWN = "own"
    DONOR = "donor"
    BOTH = "both"
    NOT_SURE = "not-sure"


class Performance(StrEnum):
    """How much of ordinary life is possible.

    The five grades of the ECOG scale for the living (source: Oken et al.,
    Am J Clin Oncol 1982;5:649), asked in plain words.
    """

    ACTIVE = "0"
    LIGHT_WORK = "1"
    UP_MOST_OF_DAY = "2"
    RESTING_MOST_OF_DAY = "3"
    IN_BED = "4"
    NOT_SURE = "not-sure"


class Wanted(StrEnum):
    """What somebody hopes to find."""

    APPROVED_PRODUCT = "approved-product"
    TRIAL = "trial"
    SECOND_OPINION = "second-opinion"


class Travel(StrEnum):
    """When a journey would be possible."""

    WITHIN_MONTH = "within-month"
    WITHIN_QUARTER = "within-quarter"
    LATER = "later"
    NOT_POSSIBLE = "not-possible"
    NOT_SURE = "not-sure"


class Whom(StrEnum):
    """To whom an inquiry is addressed."""

    CENTERS = "centers"
    FACILITATOR = "facilitator"
    ADVISE = "advise"


class Person(Shape):
    """Who asks, for whom, and how they can be reached.

    ``country`` is where the patient lives (ISO 3166-1 alpha-2), ``language``
    the one to answer in (ISO 639-1), ``time_zone`` where they are now (IANA name).
    """

    asker: Asker
    relationship: Relationship | None = None
    standing: Standing | None = None
    age: Age
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    interpreter: bool
    way: Way
    email: Annotated[str, StringConstraints(max_length=EMAIL_LONGEST)] | None = None
    hours: Hours
    time_zone: Annotated[str, StringConstraints(max_length=40)] | None = None


class Illness(Shape):
    """What the illness is, and what has been done about it.

    ``diagnosis`` is an indication key of the vocabulary, ``other`` or
    ``not-sure``.
    """

    diagnosis: Slug
    lines: Lines
    drug_classes: tuple[DrugClass, ...]
    transplant: Transplant
    performance: Performance
    wanted: tuple[Wanted, ...]
    travel: Travel
    question: Annotated[str, StringConstraints(max_length=QUESTION_LONGEST)] = ""


class Choice(Shape):
    """To whom the inquiry is addressed: slugs of published listings."""

    whom: Whom
    centers: tuple[Slug, ...] = ()
    facilitator: Slug | None = None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return the listings that it names, as ``kind:slug``."""
        if self.whom is Whom.CENTERS:
            return tuple(f"center:{slug}" for slug in self.centers)
        if self.whom is Whom.FACILITATOR:
            return (f"facilitator:{self.facilitator}",)
        return ()


class Problem(NamedTuple):
    """A field whose answer does not stand.

    Args:
        field: Name of the field.
        code: What is wrong with it, for the page that has the words.
    """

    field: str
    code: str


class AnswersRefusedError(DirectoryError):
    """Answers contradict each other; ``problems`` lists field and code."""

    code = "inquiry.answers-refused"


def person_problems(person: Person) -> tuple[Problem, ...]:
    """Return what cannot stand together in who asks."""
    found: list[Problem] = []
    if person.asker is Asker.SELF:
        if person.age is Age.MINOR:
            found.append(Problem("age", "minor-needs-guardian"))
    else:
        if person.relationship is None:
            found.append(Problem("relationship", "missing"))
        if person.standing is None:
            found.append(Problem("standing", "missing"))
        elif person.age is Age.MINOR and person.standing is Standing.AGREED:
            found.append(Problem("standing", "minor-needs-guardian"))
    if person.way is Way.EMAIL and not person.email:
        found.append(Problem("email", "missing"))
    return tuple(found)


def illness_problems(illness: Illness) -> tuple[Problem, ...]:
    """Return what cannot stand together in the answers about the illness."""
    found: list[Problem] = []
    alone = {DrugClass.NONE, DrugClass.NOT_SURE}
    if len(illness.drug_classes) > 1 and alone & set(illness.drug_classes):
        found.append(Problem("drug_classes", "stands-alone"))
    if not illness.wanted:
        found.append(Problem("wanted", "missing"))
    if IDENTITY_NUMBER.search(illness.question):
        found.append(Problem("question", "identity-number"))
    return tuple(found)


def choice_problems(choice: Choice) -> tuple[Problem, ...]:
    """Return what is missing or too much in whom the inquiry is addressed to."""
    if choice.whom is Whom.CENTERS:
        if not choice.centers:
            return (Problem("centers", "missing"),)
        if len(set(choice.centers)) > CENTERS_AT_MOST:
            return (Problem("centers", "too-many"),)
    if choice.whom is Whom.FACILITATOR and choice.facilitator is None:
        return (Problem("facilitator", "missing"),)
    return ()


def refuse(problems: tuple[Problem, ...]) -> None:
    """Refuse answers that have problems.

    Raises:
        AnswersRefusedError: With the fields and codes, never the answers.
    """
    if problems:
        raise AnswersRefusedError(problems=[tuple(problem) for problem in problems])
