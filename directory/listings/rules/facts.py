"""From a document to its facts, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from directory.core.text import Text
from directory.listings.rules.document import (
    Borne,
    CenterDocument,
    FacilitatorDocument,
    Names,
    Source,
    Value,
)
from directory.listings.rules.freshness import next_due


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of a document.

    Args:
        part: Which list of the document it stands in, e.g. ``capability``.
        field: Its place, unique in the document: ``capability.icu``,
            ``address``, ``accreditation.2``, ``trial.1``.
        value: Value of a capability, route of a treatment, else words; a value
            in several languages is its English, or else its first.
        borne: The statement itself, with basis, source and days.
        next_due: When to look again.
    """

    part: str
    field: str
    value: str
    borne: Borne
    next_due: date

    @property
    def states_something(self) -> bool:
        """Whether there is anything to be overdue; not stated grows no older."""
        return not (self.part == "capability" and self.value == Value.NOT_STATED)


def facts(document: CenterDocument | FacilitatorDocument) -> tuple[Fact, ...]:
    """Return every fact of a document, in the document's order."""
    return tuple(
        Fact(part, field, value, borne, next_due(field, borne.checked_on))
        for part, field, value, borne in _parts(document)
    )


def sources(found: Iterable[Fact]) -> tuple[Source, ...]:
    """Return each page that facts rely on once, in order of mention."""
    cited: dict[str, Source] = {}
    for fact in found:
        if fact.borne.source is not None:
            cited.setdefault(fact.borne.source.url, fact.borne.source)
    return tuple(cited.values())


def detail_fields(
    document: CenterDocument | FacilitatorDocument,
) -> tuple[str, ...]:
    """Return the place of each detail; a repeated field counts up from 2."""
    seen: Counter[str] = Counter()
    places = []
    for detail in document.details:
        seen[detail.field] += 1
        times = seen[detail.field]
        places.append(detail.field if times == 1 else f"{detail.field}.{times}")
    return tuple(places)


def text(names: Names) -> Text:
    """Return names as text for readers."""
    return dict(names.items())


def _one(words: str | Names) -> str:
    if isinstance(words, str):
        return words
    return words.get("en") or next(iter(words.values()))


def _parts(
    document: CenterDocument | FacilitatorDocument,
) -> Iterator[tuple[str, str, str, Borne]]:
    if document.identity is not None:
        yield "identity", "identity", _one(document.names), document.identity
    for field, detail in zip(detail_fields(document), document.details, strict=True):
        yield "detail", field, _one(detail.value), detail
    if isinstance(document, CenterDocument):
        yield from _of_center(document)
    else:
        yield from _of_facilitator(document)


def _of_center(document: CenterDocument) -> Iterator[tuple[str, str, str, Borne]]:
    for capability in document.capabilities:
        field = f"capability.{capability.key}"
        yield "capability", field, capability.value.value, capability
    for place, evidence in enumerate(document.evidence, 1):
        yield "evidence", f"evidence.{place}", evidence.claim, evidence
    for place, treatment in enumerate(document.treatments, 1):
        yield "treatment", f"treatment.{place}", treatment.route.value, treatment
    for place, trial in enumerate(document.trials, 1):
        words = trial.id or trial.name or trial.target or "trial"
        yield "trial", f"trial.{place}", words, trial


def _of_facilitator(
    document: FacilitatorDocument,
) -> Iterator[tuple[str, str, str, Borne]]:
    for served in document.cities:
        yield "city", f"city.{served.key}", served.key, served
    for spoken in document.languages:
        yield "language", f"language.{spoken.key}", spoken.key, spoken
    for place, service in enumerate(document.services, 1):
        yield "service", f"service.{place}", service.name, service
