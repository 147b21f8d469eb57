"""Every figure that guides and therapies state, and what bears it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from directory.core.text import Language
from directory.knowledge.rules.glossary import GlossaryTerm
from directory.knowledge.rules.guide import (
    ClaimDocument,
    Cost,
    Ground,
    GuideDocument,
    Point,
    Rule,
    Step,
)
from directory.knowledge.rules.numbers import digits_in, has_figure, words_in
from directory.knowledge.rules.sources import Basis, Names, Source, Sourced
from directory.knowledge.rules.therapy import Price, TherapyDocument
from directory.knowledge.rules.trial import TrialFigures


@dataclass(frozen=True, slots=True)
class Figure:
    """Figures that stand together, and where they come from.

    Args:
        subject: The page, e.g. ``guide:safety``.
        place: On it, e.g. ``crs.2``; a guide's page can be linked to there.
        figures: As the English words or the fields give them.
        words: The English words around them; a name where they stand in a field.
        basis: Why they may be believed.
        sources: Addresses, the one relied on first.
        claims: Checked claims that are cited besides.
        as_of: Day of the source, as far as it gives one.
        is_ours: Whether the directory's own data bears it out.
    """

    subject: str
    place: str
    figures: tuple[str, ...]
    words: str
    basis: Basis
    sources: tuple[str, ...]
    claims: tuple[str, ...] = ()
    as_of: str | None = None
    is_ours: bool = False

    @property
    def is_borne_out(self) -> bool:
        """Whether a reader can find out where it comes from."""
        return self.is_ours or bool(self.sources)


def of_guide(
    document: GuideDocument, claims: Mapping[str, ClaimDocument]
) -> Iterator[Figure]:
    """Yield the figures of a guide in the order of its page.

    Args:
        document: As it stands.
        claims: At least those that it cites, by id.
    """
    of = _Of(f"guide:{document.slug}", claims)
    ours = document.summary_ground is not Ground.FACT
    yield from of.words(
        "summary",
        [document.summary],
        sources=document.summary_sources,
        cited=document.summary_claims,
        is_ours=ours,
    )
    for section in document.sections:
        for number, point in enumerate(section.points, 1):
            yield from of.point(f"{section.id}.{number}", point)
        for step in section.steps:
            yield from of.step(section.id, step)
        for rule in section.rules:
            yield from of.rule(rule)
        for number, cost in enumerate(section.costs, 1):
            yield from of.cost(f"{section.id}, cost {number}", cost)


def of_therapy(document: TherapyDocument) -> Iterator[Figure]:
    """Yield the figures of a product's page."""
    of = _Of(f"therapy:{document.slug}", {})
    for place, stated in _parts(document):
        yield from of.words(
            place,
            [text for name, text in texts_of(stated) if name != "note"],
            values=_values(stated),
            sources=stated.sources,
            basis=stated.basis,
            as_of=getattr(stated, "as_of", None) or getattr(stated, "date", None),
        )
        if stated.note:
            # What was looked for and not found leans on the pages that were read.
            sources = stated.sources or document.all_sources
            yield from of.words(f"{place}, note", [stated.note], sources=sources)
    loose = {
        "note": [document.note],
        "price_note": [document.price_note],
        "inn_note": [document.inn_note],
        "disputes": document.disputes,
        "withheld": [each.reason for each in document.withheld],
    }
    for place, words in loose.items():
        yield from of.words(
            place, [each for each in words if each], sources=document.all_sources
        )


def of_word(
    document: GlossaryTerm, claims: Mapping[str, ClaimDocument]
) -> Iterator[Figure]:
    """Yield the figures in the meaning of a word; see :func:`of_guide`."""
    yield from _Of("glossary", claims).words(
        document.key,
        [text for text in (document.text, document.note) if text],
        sources=document.sources,
        cited=document.claims,
        basis=document.basis,
    )


def texts_of(shape: object) -> Iterator[tuple[str, Names]]:
    """Yield the texts that stand directly in a shape, with their fields' names."""
    fields = getattr(type(shape), "model_fields", {})
    for name in fields:
        value = getattr(shape, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Mapping) and isinstance(each.get("en"), str):
                yield name, each  # type: ignore[misc]


class _Of:
    """Collects the figures of one page."""

    def __init__(self, subject: str, claims: Mapping[str, ClaimDocument]) -> None:
        self.subject, self.claims = subject, claims

    def words(
        self,
        place: str,
        texts: Iterable[Names],
        *,
        values: Iterable[str] = (),
        sources: Iterable[Source] = (),
        cited: Iterable[str] = (),
        basis: Basis | None = None,
        as_of: str | None = None,
        is_ours: bool = False,
    ) -> Iterator[Figure]:
        texts, values, cited = list(texts), list(values), tuple(cited)
        if not values and not any(
            has_figure(words, Language(code))
            for text in texts
            for code, words in text.items()
        ):
            return
        urls = [source.url for source in sources]
        for key in cited:
            claim = self.claims.get(key)
            urls += [source.url for source in claim.sources] if claim else []
        english = " ".join(text["en"] for text in texts)
        yield Figure(
            subject=self.subject,
            place=place,
            figures=tuple(values) or _figures(english),
            words=english,
            basis=basis or (Basis.SOURCED if urls else Basis.UNVERIFIED),
            sources=tuple(dict.fromkeys(urls)),
            claims=cited,
            as_of=as_of,
            is_ours=is_ours,
        )

    def point(self, place: str, point: Point) -> Iterator[Figure]:
        return self.words(
            place,
            [text for text in (point.label, point.text, point.note) if text],
            sources=point.sources,
            cited=point.claims,
            basis=point.basis,
            is_ours=point.ground is not Ground.FACT,
        )

    def step(self, section: str, step: Step) -> Iterator[Figure]:
        lines = (*step.patient, *step.hospital, *step.facilitator)
        papers = (*step.documents, *step.risks, step.note)
        sources = (*step.sources, *(step.duration.sources if step.duration else ()))
        place = f"{section}, step {step.number}"
        yield from self.words(place, (*lines, *papers), sources=sources)
        if step.duration:
            yield from self.point(f"{place}, how long", step.duration)

    def rule(self, rule: Rule) -> Iterator[Figure]:
        answers = (text for _name, text in texts_of(rule.answers))
        yield from self.words(
            rule.id.lower(),
            [*(text for _name, text in texts_of(rule)), *answers],
            values=[f"{name} {_number(value)}" for name, value in _flat(rule)],
            sources=rule.sources,
            basis=rule.basis,
        )

    def cost(self, place: str, cost: Cost) -> Iterator[Figure]:
        values = [
            f"{value} {currency}"
            for value, currency in (
                (cost.low, cost.currency),
                (cost.high, cost.currency),
                (cost.about_usd, "USD"),
            )
            if value
        ]
        return self.words(
            place,
            [text for _name, text in texts_of(cost)],
            values=values,
            sources=cost.sources,
            basis=cost.basis,
            as_of=cost.as_of,
        )


def _parts(document: TherapyDocument) -> Iterator[tuple[str, Sourced]]:
    single = {
        "market": document.market,
        "prior lines": document.prior_lines,
        "price": document.price,
        "insurance": document.insurance,
        "study sites": document.study_sites,
    }
    yield from ((place, part) for place, part in single.items() if part is not None)
    many: dict[str, tuple[Sourced, ...]] = {
        "brand": document.brands,
        "detail": document.details,
        "approval": document.approvals,
        "sought": document.sought,
        "other market": document.other_markets,
        "trial": document.trials,
        "other price": document.other_prices,
        "safety note": document.safety_notes,
        "pipeline": document.pipeline,
        "mixed up with": document.mixed_up_with,
    }
    for place, parts in many.items():
        for number, part in enumerate(parts, 1):
            yield f"{place} {number}", part


def _values(stated: Sourced) -> list[str]:
    """Return the figures that stand in fields, each with what it is."""
    if isinstance(stated, TrialFigures):
        return [
            f"{name} {_number(value)}"
            for name in TrialFigures.model_fields
            if isinstance(value := getattr(stated, name), int | float)
            and not isinstance(value, bool)
        ]
    if isinstance(stated, Price):
        amount = Decimal(stated.amount_minor) / 100
        found = [f"{amount:f} {stated.currency}"]
        return [*found, f"{stated.about_usd} USD"] if stated.about_usd else found
    named = ("date", "minimum", "as_of")
    return [
        f"{name} {value}"
        for name in named
        if (value := getattr(stated, name, None)) is not None
    ]


def _flat(rule: Rule) -> Iterator[tuple[str, float]]:
    for name, value in rule.thresholds.items():
        for each in value if isinstance(value, tuple) else (value,):
            yield name, each


def _figures(english: str) -> tuple[str, ...]:
    digits = digits_in(english, Language.EN)
    in_words = words_in(english, Language.EN)
    found = (*digits.elements(), *in_words.elements())
    return tuple(map(_number, found)) or ("in another language",)


def _number(value: float | Decimal) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
