"""The shape of routing rules: what may be looked at, and what follows.

No condition is about money: nothing here knows what anything costs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from directory.inquiries.rules.answers import Age, Shape, Slug, Travel, Wanted
from directory.listings.rules.document import CAPABILITIES
from directory.submissions.rules.states import CapacityState

MOST_RULES = 60
"""Of one set; people must be able to read it."""

LAST_VERSION = 2**31 - 1
"""Largest number of a set that a column holds (source: PostgreSQL, integer types)."""

MOST_LOAD = 10_000
"""Open referrals of one center that a rule may speak of."""

HEAVIEST = 100
"""Weight that one rule may have."""


class Verdict(StrEnum):
    """What follows for a center of which a rule's check holds."""

    MUST = "must"
    """Left out if it does not hold; kept if that is not known."""
    PREFER = "prefer"
    AVOID = "avoid"
    EXCLUDE = "exclude"


class About(StrEnum):
    """What a check looks at."""

    CITY = "city-wished"
    NAMED = "asked-for"
    INDICATION = "indication"
    WANTED = "wanted"
    AUDIENCE = "audience"
    CAPABILITY = "capability"
    LANGUAGE = "language"
    CAPACITY = "capacity"
    LOAD = "load"
    CONSENT = "consent"
    TRIED = "already-asked"


class CityCheck(Shape):
    """The center is in a city that the patient wished for."""

    about: Literal[About.CITY]


class NamedCheck(Shape):
    """The patient asked for this very center."""

    about: Literal[About.NAMED]


class IndicationCheck(Shape):
    """The center states the patient's illness among what it treats."""

    about: Literal[About.INDICATION]


class WantedCheck(Shape):
    """The center has what is wanted, by one of the ways the patient named."""

    about: Literal[About.WANTED]


class AudienceCheck(Shape):
    """The center treats people of the patient's age."""

    about: Literal[About.AUDIENCE]


class CapabilityCheck(Shape):
    """The center has a capability, by the key of the vocabulary."""

    about: Literal[About.CAPABILITY]
    key: str

    @field_validator("key")
    @classmethod
    def _is_known(cls, key: str) -> str:
        if key not in CAPABILITIES:
            raise ValueError(f"expected one of: {', '.join(CAPABILITIES)}")
        return key


class LanguageCheck(Shape):
    """The center has an interpreter for the patient's language."""

    about: Literal[About.LANGUAGE]


class CapacityCheck(Shape):
    """The center says that its capacity is one of these."""

    about: Literal[About.CAPACITY]
    states: tuple[CapacityState, ...] = Field(min_length=1, max_length=3)


class LoadCheck(Shape):
    """So many referrals are open at the center, or more."""

    about: Literal[About.LOAD]
    at_least: int = Field(ge=1, le=MOST_LOAD)


class ConsentCheck(Shape):
    """The patient has agreed that this center sees the answers."""

    about: Literal[About.CONSENT]


class TriedCheck(Shape):
    """The case is, or was, at this center already."""

    about: Literal[About.TRIED]


Check = Annotated[
    CityCheck
    | NamedCheck
    | IndicationCheck
    | WantedCheck
    | AudienceCheck
    | CapabilityCheck
    | LanguageCheck
    | CapacityCheck
    | LoadCheck
    | ConsentCheck
    | TriedCheck,
    Field(discriminator="about"),
]


class When(Shape):
    """For which cases a rule speaks: whatever is named here must be so.

    ``wanted``, ``diagnoses`` and ``travel`` are met by any one of what they list.
    """

    age: Age | None = None
    wanted: tuple[Wanted, ...] = Field(default=(), max_length=3)
    diagnoses: tuple[Slug, ...] = Field(default=(), max_length=100)
    travel: tuple[Travel, ...] = Field(default=(), max_length=5)
    interpreter: bool | None = None


class Rule(Shape):
    """One rule: for which cases, what is looked at, and what follows."""

    name: Annotated[Slug, StringConstraints(max_length=60)]
    when: When = When()
    check: Check
    verdict: Verdict
    weight: int | None = Field(default=None, ge=1, le=HEAVIEST)

    @model_validator(mode="after")
    def _weighs_what_can_be_weighed(self) -> Self:
        weighs = self.verdict in {Verdict.PREFER, Verdict.AVOID}
        if weighs and self.weight is None:
            raise ValueError(f"verdict '{self.verdict.value}' needs a weight")
        if not weighs and self.weight is not None:
            raise ValueError(f"verdict '{self.verdict.value}' has no weight")
        return self


class RuleSetDocument(Shape):
    """A whole set of rules. ``format`` is that of the shape, not of the set."""

    format: Literal[1]
    note: Annotated[str, StringConstraints(max_length=1000)] = ""
    rules: tuple[Rule, ...] = Field(min_length=1, max_length=MOST_RULES)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules are called '{twice[0]}'")
        return self
