"""The one shape of a listing: seed file, draft, published version, API."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
PartialDate = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
]
"""A day, a month or a year, as exactly as the source gives it."""
Names = dict[Literal["en", "zh", "ru", "ar"], Words]
"""Words by language code."""


class Value(StrEnum):
    """What is said of a capability. Unknown is never no."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not-stated"
    REFUSED = "refused"
    CONFLICTING = "conflicting"


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


class Route(StrEnum):
    """How a treatment would be given (see the route section of the pages)."""

    APPROVED_PRODUCT = "approved-product"
    REGISTERED_TRIAL = "registered-trial"
    INVESTIGATOR_TRIAL = "investigator-trial"
    CLINICAL_APPLICATION = "clinical-application"
    NOT_OFFERED = "not-offered"
    NOT_STATED = "not-stated"


class Kind(StrEnum):
    """What a listing describes."""

    CENTER = "center"
    FACILITATOR = "facilitator"


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


class Capability(Borne):
    """Whether a center has one capability of the vocabulary."""

    key: Words
    value: Value
    languages: tuple[Words, ...] = ()


class Place(Shape):
    """Where a listing is, as far as known; coordinates are approximate."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    note: Words


class Detail(Borne):
    """One further field, e.g. ``address``, ``website``, ``affiliation``.

    The field names in use are listed in ``seed/README.md``.
    """

    field: Words
    value: Words | Names


class Treatment(Borne):
    """The route by which a therapy is, or is said to be, given here.

    ``therapy`` is the slug of a product, or empty where only an indication is
    known; ``indications`` are vocabulary keys; ``setting`` keeps the source's
    own distinction, e.g. ``pivotal trial site``.
    """

    therapy: Slug | None = None
    indications: tuple[Words, ...] = ()
    route: Route
    setting: Words | None = None
    payer: Words | None = None


class Trial(Borne):
    """A registered or published trial that this center takes or took part in."""

    id: Words | None = None
    name: Words | None = None
    target: Words | None = None
    indication: Words | None = None
    role: Words | None = None
    registry_url: Link | None = None


class Evidence(Borne):
    """What shows that the center gives CAR-T at all."""

    claim: Words


class Document(Shape):
    """What centers and facilitators have in common."""

    slug: Slug
    state: Literal["published", "draft"] = "published"
    names: Names
    aliases: tuple[Words, ...] = ()
    former_names: tuple[Words, ...] = ()
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


class Service(Borne):
    """Something that a facilitator says it does."""

    name: Words


class Served(Borne):
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
