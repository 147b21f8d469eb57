"""A guide as it is read: each statement with what bears it out beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from directory.knowledge.queries import ClaimView, GuidePage
from directory.knowledge.rules.guide import (
    Destination,
    Ground,
    Point,
    Verdict,
    Way,
)
from directory.knowledge.rules.sources import Basis, Names, Source
from directory.knowledge.rules.views import GuideSection
from directory.web.addresses import url_for
from directory.web.filters import has

MANY = 20
"""Claims of one section from which on they are counted and not listed."""

CORRECTED = frozenset({Verdict.WRONG, Verdict.OUTDATED})


@dataclass(frozen=True, slots=True)
class Whence:
    """What bears a statement out.

    Args:
        basis: The best that is known of it.
        is_partly: Whether some of what it says has no source.
        sources: Each page or paper once, the one relied on first.
        claims: That were checked and say so.
        note: What the checker wants a reader to know.
        checked_on: The last day on which somebody looked.
    """

    basis: Basis
    is_partly: bool
    sources: tuple[Source, ...]
    claims: tuple[ClaimView, ...]
    note: Names | None
    checked_on: date


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """A point, its name for links, and what bears it out, if it states a fact."""

    id: str
    point: Point
    whence: Whence | None


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section in the order in which it is read.

    Args:
        section: As it stands.
        points: Sentences and named statements, as they are given.
        corrected: What people may have read that is wrong or outdated.
        more: Further claims that bear the section out.
        many: How many claims there are, where they are too many to list.
    """

    section: GuideSection
    points: tuple[ReadPoint, ...]
    corrected: tuple[ClaimView, ...]
    more: tuple[ClaimView, ...]
    many: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A way on, with its address."""

    way: Way
    address: str


ENDPOINTS: Mapping[Destination, tuple[str, ...]] = {
    Destination.CENTERS: ("public.centers",),
    Destination.THERAPIES: ("public.therapies",),
    Destination.FACILITATORS: ("public.facilitators",),
    Destination.PRE_CHECK: ("public.pre_check",),
    Destination.COMPARISON: ("public.comparison",),
    Destination.INQUIRY: ("inquiries.new",),
    Destination.GUIDE: ("public.guide",),
    Destination.THERAPY: ("public.therapy",),
    Destination.GLOSSARY: ("public.glossary",),
}
"""The page of each destination."""


def read(guide: GuidePage) -> tuple[ReadSection, ...]:
    """Return the sections of a guide with what bears each statement out."""
    claims = {claim.id: claim for claim in guide.claims}
    return tuple(_read(section, claims, guide.checked_on) for section in guide.sections)


def whence_of_summary(guide: GuidePage) -> Whence | None:
    """Return what bears the summary of a guide out, if it states facts."""
    if not guide.summary_claims and not guide.summary_sources:
        return None
    return _whence(
        None, guide.summary_sources, guide.summary_claims, None, guide.checked_on
    )


def leads(ways: Iterable[Way | None]) -> tuple[Lead, ...]:
    """Return the addresses of ways on, as far as these pages exist here."""
    found = []
    for way in ways:
        endpoint = next(filter(has, ENDPOINTS[way.to]), None) if way else None
        if way is not None and endpoint is not None:
            values: dict[str, object] = {"slug": way.slug} if way.slug else {}
            for name, keys in way.filters.items():
                values[name] = keys[0] if len(keys) == 1 else list(keys)
            found.append(Lead(way, url_for(endpoint, **values)))
    return tuple(found)


def _read(
    section: GuideSection, claims: Mapping[str, ClaimView], checked_on: date
) -> ReadSection:
    said = {claim for point in section.points for claim in point.claims}
    few = section.claims if len(section.claims) <= MANY else ()
    corrected = tuple(claim for claim in few if _is_corrected(claim))
    return ReadSection(
        section=section,
        points=tuple(
            ReadPoint(
                f"{section.id}.{number}", point, _of_point(point, claims, checked_on)
            )
            for number, point in enumerate(section.points, 1)
        ),
        corrected=corrected,
        more=tuple(
            claim for claim in few if claim not in corrected and claim.id not in said
        ),
        many=0 if few else len(section.claims),
    )


def _is_corrected(claim: ClaimView) -> bool:
    """Tell whether people may have read it and it should not be relied on."""
    is_unsure = claim.verdict is Verdict.UNVERIFIABLE and claim.basis is Basis.SOURCED
    return claim.verdict in CORRECTED or (is_unsure and claim.correction is not None)


def _of_point(
    point: Point, claims: Mapping[str, ClaimView], checked_on: date
) -> Whence | None:
    cited = tuple(claims[key] for key in point.claims)
    if point.ground is not Ground.FACT and not cited and not point.sources:
        return None
    return _whence(point.basis, point.sources, cited, point.note, checked_on)


def _whence(
    basis: Basis | None,
    sources: Iterable[Source],
    claims: tuple[ClaimView, ...],
    note: Names | None,
    checked_on: date,
) -> Whence:
    found = {source.url: source for source in sources}
    for claim in claims:
        if claim.source is not None:
            found.setdefault(claim.source.url, claim.source)
    days = [claim.checked_on for claim in claims]
    return Whence(
        basis=basis or (Basis.SOURCED if found else Basis.UNVERIFIED),
        is_partly=bool(found)
        and any(claim.basis is Basis.UNVERIFIED for claim in claims),
        sources=tuple(found.values()),
        claims=claims,
        note=note,
        checked_on=min(days, default=checked_on),
    )
