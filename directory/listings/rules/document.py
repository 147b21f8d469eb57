"""The one shape of a listing: seed file, draft, published version, API."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from directory.knowledge.rules.sources import (
    Basis,
    Borne,
    Link,
    Names,
    PartialDate,
    Shape,
    Slug,
    Source,
    SourceKind,
    Words,
)

__all__ = [
    "Basis",
    "Borne",
    "Link",
    "Names",
    "PartialDate",
    "Shape",
    "Slug",
    "Source",
    "SourceKind",
    "Words",
]


class Value(StrEnum):
    """What is said of a capability. Unknown is never no."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not-stated"
    REFUSED = "refused"
    CONFLICTING = "conflicting"


class Route(StrEnum):
    """How a treatment would be given (see the route section of the pages)."""

    APPROVED_PRODUCT = "approved-product"
    REGISTERED_TRIAL = "registered-trial"
    INVESTIGATOR_TRIAL = "investigator-trial"
    CLINICAL_APPLICATION = "clinical-application"
    NOT_OFFERED = "not-offered"
    NOT_STATED = "not-stated"


CAPABILITIES = (
    "icu",
    "apheresis",
    "tocilizumab",
    "international_desk",
    "interpreter",
    "hematology_ward",
    "bmt_program",
    "cell_lab",
    "gmp_manufacturing",
    "neurology",
    "mrd_testing",
    "pet_ct",
    "remote_consultation",
    "invitation_letter",
    "pediatric_unit",
    "international_self_pay",
    "lodging_nearby",
)
"""What is asked about each center, in the order in which pages show it."""


class Kind(StrEnum):
    """What a listing is about."""

    CENTER = "center"
    FACILITATOR = "facilitator"


class Stated(Borne):
    """A statement that something is so; it has a basis, or it is not made."""

    @model_validator(mode="after")
    def _is_borne_out(self) -> Self:
        if self.basis is None:
            raise ValueError("a statement needs a basis")
        if self.basis is Basis.SOURCED and self.source is None:
            raise ValueError("basis 'sourced' needs a source")
        return self


class Capability(Borne):
    """Whether a center has one capability of the vocabulary.

    ``languages`` are vocabulary keys, as far as a source names them.
    """

    key: Words
    value: Value
    languages: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _says_no_more_than_it_knows(self) -> Self:
        if self.value is Value.NOT_STATED:
            said = (self.basis, self.source, self.statement, self.as_of)
            if any(part is not None for part in said):
                raise ValueError(
                    "value 'not-stated' has no basis, source, statement or as_of"
                )
        elif self.basis is None:
            raise ValueError(f"value '{self.value.value}' needs a basis")
        elif self.basis is Basis.SOURCED and self.source is None:
            raise ValueError("basis 'sourced' needs a source")
        return self


class Place(Shape):
    """Where a listing is, as far as known; coordinates are approximate."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    note: Words


RESERVED = frozenset(
    {
        "identity",
        "capability",
        "evidence",
        "treatment",
        "trial",
        "service",
        "city",
        "language",
    }
)
"""Names of the other parts of a document, which no detail may take."""


class Detail(Stated):
    """One further field, e.g. ``address``, ``website``, ``affiliation``.

    The field names in use are listed in ``seed/README.md``.
    """

    field: Slug
    value: Words | Names

    @model_validator(mode="after")
    def _has_a_name_of_its_own(self) -> Self:
        if self.field in RESERVED:
            raise ValueError(f"field '{self.field}' is a part of its own")
        return self


class Treatment(Stated):
    """The route by which a therapy is, or is said to be, given here.

    ``therapy`` is the slug of a product, or empty where only an indication is
    known; ``indications`` are vocabulary keys; ``setting`` keeps the source's
    own distinction, e.g. ``pivotal trial site``; ``related`` are pages that
    bear on it without saying it.
    """

    therapy: Slug | None = None
    indications: tuple[Words, ...] = ()
    route: Route
    setting: Words | None = None
    payer: Words | None = None
    related: tuple[Source, ...] = ()


class Trial(Stated):
    """A registered or published trial that this center takes or took part in.

    ``indication`` keeps the source's words; ``indications`` are vocabulary keys.
    """

    id: Words | None = None
    name: Words | None = None
    target: Words | None = None
    indication: Words | None = None
    indications: tuple[Words, ...] = ()
    role: Words | None = None
    registry_url: Link | None = None


class Evidence(Stated):
    """What shows that the center gives CAR-T at all."""

    claim: Words


class Document(Shape):
    """What centers and facilitators have in common.

    ``identity`` says how names, aliases, district, type, specialties and place
    are known.
    """

    slug: Slug
    state: Literal["published", "draft"] = "published"
    names: Names
    aliases: tuple[Words, ...] = ()
    former_names: tuple[Words, ...] = ()
    identity: Stated | None = None
    details: tuple[Detail, ...] = ()
    cautions: tuple[Words, ...] = ()


class CenterDocument(Document):
    """A hospital able, or said to be able, to give CAR-T.

    ``types`` and ``indications`` are vocabulary keys; ``indications_stated``
    keeps the source's words. ``adult`` and ``pediatric`` say whom it treats.
    """

    kind: Literal["center"] = "center"
    city: Words
    district: Words | None = None
    types: tuple[Words, ...]
    type_stated: Words
    place: Place | None = None
    evidence_level: Literal[
        "sourced-treatment",
        "sourced-trial",
        "sourced-secondary",
        "unverified",
        "unverified-low",
    ]
    adult: Value
    pediatric: Value
    indications: tuple[Words, ...] = ()
    indications_stated: tuple[Words, ...] = ()
    specialties: tuple[Words, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    capabilities: tuple[Capability, ...]
    treatments: tuple[Treatment, ...] = ()
    trials: tuple[Trial, ...] = ()


class Service(Stated):
    """Something that a facilitator says it does."""

    name: Words


class Served(Stated):
    """A city that a facilitator works in, or a language that it uses."""

    key: Words


class FacilitatorDocument(Document):
    """An organization that helps people reach a center.

    Its own pages are the source of most of what is said here, so these are
    claims. A listing is not an endorsement.
    """

    kind: Literal["facilitator"] = "facilitator"
    cities: tuple[Served, ...] = ()
    languages: tuple[Served, ...] = ()
    services: tuple[Service, ...] = ()


class Airport(Stated):
    """An airport that people use to reach a city."""

    name: Words
    iata: Words = Field(pattern=r"^[A-Z]{3}$")


class Spoken(Stated):
    """A language heard in a city; the source's word for it."""

    name: Words
    where: Literal["local", "international-departments"]


class Notable(Stated):
    """Something worth knowing about a city before one travels there."""

    claim: Words


class CityDocument(Shape):
    """What is told about a city around its centers."""

    slug: Slug
    position: int = Field(ge=1)
    names: Names
    aliases: tuple[Words, ...] = ()
    place: Place
    airports: tuple[Airport, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    notable: tuple[Notable, ...] = ()
