"""Where a statement comes from: words, days, links, sources, and their basis."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from directory.core.text import legible

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True),
    AfterValidator(legible),
]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A day, a month or a year, as exactly as the source gives it."""
Translated = Literal["zh", "ru", "ar"]
"""A language that English words are translated into."""
Names = dict[Literal["en", "zh", "ru", "ar"], Words]
"""Words by language code."""


def _plain_is_english(given: object) -> object:
    return {"en": given} if isinstance(given, str) else given


def _has_english(names: Names) -> Names:
    if "en" not in names:
        raise ValueError("the English words are missing, which the others translate")
    return names


Told = Annotated[
    Names,
    BeforeValidator(_plain_is_english, json_schema_input_type=Words | Names),
    AfterValidator(_has_english),
]
"""Words by language code, English ones always; plain words are English."""


class Basis(StrEnum):
    """Why a statement may be believed."""

    SOURCED = "sourced"
    ATTESTED = "attested"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class SourceKind(StrEnum):
    """What sort of publication a source is."""

    OFFICIAL_HOSPITAL = "official-hospital"
    JOURNAL = "journal"
    NEWS = "news"
    FACILITATOR = "facilitator"
    REGISTRY = "registry"
    REGISTRY_MIRROR = "registry-mirror"
    GOVERNMENT = "government"
    COMPANY = "company"
    ENCYCLOPEDIA = "encyclopedia"
    OTHER = "other"


class Shape(BaseModel):
    """Frozen, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Shape):
    """A page or paper that was read."""

    url: Link
    title: Words | None = None
    publisher: Words | None = None
    kind: SourceKind | None = None
    language: Words | None = None


class Borne(Shape):
    """A statement with what bears it out.

    ``basis`` is empty only where nothing is stated. ``statement`` is the fact
    relied on, in our own words. ``as_of`` is the date of the source where it
    gives one, ``checked_on`` the day somebody last looked.
    """

    basis: Basis | None = None
    source: Source | None = None
    statement: Words | None = None
    as_of: PartialDate | None = None
    checked_on: date
    checked_by: Words = "editors"
    note: Words | None = None


class Sourced(Shape):
    """Something that is believed on a basis.

    ``more_sources`` say the same or part of it. ``second_hand`` marks a source
    that was read as another page quotes it.
    """

    basis: Basis = Basis.SOURCED
    source: Source | None = None
    more_sources: tuple[Source, ...] = ()
    second_hand: bool = False
    note: Told | None = None

    @model_validator(mode="after")
    def _basis_fits_source(self) -> Self:
        if self.basis is not Basis.UNVERIFIED and self.source is None:
            raise ValueError(f"{self.basis.value} needs its source")
        if self.basis is Basis.UNVERIFIED and self.source is not None:
            raise ValueError("an unverified statement has no source")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source, the one relied on first."""
        first = (self.source,) if self.source else ()
        return (*first, *self.more_sources)
