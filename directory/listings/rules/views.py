"""What readers of listings are given: frozen values made from a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directory.core.text import Text
from directory.listings.rules.document import (
    CAPABILITIES,
    Basis,
    Capability,
    CenterDocument,
    Detail,
    FacilitatorDocument,
    Place,
    Route,
    Source,
    Treatment,
    Trial,
    Value,
)
from directory.listings.rules.facts import Fact, facts, sources, text
from directory.listings.rules.freshness import is_overdue, next_due


@dataclass(frozen=True, slots=True, kw_only=True)
class BorneView:
    """What bears a statement out.

    Args:
        field: Its place, unique on the page, e.g. ``capability.icu``, ``trial.1``.
        basis: Why it may be believed; ``None`` only where nothing is stated.
        source: The page that says it, if one does.
        statement: The fact relied on, in our own words.
        as_of: Day, month or year of the source, if it gives one.
        checked_on: Day of the last look.
        checked_by: Who looked.
        next_due: Day of the next look.
        is_overdue: Whether that day has passed; never for what is not stated.
        note: What else the checker wrote down.
    """

    field: str
    basis: Basis | None
    source: Source | None
    statement: str | None
    as_of: str | None
    checked_on: date
    checked_by: str
    next_due: date
    is_overdue: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView(BorneView):
    """One fact.

    Args:
        key: Vocabulary key, name of the detail, or place in the list.
        value: Of a capability; otherwise ``None``.
        words: Of a detail, a claim or a service; by language where there are
            several.
        languages: Vocabulary keys, for an interpreter.
        is_recorded: Whether the document says anything of it, if only that
            nothing was found; otherwise nobody noted having looked or asked.
    """

    key: str
    value: Value | None = None
    words: Text | str | None = None
    languages: tuple[str, ...] = ()
    is_recorded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentView(BorneView):
    """The route by which a therapy is given; see ``Treatment``."""

    therapy: str | None
    indications: tuple[str, ...]
    route: Route
    setting: str | None
    payer: str | None
    related: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView(BorneView):
    """A trial; see ``Trial``."""

    id: str | None
    name: str | None
    target: str | None
    indication: str | None
    indications: tuple[str, ...]
    role: str | None
    registry_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What the pages of centers and facilitators have in common.

    Args:
        identity: How names, district, type, specialties and place are known.
        sources: Every page relied on, once.
        checked_on: Latest day on which one of its facts was checked.
        next_due: Earliest day on which something that it states is due.
    """

    slug: str
    version: int
    published_at: datetime
    names: Text
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    cautions: tuple[str, ...]
    identity: FactView | None
    details: tuple[FactView, ...]
    sources: tuple[Source, ...]
    checked_on: date
    next_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterPage(ListingPage):
    """One version of a center; see ``CenterDocument``.

    Args:
        capabilities: All of :data:`CAPABILITIES`, in that order; one that the
            document does not mention is not stated.
        evidence: What shows that CAR-T is given here at all.
    """

    city: str
    district: str | None
    types: tuple[str, ...]
    type_stated: str
    place: Place | None
    evidence_level: str
    adult: Value
    pediatric: Value
    indications: tuple[str, ...]
    indications_stated: tuple[str, ...]
    specialties: tuple[str, ...]
    capabilities: tuple[FactView, ...]
    evidence: tuple[FactView, ...]
    treatments: tuple[TreatmentView, ...]
    trials: tuple[TrialView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitatorPage(ListingPage):
    """One version of a facilitator; see ``FacilitatorDocument``.

    Args:
        cities: Vocabulary keys in ``key``.
        languages: Vocabulary keys in ``key``.
        services: Their names in ``words``.
    """

    cities: tuple[FactView, ...]
    languages: tuple[FactView, ...]
    services: tuple[FactView, ...]


def borne(page: ListingPage) -> tuple[BorneView, ...]:
    """Return every fact of a page, in its order."""
    own: tuple[BorneView, ...] = ()
    if isinstance(page, CenterPage):
        own = (*page.evidence, *page.treatments, *page.capabilities, *page.trials)
    elif isinstance(page, FacilitatorPage):
        own = (*page.services, *page.cities, *page.languages)
    identity = (page.identity,) if page.identity else ()
    return (*own, *page.details, *identity)


def center_view(
    document: CenterDocument, *, version: int, published_at: datetime, today: date
) -> CenterPage:
    """Return the page of one version of a center.

    Args:
        document: The version's document.
        version: Its number.
        published_at: Moment of its publication.
        today: The reader's day, against which facts are judged overdue.
    """
    found = facts(document)
    plain = _plain(found, today)
    common = _common(document, found, plain, version, published_at)
    return CenterPage(
        **common,
        city=document.city,
        district=document.district,
        types=document.types,
        type_stated=document.type_stated,
        place=document.place,
        evidence_level=document.evidence_level,
        adult=document.adult,
        pediatric=document.pediatric,
        indications=document.indications,
        indications_stated=document.indications_stated,
        specialties=document.specialties,
        capabilities=_all_capabilities(plain["capability"], common["checked_on"]),
        evidence=tuple(plain["evidence"]),
        treatments=tuple(
            _treatment_view(fact, fact.borne, today)
            for fact in found
            if isinstance(fact.borne, Treatment)
        ),
        trials=tuple(
            _trial_view(fact, fact.borne, today)
            for fact in found
            if isinstance(fact.borne, Trial)
        ),
    )


def facilitator_view(
    document: FacilitatorDocument,
    *,
    version: int,
    published_at: datetime,
    today: date,
) -> FacilitatorPage:
    """Return the page of one version of a facilitator; see :func:`center_view`."""
    found = facts(document)
    plain = _plain(found, today)
    return FacilitatorPage(
        **_common(document, found, plain, version, published_at),
        cities=tuple(plain["city"]),
        languages=tuple(plain["language"]),
        services=tuple(plain["service"]),
    )


def _common(
    document: CenterDocument | FacilitatorDocument,
    found: Sequence[Fact],
    plain: Mapping[str, list[FactView]],
    version: int,
    published_at: datetime,
) -> dict[str, Any]:
    checked_on = max((fact.borne.checked_on for fact in found), default=None)
    due = (fact.next_due for fact in found if fact.states_something)
    day = checked_on or published_at.date()
    return {
        "slug": document.slug,
        "version": version,
        "published_at": published_at,
        "names": text(document.names),
        "aliases": document.aliases,
        "former_names": document.former_names,
        "cautions": document.cautions,
        "identity": next(iter(plain["identity"]), None),
        "details": tuple(plain["detail"]),
        "sources": sources(found),
        "checked_on": day,
        "next_due": min(due, default=next_due("identity", day)),
    }


def _plain(found: Sequence[Fact], today: date) -> Mapping[str, list[FactView]]:
    by_part: defaultdict[str, list[FactView]] = defaultdict(list)
    for fact in found:
        if not isinstance(fact.borne, Treatment | Trial):
            by_part[fact.part].append(_fact_view(fact, today))
    return by_part


def _fact_view(fact: Fact, today: date) -> FactView:
    borne = fact.borne
    value: Value | None = None
    words: Text | str | None = fact.value
    languages: tuple[str, ...] = ()
    key = fact.field.rpartition(".")[2]
    if isinstance(borne, Capability):
        value, words, languages = borne.value, None, borne.languages
    elif isinstance(borne, Detail):
        key = borne.field
        words = borne.value if isinstance(borne.value, str) else text(borne.value)
    return FactView(
        **_borne(fact, today), key=key, value=value, words=words, languages=languages
    )


def _treatment_view(fact: Fact, treatment: Treatment, today: date) -> TreatmentView:
    return TreatmentView(
        **_borne(fact, today),
        therapy=treatment.therapy,
        indications=treatment.indications,
        route=treatment.route,
        setting=treatment.setting,
        payer=treatment.payer,
        related=treatment.related,
    )


def _trial_view(fact: Fact, trial: Trial, today: date) -> TrialView:
    return TrialView(
        **_borne(fact, today),
        id=trial.id,
        name=trial.name,
        target=trial.target,
        indication=trial.indication,
        indications=trial.indications,
        role=trial.role,
        registry_url=trial.registry_url,
    )


def _borne(fact: Fact, today: date) -> dict[str, Any]:
    borne = fact.borne
    return {
        "field": fact.field,
        "basis": borne.basis,
        "source": borne.source,
        "statement": borne.statement,
        "as_of": borne.as_of,
        "checked_on": borne.checked_on,
        "checked_by": borne.checked_by,
        "next_due": fact.next_due,
        "is_overdue": fact.states_something and is_overdue(fact.next_due, today),
        "note": borne.note,
    }


def _all_capabilities(
    stated: Sequence[FactView], checked_on: date
) -> tuple[FactView, ...]:
    by_key = {view.key: view for view in stated}
    in_order = (
        by_key.pop(key) if key in by_key else _not_stated(key, checked_on)
        for key in CAPABILITIES
    )
    return (*in_order, *by_key.values())


def _not_stated(key: str, checked_on: date) -> FactView:
    field = f"capability.{key}"
    return FactView(
        field=field,
        key=key,
        value=Value.NOT_STATED,
        basis=None,
        source=None,
        statement=None,
        as_of=None,
        checked_on=checked_on,
        checked_by="editors",
        next_due=next_due(field, checked_on),
        is_overdue=False,
        note=None,
        is_recorded=False,
    )
