"""What the index keeps of each published page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from directory.core.text import Text
from directory.knowledge.rules.sources import Names
from directory.knowledge.rules.therapy import TherapyRole
from directory.knowledge.rules.views import GuidePage, TherapyPage
from directory.listings.rules.document import Basis, Route, Value
from directory.listings.rules.views import (
    BorneView,
    CenterPage,
    FacilitatorPage,
    FactView,
    TreatmentView,
)
from directory.search.rules.documents import ROUTE_OF, IndexDocument, Standing, better
from directory.search.rules.highlights import plain
from directory.search.rules.normalize import tokens
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Form, Term, TermKind

GIVEN = frozenset({Route.APPROVED_PRODUCT, Route.CLINICAL_APPLICATION})
"""Routes by which a licensed product is given outside of a study."""

BELIEVED = frozenset({Basis.SOURCED, Basis.ATTESTED, Basis.VERIFIED})
SHOWN_LEVELS = frozenset({"sourced-treatment", "sourced-trial"})
"""Evidence levels at which a source shows CAR-T itself."""

SURE_FORMS = frozenset({Form.NAME, Form.ABBREVIATION, Form.CODE, Form.NICKNAME})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What documents are described with.

    Args:
        labels: Words by kind and key.
        spellings: Folded ways of writing an indication or audience, those of
            narrower indications included, each between spaces.
        licensed: Slugs of products that are licensed in China.
    """

    labels: Mapping[tuple[str, str], Text]
    spellings: Mapping[tuple[str, str], frozenset[str]]
    licensed: frozenset[str]

    @classmethod
    def of(cls, terms: Iterable[Term], therapies: Iterable[TherapyPage]) -> Vocabulary:
        """Prepare the vocabulary for describing documents."""
        terms = tuple(terms)
        spellings: dict[tuple[str, str], set[str]] = {}
        for term in terms:
            if term.kind not in {TermKind.INDICATION, TermKind.AUDIENCE}:
                continue
            said = {
                _spaced(one)
                for one in (
                    *term.labels.values(),
                    *(
                        synonym.text
                        for synonym in term.synonyms
                        if synonym.form in SURE_FORMS and not synonym.cautious
                    ),
                )
            }
            for key in (term.key, *term.broader):
                spellings.setdefault((term.kind.value, key), set()).update(said)
        return cls(
            labels={
                (term.kind.value, term.key): {
                    str(code): words for code, words in term.labels.items()
                }
                for term in terms
            },
            spellings={place: frozenset(said) for place, said in spellings.items()},
            licensed=frozenset(
                page.slug
                for page in therapies
                if page.role is TherapyRole.APPROVED_IN_CHINA
            ),
        )

    def mentions(self, text: str, kind: TermKind, key: str) -> bool:
        """Tell whether a text speaks of an indication or audience."""
        spaced = _spaced(text)
        return any(said in spaced for said in self.spellings.get((kind, key), ()))


def _spaced(text: str) -> str:
    return " " + " ".join(token.key for token in tokens(text)) + " "


def standing_of(fact: BorneView) -> Standing:
    """Return what a statement that says yes is worth."""
    if fact.basis not in BELIEVED:
        return Standing.UNVERIFIED
    return Standing.OVERDUE if fact.is_overdue else Standing.YES


VALUES = {
    Value.NO: Standing.NO,
    Value.REFUSED: Standing.REFUSED,
    Value.CONFLICTING: Standing.CONFLICTING,
}


def center_document(page: CenterPage, vocabulary: Vocabulary) -> IndexDocument:
    """Return what the index keeps of a center."""
    values: dict[str, dict[str, Standing]] = {
        "city": {page.city: Standing.YES},
        "type": dict.fromkeys(page.types, Standing.YES),
    }

    def say(facet: str, key: str, standing: Standing) -> None:
        known = values.setdefault(facet, {})
        known[key] = better(known[key], standing) if key in known else standing

    for fact in page.capabilities:
        _say_capability(fact, say)
    for treatment in page.treatments:
        _say_treatment(treatment, vocabulary, say)
    for trial in page.trials:
        for key in trial.indications:
            say("indication", key, standing_of(trial))
    for key in page.indications:
        say("indication", key, _borne_out(page, vocabulary, TermKind.INDICATION, key))
    for key, value in (("adult", page.adult), ("pediatric", page.pediatric)):
        if value is Value.YES:
            say("audience", key, _borne_out(page, vocabulary, TermKind.AUDIENCE, key))
        elif value in VALUES:
            say("audience", key, VALUES[value])
    return IndexDocument(
        kind=Kind.CENTER,
        slug=page.slug,
        names=dict(page.names),
        aliases=(*page.aliases, *page.former_names),
        city=page.city,
        values=values,
        needs=_needs(values, vocabulary),
        text=_by_language(_center_lines(page)),
        verified_on=page.checked_on,
        evidence=_evidence(page),
        evidence_level=page.evidence_level,
    )


Say = Callable[[str, str, Standing], None]
"""Takes a facet, a key and what is known of it."""


def _say_capability(fact: FactView, say: Say) -> None:
    if fact.value is Value.YES:
        say("capability", fact.key, standing_of(fact))
        for language in fact.languages:
            say("language", language, standing_of(fact))
    elif fact.value in VALUES:
        say("capability", fact.key, VALUES[fact.value])


def _say_treatment(
    treatment: TreatmentView,
    vocabulary: Vocabulary,
    say: Say,
) -> None:
    """Say what a treatment says of a therapy, its route and its indications.

    A study of a licensed product does not show that it is given here: it is
    kept as a route to the product, not as the product.
    """
    if treatment.route is Route.NOT_STATED:
        standing = Standing.UNVERIFIED
    elif treatment.route is Route.NOT_OFFERED:
        standing = Standing.NO
    else:
        standing = standing_of(treatment)
        say("route", treatment.route.value, standing)
    if treatment.therapy is not None:
        if treatment.therapy in vocabulary.licensed and treatment.route not in {
            *GIVEN,
            Route.NOT_OFFERED,
        }:
            say(ROUTE_OF + treatment.therapy, treatment.route.value, standing)
        else:
            say("therapy", treatment.therapy, standing)
    if standing is not Standing.NO:
        for key in treatment.indications:
            say("indication", key, standing)


def _borne_out(
    page: CenterPage, vocabulary: Vocabulary, kind: TermKind, key: str
) -> Standing:
    """Return the best standing of the evidence that speaks of a key."""
    found = Standing.UNVERIFIED
    for fact in page.evidence:
        said = " / ".join(one for one in (_words(fact), fact.statement) if one)
        if vocabulary.mentions(said, kind, key):
            found = better(found, standing_of(fact))
    return found


def _evidence(page: CenterPage) -> Standing:
    """Return how well it is shown that the center gives CAR-T."""
    facts = [standing_of(fact) for fact in (*page.evidence, *page.trials)]
    if page.evidence_level not in SHOWN_LEVELS:
        return Standing.UNVERIFIED
    believed = [one for one in facts if one is not Standing.UNVERIFIED]
    return Standing.YES if Standing.YES in believed else Standing.OVERDUE


def facilitator_document(page: FacilitatorPage) -> IndexDocument:
    """Return what the index keeps of a facilitator."""
    facts = (*page.details, *page.cities, *page.languages, *page.services)
    return IndexDocument(
        kind=Kind.FACILITATOR,
        slug=page.slug,
        names=dict(page.names),
        aliases=(*page.aliases, *page.former_names),
        values={
            "city": {fact.key: standing_of(fact) for fact in page.cities},
            "language": {fact.key: standing_of(fact) for fact in page.languages},
        },
        text=_by_language(
            line for fact in facts for line in (fact.words, fact.statement)
        ),
        verified_on=page.checked_on,
    )


def therapy_document(page: TherapyPage, vocabulary: Vocabulary) -> IndexDocument:
    """Return what the index keeps of a product."""
    indications: dict[str, Standing] = {}
    for approval in page.approvals:
        standing = Standing.YES if approval.basis in BELIEVED else Standing.UNVERIFIED
        for key in approval.keys:
            indications[key] = better(indications.get(key, standing), standing)
    for sought in page.sought:
        for key in sought.keys:
            indications.setdefault(key, Standing.UNVERIFIED)
    values = {"indication": indications}
    told: Iterable[Names | None] = (
        page.target,
        page.developer,
        page.license_holder,
        *(detail.value for detail in page.details),
        *(approval.text for approval in page.approvals),
        *(sought.text for sought in page.sought),
        *(trial.name for trial in page.trials),
        *(safety.text for safety in page.safety_notes),
        *(study.text for study in page.pipeline),
        *(mix_up.text for mix_up in page.mixed_up_with),
        *page.disputes,
        page.note,
        page.price_note,
    )
    lines: list[Text | str | None] = [
        page.inn,
        *(key for trial in page.trials for key in trial.ids),
        *({str(code): said for code, said in words.items()} for words in told if words),
    ]
    return IndexDocument(
        kind=Kind.THERAPY,
        slug=page.slug,
        names=dict(page.names),
        aliases=page.aliases,
        values=values,
        needs=_needs(values, vocabulary),
        text=_by_language(lines),
        verified_on=page.checked_on,
        position=page.position,
    )


def guide_document(page: GuidePage) -> IndexDocument:
    """Return what the index keeps of a guide."""
    lines: list[Text | str | None] = [page.summary]
    for section in page.sections:
        lines += (section.titles, *section.words)
    # Where two parts answer the same words, the first does.
    sections: dict[str, str] = {}
    for question in page.questions:
        sections.setdefault(question.text, question.section or "")
    return IndexDocument(
        kind=Kind.GUIDE,
        slug=page.slug,
        names=dict(page.titles),
        text=_by_language(lines),
        questions=tuple(sections),
        sections=tuple(sections.values()),
        verified_on=page.checked_on,
        position=page.position,
    )


def _needs(
    values: Mapping[str, Mapping[str, Standing]], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return the words for everything that somebody says yes to."""
    return tuple(
        dict.fromkeys(
            words
            for facet in ("therapy", "indication", "capability")
            for key, standing in values.get(facet, {}).items()
            if standing.is_affirmed
            for words in vocabulary.labels.get((facet, key), {}).values()
        )
    )


def _center_lines(page: CenterPage) -> Iterator[Text | str | None]:
    yield page.district
    yield page.type_stated
    yield from page.specialties
    yield from page.indications_stated
    for fact in (*page.details, *page.evidence, *page.capabilities):
        yield fact.words
        if fact.value is not Value.NOT_STATED:
            yield fact.statement
    for treatment in page.treatments:
        yield treatment.setting
        yield treatment.statement
    for trial in page.trials:
        parts = (trial.name, trial.id, trial.target, trial.indication, trial.role)
        yield ", ".join(part for part in parts if part)
        yield trial.statement


def _words(fact: FactView) -> str:
    if isinstance(fact.words, str):
        return fact.words
    return " / ".join((fact.words or {}).values())


def _by_language(lines: Iterable[Text | str | None]) -> Text:
    """Return lines put together by language, each once and on one line."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        if line is None:
            continue
        said = line.items() if not isinstance(line, str) else ((_script(line), line),)
        for code, words in said:
            clean = plain(words)
            if clean:
                found.setdefault(code, {})[clean] = None
    return {code: "\n".join(words) for code, words in found.items()}


def _script(line: str) -> str:
    chinese = sum("\u3400" <= char <= "\u9fff" for char in line)
    return "zh" if chinese * 2 > len(line) else "en"
