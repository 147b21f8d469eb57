"""Reading therapies, guides and checked claims."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.knowledge.model import (
    ClaimRow,
    GlossaryRow,
    GuideClaim,
    GuideRow,
    RateRow,
    SourceRow,
    TherapyIndication,
    TherapyRow,
)
from directory.knowledge.rules.figures import Figure, of_guide, of_therapy, of_word
from directory.knowledge.rules.glossary import GlossaryTerm
from directory.knowledge.rules.guide import (
    ClaimDocument,
    FollowUpLine,
    GuideDocument,
    Point,
    Rule,
    Verdict,
)
from directory.knowledge.rules.rates import Rate
from directory.knowledge.rules.sources import Basis, Source, SourceKind
from directory.knowledge.rules.therapy import CHINA, TherapyDocument
from directory.knowledge.rules.views import (
    ClaimView,
    GuidePage,
    TherapyPage,
    shown_claim,
    shown_guide,
    shown_therapy,
)

__all__ = [
    "CHINA",
    "ELIGIBILITY",
    "ClaimView",
    "GuidePage",
    "License",
    "TherapyPage",
    "claims",
    "eligibility_rules",
    "figures",
    "follow_up_points",
    "glossary",
    "guide_page",
    "guide_pages",
    "licenses",
    "rates",
    "therapy_page",
    "therapy_pages",
    "verdicts",
]

ELIGIBILITY = "eligibility"
"""The guide that holds the questions of the eligibility check."""


FOLLOW_UP = "follow-up"
"""The guide that holds what is done after treatment."""


@dataclass(frozen=True, slots=True)
class License:
    """That a product is licensed for a disease.

    Args:
        therapy: Slug of the product.
        indication: Vocabulary key.
        approved_on: Day, month or year, as exactly as the source gives it.
        basis: Why it may be believed.
    """

    therapy: str
    indication: str
    line: str | None
    approved_on: str | None
    basis: Basis


def therapy_page(session: Session, slug: str) -> TherapyPage:
    """Return everything that is known of a product.

    Args:
        session: Read only here.
        slug: Public name, as in ``/therapies/<slug>``.

    Raises:
        NotFoundError: If there is no such product in the registry.
    """
    row = session.scalar(select(TherapyRow).where(TherapyRow.slug == slug))
    if row is None:
        raise NotFoundError(therapy=slug)
    return _therapy(row)


def therapy_pages(
    session: Session, slugs: Collection[str] | None = None
) -> tuple[TherapyPage, ...]:
    """Return all products, or those that are named and exist, in their order."""
    wanted = select(TherapyRow).order_by(TherapyRow.position, TherapyRow.slug)
    if slugs is not None:
        wanted = wanted.where(TherapyRow.slug.in_(slugs))
    return tuple(_therapy(row) for row in session.scalars(wanted))


def licenses(session: Session, *, regulator: str = CHINA) -> tuple[License, ...]:
    """Return which product is licensed for what, in the order of the registry.

    Args:
        session: Read only here.
        regulator: Whose licenses.
    """
    rows = session.execute(
        select(
            TherapyRow.slug,
            TherapyIndication.indication,
            TherapyIndication.line,
            TherapyIndication.approved_on,
            TherapyIndication.basis,
        )
        .join(TherapyRow.indications)
        .where(TherapyIndication.regulator == regulator)
        .order_by(TherapyRow.position, TherapyIndication.position)
    )
    return tuple(
        License(
            therapy=row.slug,
            indication=row.indication,
            line=row.line,
            approved_on=row.approved_on,
            basis=Basis(row.basis),
        )
        for row in rows
    )


def guide_page(session: Session, slug: str) -> GuidePage:
    """Return a guide with the claims that it cites.

    Args:
        session: Read only here.
        slug: Public name, as in ``/guides/<slug>``.

    Raises:
        NotFoundError: If there is no such guide.
    """
    pages = guide_pages(session, [slug])
    if not pages:
        raise NotFoundError(guide=slug)
    return pages[0]


def guide_pages(
    session: Session, slugs: Collection[str] | None = None
) -> tuple[GuidePage, ...]:
    """Return all guides, or those that are named and exist, in their order."""
    guides = select(GuideRow).order_by(GuideRow.position, GuideRow.slug)
    cited = select(GuideClaim.claim_id)
    if slugs is not None:
        guides = guides.where(GuideRow.slug.in_(slugs))
        cited = cited.join(GuideRow).where(GuideRow.slug.in_(slugs))
    rows = session.scalars(guides).all()
    if not rows:
        return ()
    found = _claims(session, cited=cited)
    return tuple(
        shown_guide(
            GuideDocument.model_validate(row.document),
            found,
            changed_at=row.changed_at,
        )
        for row in rows
    )


def claims(session: Session) -> tuple[ClaimView, ...]:
    """Return every checked claim, by its id."""
    return tuple(_claims(session).values())


def verdicts(session: Session) -> Mapping[Verdict, int]:
    """Return how many claims came to each verdict, none left out."""
    rows = session.execute(
        select(ClaimRow.verdict, func.count()).group_by(ClaimRow.verdict)
    )
    found = {Verdict(verdict): number for verdict, number in rows}
    return {verdict: found.get(verdict, 0) for verdict in Verdict}


def eligibility_rules(session: Session) -> tuple[Rule, ...]:
    """Return the questions of the eligibility check, in their order.

    Empty while no eligibility guide is there.
    """
    row = session.scalar(select(GuideRow).where(GuideRow.slug == ELIGIBILITY))
    if row is None:
        return ()
    document = GuideDocument.model_validate(row.document)
    found = [rule for section in document.sections for rule in section.rules]
    return tuple(sorted(found, key=lambda rule: rule.id))


def follow_up_points(session: Session) -> tuple[tuple[FollowUpLine, Point], ...]:
    """Return the lines of what is done after treatment, with what bears each out.

    Those that begin on a known day come first, in the order of these days. Empty
    while no such guide is there.
    """
    row = session.scalar(select(GuideRow).where(GuideRow.slug == FOLLOW_UP))
    if row is None:
        return ()
    document = GuideDocument.model_validate(row.document)
    found = [
        (point.follow_up, point)
        for section in document.sections
        for point in section.points
        if point.follow_up is not None
    ]
    return tuple(sorted(found, key=lambda each: _begins(each[0])))


def glossary(session: Session) -> tuple[GlossaryTerm, ...]:
    """Return every word that is explained, by its key."""
    rows = session.scalars(select(GlossaryRow).order_by(GlossaryRow.key))
    return tuple(GlossaryTerm.model_validate(row.document) for row in rows)


def rates(session: Session) -> tuple[Rate, ...]:
    """Return every rate there is, the latest of each currency first."""
    rows = session.scalars(
        select(RateRow).order_by(RateRow.currency, RateRow.as_of.desc())
    )
    return tuple(Rate.model_validate(row.document) for row in rows)


def figures(session: Session) -> tuple[Figure, ...]:
    """Return every figure of guides, of the glossary and of products, page by page.

    Args:
        session: Read only here.
    """
    checked = {
        row.key: ClaimDocument.model_validate(row.document)
        for row in session.scalars(select(ClaimRow))
    }
    guides = select(GuideRow).order_by(GuideRow.position, GuideRow.slug)
    products = select(TherapyRow).order_by(TherapyRow.position, TherapyRow.slug)
    return (
        *(
            figure
            for row in session.scalars(guides)
            for figure in of_guide(GuideDocument.model_validate(row.document), checked)
        ),
        *(figure for term in glossary(session) for figure in of_word(term, checked)),
        *(
            figure
            for row in session.scalars(products)
            for figure in of_therapy(TherapyDocument.model_validate(row.document))
        ),
    )


def _begins(line: FollowUpLine) -> tuple[bool, int]:
    """Return how lines are ordered; a month counts as thirty days, for that alone."""
    if line.days is None and line.months is None:
        return True, 0
    return False, line.days if line.days is not None else (line.months or 0) * 30


def _therapy(row: TherapyRow) -> TherapyPage:
    return shown_therapy(
        TherapyDocument.model_validate(row.document), changed_at=row.changed_at
    )


def _claims(
    session: Session, *, cited: Select[int] | None = None
) -> dict[str, ClaimView]:
    wanted = (
        select(ClaimRow, SourceRow)
        .outerjoin(SourceRow, SourceRow.id == ClaimRow.source_id)
        .order_by(ClaimRow.key)
    )
    if cited is not None:
        wanted = wanted.where(ClaimRow.id.in_(cited))
    return {
        claim.key: shown_claim(
            ClaimDocument.model_validate(claim.document), _source(source)
        )
        for claim, source in session.execute(wanted)
    }


def _source(row: SourceRow | None) -> Source | None:
    if row is None:
        return None
    return Source(
        url=row.url,
        title=row.title,
        publisher=row.publisher,
        kind=SourceKind(row.kind) if row.kind else None,
        language=row.language,
    )
