"""What a search takes and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import msgspec

from directory.core.text import Language, Text

PER_PAGE = 20
MOST_PER_PAGE = 100
FURTHEST = 500
"""Offset plus limit is never more than this."""

NOT = "not-"
"""Begins the name of a reading that the query takes back: ``not-city:beijing``."""


class Kind(StrEnum):
    """What a result is."""

    CENTER = "center"
    FACILITATOR = "facilitator"
    THERAPY = "therapy"
    GUIDE = "guide"


class Concept(StrEnum):
    """What a part of a query was understood as."""

    CITY = "city"
    CAPABILITY = "capability"
    THERAPY = "therapy"
    INDICATION = "indication"
    AUDIENCE = "audience"
    LANGUAGE = "language"
    CENTER = "center"
    FACILITATOR = "facilitator"
    GUIDE = "guide"
    TYPE = "type"
    ROUTE = "route"


class Match(StrEnum):
    """How much of what was asked a result is known to have."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    TEXT = "text"


class Sort(StrEnum):
    """Orders that a reader may ask for."""

    RELEVANCE = "relevance"
    NAME = "name"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Understood:
    """One part of the query, and what it was read as.

    Args:
        kind: Which sort of concept.
        key: Vocabulary key or slug, e.g. ``guangzhou``.
        text: The reader's own words, as typed.
        start: Where they begin in the text as typed, in characters.
        end: Where they end.
        others: Readings that were as good: ``(kind, key)`` pairs to offer.
        section: For a guide, the part of it that answers, if one does in
            particular.
    """

    kind: Concept
    key: str
    text: str
    start: int = 0
    end: int = 0
    others: tuple[tuple[Concept, str], ...] = ()
    section: str | None = None


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Why the directory has no answer, and the nearest thing that it has.

    Args:
        reason: ``city-not-covered``, ``disease-not-covered``,
            ``therapy-not-approved-in-china``, ``out-of-scope``, ``no-claim``
            or ``nonsense``.
        text: The words that it is about, as typed.
        near: ``(kind, key)`` pairs to offer instead.
    """

    reason: str
    text: str
    near: tuple[tuple[Concept, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was read.

    Args:
        text: The query as typed, cut to what is looked at.
        language: Language of the words, by script and vocabulary.
        understood: What was recognized, in the order typed.
        rest: What is left for the full text, joined by spaces; what was typed
            in quotes or with a star stands in it as ``"a phrase"`` and ``word*``.
        did_you_mean: A better spelling of the whole query, if there is one.
        not_covered: Why the directory cannot answer, if so.
        corrections: Names that people mix up, e.g. Carteyva: pairs of
            ``(typed, key of the note)``.
        is_cut: Whether more was typed than is looked at.
        negated: What the query says it is without: ``not in Beijing``. A city
            and a type are left out of the answer, other things are only not
            required. Undone by ``not-kind:key``.
        guessed: Readings, as ``kind:key``, that rest on a doubtful correction.
    """

    text: str
    language: Language
    understood: tuple[Understood, ...] = ()
    rest: str = ""
    did_you_mean: str | None = None
    not_covered: NotCovered | None = None
    corrections: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False
    negated: tuple[Understood, ...] = ()
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole question to the search: words, filters, order, page.

    Args:
        text: The words typed; cut and cleaned by the reader of queries.
        filters: Chosen values by facet: ``city``, ``capability``, ``therapy``,
            ``indication``, ``route``, ``type``, ``language``, ``audience``.
            Several cities, therapies or indications widen; several
            capabilities narrow.
        dropped: Readings that the reader undid, as ``kind:key``, or
            ``not-kind:key`` for what was read as not wanted.
        kinds: Kinds wanted; empty for all.
        confirmed_only: Hide what is not confirmed.
        sort: Order.
        page: From 1.
        per_page: How many, at most :data:`MOST_PER_PAGE`.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    confirmed_only: bool = False
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = PER_PAGE


class Why(msgspec.Struct, frozen=True, gc=False):
    """One reason for a result, for the web layer to put into words.

    Args:
        concept: What was asked.
        key: Which one.
        value: What is said of it: ``yes``, ``no``, ``not-stated``,
            ``refused``, ``conflicting``; ``unverified`` for a yes without a
            source; ``overdue`` for a yes whose re-check is overdue; ``name``,
            ``alias`` or ``text`` for a match in words.
    """

    concept: Concept | None
    key: str
    value: str


class Hit(msgspec.Struct, frozen=True, gc=False):
    """One result.

    Args:
        kind: What it is.
        slug: Its public name.
        names: Its names by language.
        city: Vocabulary key, for centers.
        match: How much of what was asked is known.
        why: The reasons, in the order of the query.
        highlights: Plain text around the words found; the words themselves
            stand between U+E000 and U+E001, for the page to mark.
        verified_on: The latest day on which one of its facts was checked.
        evidence_level: For centers, how well CAR-T itself is shown.
        score: For explaining; larger is better.
        section: For a guide, the part of it that answers, if one does in
            particular.
    """

    kind: Kind
    slug: str
    names: Text
    city: str | None
    match: Match
    why: tuple[Why, ...]
    highlights: tuple[str, ...]
    verified_on: date | None
    evidence_level: str | None = None
    score: float = 0.0
    section: str | None = None


class FacetValue(msgspec.Struct, frozen=True, gc=False):
    """One choice of a facet, with what there will be once it is chosen too."""

    key: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Something to drop, and how many centers there would then be."""

    drop: tuple[tuple[str, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """The answer: one page of results and all that explains them.

    Args:
        reading: How the query was read.
        total: How many results there are in all.
        confirmed: How many of these are confirmed.
        page: Which page this is, from 1; one past the end is empty.
        per_page: How many a page holds.
        items: The results, confirmed before partly before text.
        facets: Choices by facet.
        relaxations: Offered when there is nothing, or next to nothing.
        generation: Which state of the index answered.
        full_text: False when the index is missing and the database answered
            without full text.
    """

    reading: Reading
    total: int
    confirmed: int
    page: int
    per_page: int
    items: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxations: tuple[Relaxation, ...] = ()
    generation: str = ""
    full_text: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to offer while somebody types.

    Args:
        kind: ``center``, ``facilitator``, ``therapy``, ``guide``, ``city``,
            ``capability`` or ``indication``.
        key: Slug or vocabulary key.
        names: Words by language.
        matched: The spelling that matches what was typed; empty if that is a
            misspelling.
        section: Part of a guide that answers the question that matched.
        city: Vocabulary key, for centers.
        sought: What to mark in a name, as
            :func:`directory.search.rules.beginnings.marks` takes it.
        is_covered: Whether the directory has answers to it.
        before: Words that were typed before those that it completes; it then
            stands for these and its name together.
    """

    kind: str
    key: str
    names: Text
    matched: str
    section: str = ""
    city: str | None = None
    sought: tuple[str, ...] = ()
    is_covered: bool = True
    before: str = ""
