"""The document of a therapy: what is known of one product, and from where."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from directory.knowledge.rules.sources import (
    Basis,
    Names,
    PartialDate,
    Shape,
    Slug,
    Source,
    Sourced,
    Told,
    Words,
)
from directory.knowledge.rules.trial import TrialFigures

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$")]
"""Key of a vocabulary term."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""Currency by its ISO 4217 code."""


CHINA = "NMPA"
"""The regulator of mainland China."""

TAKEN = frozenset({"approvals", "compare"})
"""Names of pages beside those of products, which no product may have."""


class TherapyRole(StrEnum):
    """Why a product is in the registry."""

    APPROVED_IN_CHINA = "approved-in-china"
    GLOBAL_COMPARATOR = "global-comparator"
    WATCH_LIST = "watch-list"


class MarketStatus(StrEnum):
    """Where a product stands in mainland China."""

    MARKETED = "approved-and-marketed"
    NOT_ON_SALE = "approved-not-on-sale"
    APPROVED = "approved"
    NOT_APPROVED = "not-approved-in-mainland-china"
    APPLICATION = "application-accepted"
    PIVOTAL_TRIAL = "pivotal-trial"


class Precision(StrEnum):
    """How exactly a source dates an approval."""

    DAY = "day"
    MONTH = "month"
    ANNOUNCED = "announced"


class DetailField(StrEnum):
    """What a detail of a product is about, in the order of the page."""

    TARGET = "target"
    DEVELOPER = "developer"
    LICENSE_HOLDER = "license-holder"
    SELLER = "seller"
    COMMERCIAL_SPLIT = "commercial-split"
    BINDER = "binder"
    COSTIMULATORY_DOMAIN = "costimulatory-domain"
    VECTOR = "vector"
    DOSE = "dose"
    DOSE_FORM = "dose-form"
    TURNAROUND = "turnaround"
    INTERNATIONAL = "international"


class Market(Sourced):
    """Where the product stands in mainland China, and since when that is known."""

    status: MarketStatus
    as_of: PartialDate | None = None


class Brand(Sourced):
    """A trade name in one language; ``used`` says where, if not in China."""

    name: Words
    language: Annotated[str, StringConstraints(pattern=r"^(en|zh)$")]
    used: Told | None = None


class Detail(Sourced):
    """One further statement about a product, in our own words."""

    field: DetailField
    value: Told


class Indication(Sourced):
    """What a product is licensed for, or what a license is sought for.

    ``keys`` are vocabulary terms; ``text`` keeps the license's own wording as
    far as it was read. ``date`` is the day, month or year of approval.
    """

    keys: tuple[Key, ...] = Field(min_length=1)
    text: Told
    line: Told | None = None


class Approval(Indication):
    """An indication that a regulator has licensed."""

    regulator: Words
    date: PartialDate | None = None
    precision: Precision | None = None

    @model_validator(mode="after")
    def _dated_as_precisely(self) -> Self:
        if (self.date is None) is not (self.precision is None):
            raise ValueError("a date of approval needs its precision, and only then")
        return self


class OtherMarket(Sourced):
    """What was decided about the product outside mainland China."""

    market: Told
    date: PartialDate | None = None


class PriorLines(Sourced):
    """Earlier treatment that the license, or else the trial, asks for."""

    minimum: int | None = Field(default=None, ge=0, le=20)
    must_include: tuple[Told, ...] = ()
    anti_cd38_required: bool = False


class Price(Sourced):
    """A list price for the product alone, as a source gives it.

    ``amount_minor`` is in hundredths of the currency. ``about_usd`` is our own
    conversion to whole dollars at ``rate`` units per dollar.
    """

    amount_minor: int = Field(gt=0)
    currency: Currency
    country: Told
    as_of: PartialDate | None = None
    about_usd: int | None = Field(default=None, gt=0)
    rate: float | None = Field(default=None, gt=0)
    rate_source: Source | None = None

    @model_validator(mode="after")
    def _is_sourced(self) -> Self:
        if self.basis is Basis.UNVERIFIED:
            raise ValueError("an unverified price is not published")
        return self


class Insurance(Sourced):
    """Whether the product stands on the lists of China's insurers."""

    national_list: bool
    commercial_list_2025: bool


class Pipeline(Sourced):
    """A study, or an application for a further use, that is under way."""

    text: Told
    id: Words | None = None


class SafetyNote(Sourced):
    """A warning, or an observation about safety, in our own words."""

    text: Told


class MixUp(Sourced):
    """Another product that people, or pages, take this one for."""

    therapy: Slug
    names: tuple[Words, ...] = Field(min_length=1)
    text: Told


class Site(Shape):
    """A hospital that took part in a study, by the name that the source uses."""

    city: Key
    name: Words


class StudySites(Sourced):
    """Hospitals of the four cities that took part in a study.

    It does not show that a hospital gives the product today.
    """

    study: Told
    sites: tuple[Site, ...]


class WithheldField(StrEnum):
    """What is withheld."""

    PRICE = "price"
    DOSE = "dose"
    APPROVAL_DATE = "approval-date"
    LINE = "line"
    TRIAL_FIGURES = "trial-figures"
    REGISTRY_ID = "registry-id"


class Withheld(Shape):
    """A value that is passed around but that no source bears out.

    ``about`` narrows it, e.g. to one trial. The value itself is not kept.
    """

    field: WithheldField
    about: Told | None = None
    reason: Told


class TherapyDocument(Shape):
    """One CAR-T product.

    ``names`` are generic names by language; ``unverified_names`` says which of
    them no page or native speaker has borne out yet. ``aliases`` are all further
    spellings that mean this product, in any language or script.
    """

    slug: Slug
    position: int = Field(ge=0)
    role: TherapyRole
    market: Market
    names: Names
    inn: Words | None = None
    inn_note: Told | None = None
    unverified_names: tuple[Literal["en", "zh", "ru", "ar"], ...] = ()
    short_names: tuple[Words, ...] = ()
    brands: tuple[Brand, ...] = ()
    codes: tuple[Words, ...] = ()
    aliases: tuple[Words, ...] = ()
    details: tuple[Detail, ...] = ()
    approvals: tuple[Approval, ...] = ()
    sought: tuple[Indication, ...] = ()
    other_markets: tuple[OtherMarket, ...] = ()
    prior_lines: PriorLines | None = None
    trials: tuple[TrialFigures, ...] = ()
    price: Price | None = None
    price_note: Told | None = None
    other_prices: tuple[Price, ...] = ()
    insurance: Insurance | None = None
    safety_notes: tuple[SafetyNote, ...] = ()
    pipeline: tuple[Pipeline, ...] = ()
    disputes: tuple[Told, ...] = ()
    mixed_up_with: tuple[MixUp, ...] = ()
    study_sites: StudySites | None = None
    note: Told | None = None
    withheld: tuple[Withheld, ...] = ()
    sources: tuple[Source, ...] = ()
    checked_on: date
    checked_by: Words = "editors"

    @model_validator(mode="after")
    def _has_a_page(self) -> Self:
        if self.slug in TAKEN:
            raise ValueError(f"{self.slug!r} is the name of a page beside products")
        return self

    @model_validator(mode="after")
    def _role_fits_approvals(self) -> Self:
        chinese = [a for a in self.approvals if a.regulator == CHINA]
        if (self.role is TherapyRole.APPROVED_IN_CHINA) is not bool(chinese):
            raise ValueError("the role and the approvals in China disagree")
        return self

    @property
    def indications(self) -> tuple[str, ...]:
        """Return every indication key once, licensed ones first."""
        stated = (*self.approvals, *self.sought)
        return tuple(dict.fromkeys(key for each in stated for key in each.keys))

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Return every source that any part names, once by address."""
        single = (self.market, self.prior_lines, self.price, self.insurance)
        parts: tuple[Sourced, ...] = (
            *(part for part in (*single, self.study_sites) if part is not None),
            *self.brands,
            *self.details,
            *self.approvals,
            *self.sought,
            *self.other_markets,
            *self.trials,
            *self.other_prices,
            *self.safety_notes,
            *self.pipeline,
            *self.mixed_up_with,
        )
        stated = [source for part in parts for source in part.sources]
        rates = [
            price.rate_source
            for price in (self.price, *self.other_prices)
            if price is not None and price.rate_source is not None
        ]
        found: dict[str, Source] = {}
        for source in (*stated, *rates, *self.sources):
            found.setdefault(source.url, source)
        return tuple(found.values())
