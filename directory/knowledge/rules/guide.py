"""The documents of guides and of the checked claims that they rest on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from directory.knowledge.rules.sources import (
    Basis,
    Names,
    Shape,
    Slug,
    Source,
    Sourced,
    Told,
    Translated,
    Words,
)

ClaimId = Annotated[str, StringConstraints(pattern=r"^SC\d{3}$")]
QuestionLanguage = Literal["en", "zh", "zh-Latn", "ru", "ar"]


class Verdict(StrEnum):
    """What checking a claim came to."""

    HOLDS = "holds"
    WRONG = "wrong"
    OUTDATED = "outdated"
    UNVERIFIABLE = "unverifiable"


class ClaimDocument(Sourced):
    """A statement that circulates, what checking it found, and where.

    An unverified basis means that the verdict rests on general knowledge: no
    page was opened for it.
    """

    id: ClaimId
    section: Slug
    claim: Told
    verdict: Verdict
    correction: Told | None = None
    checked_on: date


class ClaimsDocument(Shape):
    """The claims of one section: a seed file."""

    claims: tuple[ClaimDocument, ...] = Field(min_length=1)


class Ground(StrEnum):
    """What sort of sentence a point is."""

    FACT = "fact"
    ADVICE = "advice"
    DIRECTORY = "directory"
    """About this directory itself, whose data bears it out."""


class FollowUpLine(Shape):
    """That a point is a line of what is done after treatment, and when it begins.

    ``days`` or ``months`` count from the infusion; with neither, the source names no
    day. ``times`` says how often it comes back after as many months again.
    """

    key: Annotated[Slug, StringConstraints(max_length=40)]
    days: int | None = Field(default=None, ge=0, le=3650)
    months: int | None = Field(default=None, ge=1, le=180)
    times: int = Field(default=1, ge=1, le=15)

    @model_validator(mode="after")
    def _begins_once(self) -> Self:
        if self.days is not None and self.months is not None:
            raise ValueError("a line begins after days or after months, not both")
        if self.times > 1 and self.months is None:
            raise ValueError("only months come back")
        return self


class Point(Shape):
    """A few words of a guide, with what bears them out.

    A fact cites claims or a source, or says that it is unverified.
    """

    label: Names | None = None
    text: Names
    ground: Ground = Ground.FACT
    basis: Basis | None = None
    source: Source | None = None
    more_sources: tuple[Source, ...] = ()
    claims: tuple[ClaimId, ...] = ()
    note: Told | None = None
    follow_up: FollowUpLine | None = None

    @model_validator(mode="after")
    def _fact_is_borne_out(self) -> Self:
        if self.ground is not Ground.FACT:
            return self
        if self.basis is Basis.UNVERIFIED:
            if self.source is not None:
                raise ValueError("an unverified point has no source")
        elif self.source is None and not self.claims:
            raise ValueError("a fact needs claims, a source, or to say unverified")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source, the one relied on first."""
        first = (self.source,) if self.source else ()
        return (*first, *self.more_sources)


class Step(Shape):
    """One step of the way from the first question to going home.

    Who does what is general practice unless a source of the step says it.
    """

    number: int = Field(ge=1, le=9)
    titles: Names
    patient: tuple[Told, ...] = ()
    hospital: tuple[Told, ...] = ()
    facilitator: tuple[Told, ...] = ()
    documents: tuple[Told, ...] = ()
    risks: tuple[Told, ...] = ()
    duration: Point | None = None
    sources: tuple[Source, ...] = ()
    note: Told


class Answers(Shape):
    """What to make of an answer; none of them refuses anybody."""

    likely_ok: Told
    discuss: Told
    usually_not_now: Told | None = None


class Rule(Sourced):
    """One question of the eligibility check.

    ``thresholds`` are the numbers behind it, each with its unit in its name.
    """

    id: Annotated[str, StringConstraints(pattern=r"^E\d{2}$")]
    criterion: Told
    question: Told
    answers: Answers
    meaning: Told
    thresholds: dict[str, float | tuple[float, ...]] = Field(default_factory=dict)
    scope: Told
    decides_label_fit: bool = False


class Cost(Sourced):
    """A part of what treatment costs; an absent amount is not stated.

    Amounts are whole units of the currency. ``therapy`` names the product
    whose price it is. ``claimed_by`` names a party with an interest.
    """

    component: Told
    therapy: Slug | None = None
    currency: Literal["CNY", "USD"] | None = None
    low: int | None = Field(default=None, gt=0)
    high: int | None = Field(default=None, gt=0)
    about_usd: int | None = Field(default=None, gt=0)
    as_of: Words | None = None
    claimed_by: Told | None = None

    @model_validator(mode="after")
    def _amount_is_sourced(self) -> Self:
        if self.low is not None and self.basis is Basis.UNVERIFIED:
            raise ValueError("an unverified amount is not published")
        if (self.low is None) is not (self.currency is None):
            raise ValueError("an amount needs its currency, and only then")
        return self


class Destination(StrEnum):
    """A page that a guide leads on to."""

    CENTERS = "centers"
    THERAPIES = "therapies"
    FACILITATORS = "facilitators"
    PRE_CHECK = "pre-check"
    COMPARISON = "comparison"
    INQUIRY = "inquiry"
    GUIDE = "guide"
    THERAPY = "therapy"
    GLOSSARY = "glossary"


Filter = Literal[
    "city",
    "capability",
    "therapy",
    "indication",
    "route",
    "type",
    "language",
    "audience",
    "status",
]
"""What the list of centers can be narrowed by."""


class Way(Shape):
    """Where a reader may go from here, in the words of a link.

    ``slug`` names the guide or the therapy; ``filters`` narrow the list of
    centers. ``why`` says in a sentence what is found there.
    """

    to: Destination
    slug: Slug | None = None
    filters: dict[Filter, tuple[Slug, ...]] = Field(default_factory=dict)
    text: Told
    why: Told | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        named = self.to in {Destination.GUIDE, Destination.THERAPY}
        if named is (self.slug is None):
            raise ValueError("a guide or a therapy is named, and nothing else")
        if self.filters and self.to is not Destination.CENTERS:
            raise ValueError("only centers can be filtered")
        return self


class Section(Shape):
    """A part of a guide that answers one question, and may be linked to."""

    id: Slug
    titles: Names
    points: tuple[Point, ...] = ()
    steps: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()
    costs: tuple[Cost, ...] = ()
    claims: tuple[ClaimId, ...] = ()
    therapies: tuple[Slug, ...] = ()
    questions: dict[QuestionLanguage, tuple[Words, ...]] = Field(default_factory=dict)


class GuideDocument(Shape):
    """A guide: short, plain, and borne out sentence by sentence.

    ``questions`` are ways in which people ask for it, by language; those of a
    section lead to that section. ``next`` is the one step that most readers take
    from here, ``ways`` are others. ``read_in`` are the languages whose translation
    somebody who grew up with them has read.
    """

    slug: Slug
    position: int = Field(ge=0)
    titles: Names
    summary: Names
    summary_claims: tuple[ClaimId, ...] = ()
    summary_sources: tuple[Source, ...] = ()
    summary_ground: Ground = Ground.FACT
    sections: tuple[Section, ...] = Field(min_length=1)
    related: tuple[Slug, ...] = ()
    next: Way | None = None
    ways: tuple[Way, ...] = ()
    read_in: tuple[Translated, ...] = ()
    questions: dict[QuestionLanguage, tuple[Words, ...]] = Field(default_factory=dict)
    checked_on: date

    @model_validator(mode="after")
    def _is_borne_out(self) -> Self:
        ids = [section.id for section in self.sections]
        if len(ids) != len(set(ids)):
            raise ValueError("two sections have the same id")
        borne = self.summary_claims or self.summary_sources
        if self.summary_ground is Ground.FACT and not borne:
            raise ValueError("a summary needs claims or sources")
        return self

    @property
    def cited(self) -> tuple[str, ...]:
        """Return the id of every claim that the guide cites, once."""
        cited = list(self.summary_claims)
        for section in self.sections:
            cited.extend(section.claims)
            durations = [step.duration for step in section.steps if step.duration]
            for point in (*section.points, *durations):
                cited.extend(point.claims)
        return tuple(dict.fromkeys(cited))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source that the guide itself names, once by address."""
        found: dict[str, Source] = {}
        for source in (*self.summary_sources, *self._section_sources()):
            found.setdefault(source.url, source)
        return tuple(found.values())

    def _section_sources(self) -> tuple[Source, ...]:
        found: list[Source] = []
        for section in self.sections:
            durations = [step.duration for step in section.steps if step.duration]
            stated: tuple[Point | Step | Sourced, ...] = (
                *section.points,
                *section.steps,
                *durations,
                *section.rules,
                *section.costs,
            )
            found.extend(source for each in stated for source in each.sources)
        return tuple(found)
