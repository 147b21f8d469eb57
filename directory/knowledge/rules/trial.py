"""What one report of one trial says, and how sure its shares are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from directory.knowledge.rules.intervals import wilson
from directory.knowledge.rules.sources import Basis, Link, Sourced, Told, Words

Percent = Annotated[float, Field(ge=0, le=100)]


class FigureKey(StrEnum):
    """What a share of the people in a trial had, in the order of tables."""

    RESPONSE = "response"
    COMPLETE_RESPONSE = "complete-response"
    MRD_NEGATIVE = "mrd-negative"
    CRS = "crs"
    CRS_SEVERE = "crs-severe"
    ICANS = "icans"
    ICANS_SEVERE = "icans-severe"


OF_RESPONSE = frozenset({FigureKey.RESPONSE, FigureKey.COMPLETE_RESPONSE})
"""Shares of those whose response could be judged."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One share, with the interval in which the truth may lie.

    Args:
        key: What the share is of.
        percent: As the report gives it; ``None`` is not stated.
        interval: 95% Wilson interval in percent, our calculation; ``None``
            where the share or the number of people is not stated.
    """

    key: FigureKey
    percent: float | None
    interval: tuple[float, float] | None


class TrialFigures(Sourced):
    """What one report of one trial says; an absent figure is not stated.

    All percentages are of ``people``, or of ``evaluable`` people for responses
    where that is given. ``comparator`` marks a trial outside China that is
    shown for orientation only. Figures of two reports are never compared.
    """

    name: Told
    ids: tuple[Words, ...] = ()
    phase: Told | None = None
    comparator: bool = False
    people: int | None = Field(default=None, gt=0)
    evaluable: int | None = Field(default=None, gt=0)
    response_percent: Percent | None = None
    complete_response_percent: Percent | None = None
    mrd_negative_percent: Percent | None = None
    progression_free: Told | None = None
    response_months: float | None = Field(default=None, ge=0)
    follow_up_months: float | None = Field(default=None, ge=0)
    crs_percent: Percent | None = None
    crs_severe_percent: Percent | None = None
    icans_percent: Percent | None = None
    icans_severe_percent: Percent | None = None
    doi: Words | None = None
    registry_url: Link | None = None

    @model_validator(mode="after")
    def _is_sourced(self) -> Self:
        if self.basis is Basis.UNVERIFIED:
            raise ValueError("unverified figures of a trial are not published")
        return self

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return every share, also those that the report does not state."""
        return tuple(self._figure(key) for key in FigureKey)

    def _figure(self, key: FigureKey) -> Figure:
        percent: float | None = getattr(self, key.value.replace("-", "_") + "_percent")
        people = (self.evaluable or self.people) if key in OF_RESPONSE else self.people
        # Minimal residual disease is looked for in whom, reports seldom say.
        if percent is None or people is None or key is FigureKey.MRD_NEGATIVE:
            return Figure(key, percent, None)
        return Figure(key, percent, wilson(percent, people))
