"""What readers are shown of therapies, guides and claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.core.text import Text
from directory.knowledge.rules.guide import (
    ClaimDocument,
    Cost,
    GuideDocument,
    Point,
    Rule,
    Section,
    Step,
    Verdict,
    Way,
)
from directory.knowledge.rules.sources import Basis, Names, Source
from directory.knowledge.rules.therapy import (
    Approval,
    Brand,
    Detail,
    DetailField,
    Indication,
    Insurance,
    Market,
    MarketStatus,
    MixUp,
    OtherMarket,
    Pipeline,
    Price,
    PriorLines,
    SafetyNote,
    StudySites,
    TherapyDocument,
    TherapyRole,
    Withheld,
)
from directory.knowledge.rules.trial import TrialFigures


@dataclass(frozen=True, slots=True)
class TherapyPage:
    """Everything that is known of one product.

    Args:
        names: Generic name by language.
        unverified_names: Languages whose name nothing bears out yet.
        brands: The trade name in China by language, where there is one.
        brand_names: Every trade name with where it is used and its basis.
        aliases: Every spelling that means this product, names included.
        indications: Vocabulary keys, licensed ones first.
        approvals: Indications that a regulator has licensed.
        sought: Indications for which a license is sought.
        price: List price of the product alone in China; ``None`` is not stated.
        withheld: What circulates without a source, and is therefore not shown.
    """

    slug: str
    position: int
    role: TherapyRole
    market: Market
    names: Text
    inn: str | None
    inn_note: Names | None
    unverified_names: tuple[str, ...]
    short_names: tuple[str, ...]
    brands: Text
    brand_names: tuple[Brand, ...]
    codes: tuple[str, ...]
    aliases: tuple[str, ...]
    indications: tuple[str, ...]
    details: tuple[Detail, ...]
    approvals: tuple[Approval, ...]
    sought: tuple[Indication, ...]
    other_markets: tuple[OtherMarket, ...]
    prior_lines: PriorLines | None
    trials: tuple[TrialFigures, ...]
    price: Price | None
    price_note: Names | None
    other_prices: tuple[Price, ...]
    insurance: Insurance | None
    safety_notes: tuple[SafetyNote, ...]
    pipeline: tuple[Pipeline, ...]
    disputes: tuple[Names, ...]
    mixed_up_with: tuple[MixUp, ...]
    study_sites: StudySites | None
    note: Names | None
    withheld: tuple[Withheld, ...]
    sources: tuple[Source, ...]
    checked_on: date
    checked_by: str
    changed_at: datetime

    @property
    def market_status(self) -> MarketStatus:
        """Return where the product stands in mainland China."""
        return self.market.status

    @property
    def target(self) -> Names | None:
        """Return what the cells recognize, as far as stated."""
        return self._detail(DetailField.TARGET)

    @property
    def developer(self) -> Names | None:
        """Return who developed the product, as far as stated."""
        return self._detail(DetailField.DEVELOPER)

    @property
    def license_holder(self) -> Names | None:
        """Return who holds the license, as far as stated."""
        return self._detail(DetailField.LICENSE_HOLDER)

    def _detail(self, field: DetailField) -> Names | None:
        return next((d.value for d in self.details if d.field is field), None)


def shown_therapy(document: TherapyDocument, *, changed_at: datetime) -> TherapyPage:
    """Return the page of a therapy's document.

    Args:
        document: As it stands in the registry.
        changed_at: When it came to stand so.
    """
    same = {
        name: getattr(document, name)
        for name in TherapyDocument.model_fields
        if name not in {"names", "brands", "aliases", "sources"}
    }
    return TherapyPage(
        **same,
        names=_text(document.names),
        brands=_brands(document),
        brand_names=document.brands,
        aliases=spellings(document),
        indications=document.indications,
        sources=document.all_sources,
        changed_at=changed_at,
    )


def _text(names: Names) -> Text:
    return {str(code): words for code, words in names.items()}


def spellings(document: TherapyDocument) -> tuple[str, ...]:
    """Return every way of writing a product that means no other, once."""
    inn = (document.inn,) if document.inn else ()
    return tuple(
        dict.fromkeys(
            (
                *inn,
                *document.names.values(),
                *document.short_names,
                *(brand.name for brand in document.brands),
                *document.codes,
                *document.aliases,
            )
        )
    )


def _brands(document: TherapyDocument) -> Text:
    found: Text = {}
    for brand in document.brands:
        if brand.used is None:
            found.setdefault(brand.language, brand.name)
    return found


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A statement that circulates, and what checking it found."""

    id: str
    section: str
    claim: Names
    verdict: Verdict
    correction: Names | None
    note: Names | None
    basis: Basis
    source: Source | None
    checked_on: date


def shown_claim(document: ClaimDocument, source: Source | None) -> ClaimView:
    """Return what readers are shown of a claim.

    Args:
        document: As it stands.
        source: What is known of its source, which others may have named besides.
    """
    return ClaimView(
        id=document.id,
        section=document.section,
        claim=document.claim,
        verdict=document.verdict,
        correction=document.correction,
        note=document.note,
        basis=document.basis,
        source=source,
        checked_on=document.checked_on,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """One way in which people ask for a guide.

    Args:
        text: As it is typed.
        language: ``en``, ``zh``, ``zh-Latn`` (pinyin), ``ru`` or ``ar``.
        section: Part of the guide that answers it, if one does in particular.
    """

    text: str
    language: str
    section: str | None


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A part of a guide, with its id for links."""

    id: str
    titles: Text
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    costs: tuple[Cost, ...]
    therapies: tuple[str, ...]
    claims: tuple[ClaimView, ...]

    @property
    def words(self) -> tuple[Text, ...]:
        """Return everything that the section says, for full-text search."""
        found: list[Names | None] = []
        for point in self.points:
            found.extend((point.label, point.text))
        for step in self.steps:
            found.extend((step.titles, *step.patient, *step.hospital))
            found.extend((*step.facilitator, *step.documents, *step.risks))
            found.append(step.duration.text if step.duration else None)
        for rule in self.rules:
            found.extend((rule.criterion, rule.question, rule.meaning))
        found.extend(cost.component for cost in self.costs)
        for claim in self.claims:
            found.extend((claim.claim, claim.correction))
        return tuple(_text(words) for words in found if words)


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One guide with every claim that it cites.

    Args:
        claims: Each cited claim once, in the order of citation.
        sources: Each source of the guide and of its claims once.
        next: The one step that most readers take from here.
        ways: Others.
        read_in: Languages whose translation a native speaker has read.
    """

    slug: str
    position: int
    titles: Text
    summary: Text
    summary_claims: tuple[ClaimView, ...]
    summary_sources: tuple[Source, ...]
    sections: tuple[GuideSection, ...]
    claims: tuple[ClaimView, ...]
    questions: tuple[Question, ...]
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    next: Way | None
    ways: tuple[Way, ...]
    read_in: tuple[str, ...]
    checked_on: date
    changed_at: datetime


def shown_guide(
    document: GuideDocument,
    claims: Mapping[str, ClaimView],
    *,
    changed_at: datetime,
) -> GuidePage:
    """Return the page of a guide's document.

    Args:
        document: As it stands.
        claims: At least the claims that it cites, by id.
        changed_at: When it came to stand so.
    """
    cited = tuple(claims[claim] for claim in document.cited)
    sources: dict[str, Source] = {each.url: each for each in document.sources}
    for claim in cited:
        if claim.source:
            sources.setdefault(claim.source.url, claim.source)
    return GuidePage(
        slug=document.slug,
        position=document.position,
        titles=_text(document.titles),
        summary=_text(document.summary),
        summary_claims=tuple(claims[claim] for claim in document.summary_claims),
        summary_sources=document.summary_sources,
        sections=tuple(_section(each, claims) for each in document.sections),
        claims=cited,
        questions=_questions(document),
        related=document.related,
        sources=tuple(sources.values()),
        next=document.next,
        ways=document.ways,
        read_in=document.read_in,
        checked_on=document.checked_on,
        changed_at=changed_at,
    )


def _section(section: Section, claims: Mapping[str, ClaimView]) -> GuideSection:
    return GuideSection(
        id=section.id,
        titles=_text(section.titles),
        points=section.points,
        steps=section.steps,
        rules=section.rules,
        costs=section.costs,
        therapies=section.therapies,
        claims=tuple(claims[claim] for claim in section.claims),
    )


def _questions(document: GuideDocument) -> tuple[Question, ...]:
    of_guide = [
        Question(text, language, None)
        for language, texts in document.questions.items()
        for text in texts
    ]
    of_sections = [
        Question(text, language, section.id)
        for section in document.sections
        for language, texts in section.questions.items()
        for text in texts
    ]
    return (*of_guide, *of_sections)
