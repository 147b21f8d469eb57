"""The one shape of a listing: seed file, draft, published version, API."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

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


class Kind(StrEnum):
    """What a listing describes."""

    CENTER = "center"
    FACILITATOR = "facilitator"


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
