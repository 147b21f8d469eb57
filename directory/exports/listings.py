"""Centers and facilitators as the API gives them: every fact with what bears it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from directory.cases.queries.interests import Card
from directory.cases.rules.interests import Payer
from directory.core.text import Language
from directory.exports.answers import FOLDERS, Names, Url
from directory.exports.wording import Wording
from directory.knowledge.rules.sources import Basis, Shape, Source
from directory.listings.rules.document import Place, Route, Value
from directory.listings.rules.views import (
    BorneView,
    CenterPage,
    FacilitatorPage,
    FactView,
    ListingPage,
    TreatmentView,
    TrialView,
)
from directory.search.rules.values import Concept, Kind

Labels = Annotated[
    dict[str, dict[str, str]],
    Field(
        description=(
            "Words for the vocabulary keys used here, by kind and key,"
            " in the language of the answer."
        )
    ),
]


class Fact(Shape):
    """A statement, with what bears it out and when it must be checked again."""

    field: Annotated[
        str, Field(description="Its place in the listing, e.g. capability.icu.")
    ]
    basis: Annotated[
        Basis | None,
        Field(
            description=(
                "sourced: a page or paper was read and says it; attested: somebody at"
                " the hospital said so, signed in; verified: a moderator checked that"
                " against a primary source; unverified: no source was found yet; null:"
                " nothing is stated, which is not a no."
            )
        ),
    ]
    source: Source | None
    statement: Annotated[
        str | None, Field(description="The fact relied on, in our own words.")
    ]
    as_of: Annotated[
        str | None, Field(description="Day, month or year that the source gives.")
    ]
    checked_on: Annotated[date, Field(description="When somebody last looked.")]
    next_due: Annotated[date, Field(description="When to look again.")]
    overdue: Annotated[
        bool, Field(description="Whether that day has passed; such a fact is not firm.")
    ]
    note: str | None


class CapabilityFact(Fact):
    """Whether a center has one capability."""

    key: str
    label: Annotated[str, Field(description="In the language of the answer.")]
    value: Annotated[
        Value,
        Field(
            description=(
                "Unknown is never no: not-stated means that nothing was found,"
                " refused that the center was asked and would not say, conflicting"
                " that two sources disagree."
            )
        ),
    ]
    languages: Annotated[
        tuple[str, ...], Field(description="Vocabulary keys, for an interpreter.")
    ]


class StatedFact(Fact):
    """A detail, a claim or a service, in words."""

    key: str
    value: Annotated[
        str | Names, Field(description="Words, by language where there are several.")
    ]


class KeyFact(Fact):
    """A city or language, by its vocabulary key."""

    key: str
    label: Annotated[str, Field(description="In the language of the answer.")]


class TreatmentFact(Fact):
    """The route by which a therapy is, or is said to be, given."""

    therapy: Annotated[str | None, Field(description="Slug of a product.")]
    indications: tuple[str, ...]
    route: Route
    setting: Annotated[
        str | None, Field(description="The source's own distinction, if it makes one.")
    ]
    payer: Annotated[str | None, Field(description="Who pays, as far as stated.")]
    related: tuple[Source, ...]


class TrialFact(Fact):
    """A registered or published trial that the center takes or took part in."""

    id: str | None
    name: str | None
    target: str | None
    indication: Annotated[str | None, Field(description="In the source's words.")]
    indications: tuple[str, ...]
    role: str | None
    registry_url: str | None


class InterestsStated(Shape):
    """What a facilitator says of its interests; nobody has checked it."""

    paid_by: Annotated[
        tuple[Payer, ...],
        Field(description="Who pays it; empty if that is not stated."),
    ]
    contracts: Annotated[
        tuple[str, ...] | None,
        Field(
            description=(
                "Slugs of centers with which it says that it has contracts; empty"
                " if it says that it has none, null if it says nothing."
            )
        ),
    ]
    fees: Annotated[
        Names, Field(description="How it says that its fees are made up; may be empty.")
    ]
    stated_on: date
    stated_by: Annotated[str, Field(description="Name of the organization.")]


class Listing(Shape):
    """What centers and facilitators have in common."""

    kind: str
    slug: str
    url: Url
    version: Annotated[int, Field(ge=1, description="Grows with each publication.")]
    published_at: datetime
    name: Names
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    identity: Annotated[
        StatedFact | None,
        Field(description="How names, district, type, specialties, place are known."),
    ]
    details: tuple[StatedFact, ...]
    cautions: tuple[str, ...]
    sources: Annotated[
        tuple[Source, ...], Field(description="Every page relied on, once.")
    ]
    verified_on: Annotated[
        date, Field(description="Latest day on which a fact was checked.")
    ]
    next_due: Annotated[date, Field(description="Earliest day on which one is due.")]
    labels: Labels


class Center(Listing):
    """A hospital able, or said to be able, to give CAR-T."""

    kind: Literal["center"] = "center"
    city: Annotated[str, Field(description="Vocabulary key.")]
    district: str | None
    types: Annotated[tuple[str, ...], Field(description="Vocabulary keys.")]
    type_stated: str
    place: Annotated[Place | None, Field(description="Approximate.")]
    evidence_level: Annotated[
        str, Field(description="How well it is shown that CAR-T is given at all.")
    ]
    adult: Value
    pediatric: Value
    indications: Annotated[tuple[str, ...], Field(description="Vocabulary keys.")]
    indications_stated: Annotated[
        tuple[str, ...], Field(description="In the sources' words.")
    ]
    specialties: tuple[str, ...]
    capabilities: Annotated[
        tuple[CapabilityFact, ...],
        Field(description="All that is asked about, also what is not stated."),
    ]
    evidence: tuple[StatedFact, ...]
    treatments: tuple[TreatmentFact, ...]
    trials: tuple[TrialFact, ...]


class Facilitator(Listing):
    """An organization that helps people reach a center.

    Most of what is said here is its own claim. A listing is not an endorsement.
    """

    kind: Literal["facilitator"] = "facilitator"
    cities: tuple[KeyFact, ...]
    languages: tuple[KeyFact, ...]
    services: tuple[StatedFact, ...]
    interests: Annotated[
        InterestsStated | None,
        Field(description="Who pays it, and its contracts; null if not stated."),
    ] = None


def center(page: CenterPage, wording: Wording, root: str = "") -> Center:
    """Return a center with all that is known of it.

    Args:
        page: From the listings.
        wording: Labels in the language of the answer.
        root: Path under which the site is mounted, without a slash at its end.
    """
    return Center(
        **_common(page, Kind.CENTER, root),
        city=page.city,
        district=page.district,
        types=page.types,
        type_stated=page.type_stated,
        place=page.place,
        evidence_level=page.evidence_level,
        adult=page.adult,
        pediatric=page.pediatric,
        indications=page.indications,
        indications_stated=page.indications_stated,
        specialties=page.specialties,
        capabilities=tuple(_capability(view, wording) for view in page.capabilities),
        evidence=tuple(map(_stated, page.evidence)),
        treatments=tuple(map(_treatment, page.treatments)),
        trials=tuple(map(_trial, page.trials)),
        labels=labels(wording, _keys_of_center(page)),
    )


def facilitator(
    page: FacilitatorPage, wording: Wording, root: str = "", card: Card | None = None
) -> Facilitator:
    """Return a facilitator with all that it says of itself; see :func:`center`.

    Args:
        page: From the listings.
        wording: Labels in the language of the answer.
        root: Path under which the site is mounted, without a slash at its end.
        card: What it says of its interests.
    """
    return Facilitator(
        **_common(page, Kind.FACILITATOR, root),
        cities=tuple(_keyed(view, Concept.CITY, wording) for view in page.cities),
        languages=tuple(
            _keyed(view, Concept.LANGUAGE, wording) for view in page.languages
        ),
        services=tuple(map(_stated, page.services)),
        interests=_interests(card) if card else None,
        labels=labels(
            wording,
            {
                Concept.CITY: [view.key for view in page.cities],
                Concept.LANGUAGE: [view.key for view in page.languages],
            },
        ),
    )


def _interests(card: Card) -> InterestsStated | None:
    if card.stated_on is None:
        return None
    return InterestsStated(
        paid_by=card.paid_by,
        contracts=card.contracts if card.says_contracts else None,
        fees=names(card.words or {}),
        stated_on=card.stated_on,
        stated_by=card.office or "",
    )


def names(text: Mapping[str, str]) -> dict[Language, str]:
    """Return words by language, as far as the interface knows the language."""
    return {Language(code): words for code, words in text.items() if words}


def _common(page: ListingPage, kind: Kind, root: str) -> dict[str, Any]:
    return {
        "slug": page.slug,
        "url": f"{root}{FOLDERS[kind]}{page.slug}",
        "version": page.version,
        "published_at": page.published_at,
        "name": names(page.names),
        "aliases": page.aliases,
        "former_names": page.former_names,
        "identity": _stated(page.identity) if page.identity else None,
        "details": tuple(map(_stated, page.details)),
        "cautions": page.cautions,
        "sources": page.sources,
        "verified_on": page.checked_on,
        "next_due": page.next_due,
    }


def _borne(view: BorneView) -> dict[str, Any]:
    return {
        "field": view.field,
        "basis": view.basis,
        "source": view.source,
        "statement": view.statement,
        "as_of": view.as_of,
        "checked_on": view.checked_on,
        "next_due": view.next_due,
        "overdue": view.is_overdue,
        "note": view.note,
    }


def _capability(view: FactView, wording: Wording) -> CapabilityFact:
    return CapabilityFact(
        **_borne(view),
        key=view.key,
        label=wording.term(Concept.CAPABILITY.value, view.key),
        value=view.value or Value.NOT_STATED,
        languages=view.languages,
    )


def _stated(view: FactView) -> StatedFact:
    words = view.words or ""
    return StatedFact(
        **_borne(view),
        key=view.key,
        value=words if isinstance(words, str) else names(words),
    )


def _keyed(view: FactView, concept: Concept, wording: Wording) -> KeyFact:
    label = wording.term(concept.value, view.key)
    return KeyFact(**_borne(view), key=view.key, label=label)


def _treatment(view: TreatmentView) -> TreatmentFact:
    return TreatmentFact(
        **_borne(view),
        therapy=view.therapy,
        indications=view.indications,
        route=view.route,
        setting=view.setting,
        payer=view.payer,
        related=view.related,
    )


def _trial(view: TrialView) -> TrialFact:
    return TrialFact(
        **_borne(view),
        id=view.id,
        name=view.name,
        target=view.target,
        indication=view.indication,
        indications=view.indications,
        role=view.role,
        registry_url=view.registry_url,
    )


def _keys_of_center(page: CenterPage) -> dict[Concept, list[str]]:
    return {
        Concept.CITY: [page.city],
        Concept.TYPE: [*page.types],
        Concept.INDICATION: [
            *page.indications,
            *(key for treatment in page.treatments for key in treatment.indications),
            *(key for trial in page.trials for key in trial.indications),
        ],
        Concept.THERAPY: [
            treatment.therapy for treatment in page.treatments if treatment.therapy
        ],
        Concept.ROUTE: [treatment.route.value for treatment in page.treatments],
        Concept.LANGUAGE: [
            key for capability in page.capabilities for key in capability.languages
        ],
    }


def labels(
    wording: Wording, keys: Mapping[Concept, Iterable[str]]
) -> dict[str, dict[str, str]]:
    """Return the label of each key, by concept; concepts without keys left out."""
    found = {
        concept.value: {
            key: wording.term(concept.value, key) for key in dict.fromkeys(these)
        }
        for concept, these in keys.items()
    }
    return {concept: these for concept, these in found.items() if these}
