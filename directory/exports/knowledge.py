"""Therapies and guides as the API gives them: every statement with its source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from directory.exports.answers import FOLDERS, Names, Url
from directory.exports.listings import Labels, labels, names
from directory.exports.wording import Wording
from directory.knowledge.rules.guide import Cost, Point, Rule, Step, Verdict
from directory.knowledge.rules.sources import Basis, Shape, Source, Told
from directory.knowledge.rules.therapy import (
    Approval,
    Brand,
    Detail,
    Indication,
    Insurance,
    Market,
    MixUp,
    OtherMarket,
    Pipeline,
    Price,
    PriorLines,
    SafetyNote,
    StudySites,
    TherapyRole,
    Withheld,
)
from directory.knowledge.rules.trial import TrialFigures
from directory.knowledge.rules.views import (
    ClaimView,
    GuidePage,
    GuideSection,
    TherapyPage,
)
from directory.search.rules.values import Concept, Kind


class Therapy(Shape):
    """A CAR-T product, with what is known of it and from where."""

    kind: Literal["therapy"] = "therapy"
    slug: str
    url: Url
    role: TherapyRole
    market: Annotated[Market, Field(description="Standing in mainland China.")]
    name: Names
    inn: Annotated[str | None, Field(description="International nonproprietary name.")]
    inn_note: Told | None
    unverified_names: Annotated[
        tuple[str, ...],
        Field(description="Languages whose name nothing bears out yet."),
    ]
    short_names: tuple[str, ...]
    brands: tuple[Brand, ...]
    codes: tuple[str, ...]
    aliases: Annotated[
        tuple[str, ...], Field(description="Every spelling that means this product.")
    ]
    indications: Annotated[
        tuple[str, ...], Field(description="Vocabulary keys, licensed ones first.")
    ]
    details: tuple[Detail, ...]
    approvals: tuple[Approval, ...]
    sought: tuple[Indication, ...]
    other_markets: tuple[OtherMarket, ...]
    prior_lines: PriorLines | None
    trials: Annotated[
        tuple[TrialFigures, ...],
        Field(
            description=(
                "As each report gives them. Figures of two reports are not comparable;"
                " an absent figure is not stated."
            )
        ),
    ]
    price: Annotated[
        Price | None,
        Field(description="List price of the product alone; null is not stated."),
    ]
    price_note: Told | None
    other_prices: tuple[Price, ...]
    insurance: Insurance | None
    safety_notes: tuple[SafetyNote, ...]
    pipeline: tuple[Pipeline, ...]
    disputes: tuple[Told, ...]
    mixed_up_with: tuple[MixUp, ...]
    study_sites: StudySites | None
    note: Told | None
    withheld: Annotated[
        tuple[Withheld, ...],
        Field(description="What circulates without a source, and is not given here."),
    ]
    sources: tuple[Source, ...]
    verified_on: date
    changed_at: datetime
    labels: Labels


class Claim(Shape):
    """A statement that circulates, and what checking it found."""

    id: str
    claim: Told
    verdict: Verdict
    correction: Told | None
    note: Told | None
    basis: Basis
    source: Source | None
    checked_on: date


class Section(Shape):
    """A part of a guide that answers one question."""

    id: str
    title: Names
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    costs: tuple[Cost, ...]
    therapies: tuple[str, ...]
    claims: Annotated[tuple[str, ...], Field(description="Ids of claims below.")]


class Guide(Shape):
    """A guide, borne out sentence by sentence. It is not medical advice."""

    kind: Literal["guide"] = "guide"
    slug: str
    url: Url
    name: Names
    summary: Names
    summary_claims: tuple[str, ...]
    summary_sources: tuple[Source, ...]
    sections: tuple[Section, ...]
    claims: Annotated[
        tuple[Claim, ...], Field(description="Each cited claim once, in order.")
    ]
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    verified_on: date
    changed_at: datetime


def therapy(page: TherapyPage, wording: Wording, root: str = "") -> Therapy:
    """Return a product with all that is known of it.

    Args:
        page: From the registry.
        wording: Labels in the language of the answer.
        root: Path under which the site is mounted, without a slash at its end.
    """
    return Therapy(
        slug=page.slug,
        url=f"{root}{FOLDERS[Kind.THERAPY]}{page.slug}",
        role=page.role,
        market=page.market,
        name=names(page.names),
        inn=page.inn,
        inn_note=page.inn_note,
        unverified_names=page.unverified_names,
        short_names=page.short_names,
        brands=page.brand_names,
        codes=page.codes,
        aliases=page.aliases,
        indications=page.indications,
        details=page.details,
        approvals=page.approvals,
        sought=page.sought,
        other_markets=page.other_markets,
        prior_lines=page.prior_lines,
        trials=page.trials,
        price=page.price,
        price_note=page.price_note,
        other_prices=page.other_prices,
        insurance=page.insurance,
        safety_notes=page.safety_notes,
        pipeline=page.pipeline,
        disputes=page.disputes,
        mixed_up_with=page.mixed_up_with,
        study_sites=page.study_sites,
        note=page.note,
        withheld=page.withheld,
        sources=page.sources,
        verified_on=page.checked_on,
        changed_at=page.changed_at,
        labels=labels(wording, {Concept.INDICATION: page.indications}),
    )


def guide(page: GuidePage, root: str = "") -> Guide:
    """Return a guide with every claim that it cites; see :func:`therapy`."""
    return Guide(
        slug=page.slug,
        url=f"{root}{FOLDERS[Kind.GUIDE]}{page.slug}",
        name=names(page.titles),
        summary=names(page.summary),
        summary_claims=tuple(claim.id for claim in page.summary_claims),
        summary_sources=page.summary_sources,
        sections=tuple(map(_section, page.sections)),
        claims=tuple(map(_claim, page.claims)),
        related=page.related,
        sources=page.sources,
        verified_on=page.checked_on,
        changed_at=page.changed_at,
    )


def _section(section: GuideSection) -> Section:
    return Section(
        id=section.id,
        title=names(section.titles),
        points=section.points,
        steps=section.steps,
        rules=section.rules,
        costs=section.costs,
        therapies=section.therapies,
        claims=tuple(claim.id for claim in section.claims),
    )


def _claim(claim: ClaimView) -> Claim:
    return Claim(
        id=claim.id,
        claim=claim.claim,
        verdict=claim.verdict,
        correction=claim.correction,
        note=claim.note,
        basis=claim.basis,
        source=claim.source,
        checked_on=claim.checked_on,
    )
