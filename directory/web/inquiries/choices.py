"""Lists to choose from: countries, languages, illnesses, centers, facilitators."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale
from flask_babel import get_locale, gettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from directory.core.text import Language
from directory.listings.queries import center_pages, facilitator_pages
from directory.listings.rules.views import CenterPage, FacilitatorPage
from directory.submissions.queries.capacity import (
    CapacityView,
    center_capacities,
    kept_here,
)
from directory.web import context, filters, locale
from directory.web.inquiries import labels
from directory.web.labels import CITIES

NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"}
    | {"XA", "XB", "ZZ"}
)
"""Two-letter codes of CLDR that are unions, outposts or tests."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a center that matters to who asks it.

    Args:
        capacity: What it said of its capacity, while that counts.
        answers_here: Whether its own office answers through this directory.
    """

    capacity: CapacityView | None
    answers_here: bool


NO_LANGUAGES = frozenset({"mul", "und", "zxx"})


def of(
    words: Mapping[StrEnum, str],
    hints: Mapping[StrEnum, str] | None = None,
    alone: Iterable[StrEnum] = (),
) -> list[SelectChoice]:
    """Return the members of a list of words as choices.

    Args:
        words: What each is called.
        hints: What more is said of some.
        alone: Those that cannot be chosen together with others.
    """
    only = set(alone)
    return [
        SelectChoice(
            value=key.value,
            label=label,
            render_kw={
                **({"hint": hints[key]} if hints and key in hints else {}),
                **({"exclusive": True} if key in only else {}),
            },
        )
        for key, label in words.items()
    ]


def countries() -> list[SelectChoice]:
    """Return every country by its name in the page's language."""
    names = _babel().territories
    found = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    return [_nothing(), *_sorted(found)]


def languages() -> list[SelectChoice]:
    """Return the languages of the interface, then all others by name."""
    names = _babel().languages
    found = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code not in set(Language) | NO_LANGUAGES
    }
    first = [
        SelectChoice(value=language.value, label=name)
        for language, name in locale.NAMES.items()
    ]
    return [*first, *_sorted(found)]


def country_name(code: str) -> str:
    """Return what a country is called in the page's language."""
    return str(_babel().territories.get(code, code))


def language_name(code: str) -> str:
    """Return what a language is called in the page's language."""
    return str(_babel().languages.get(code, code))


def diagnoses() -> list[SelectChoice]:
    """Return the illnesses of the vocabulary, then the two answers beside them."""
    found = {
        key: filters.term(key, "indication")
        for kind, key in context.words()
        if kind == "indication"
    }
    beside = [
        SelectChoice(value=key, label=str(label))
        for key, label in labels.DIAGNOSES.items()
    ]
    return [_nothing(), *_sorted(found), *beside]


def diagnosis_name(key: str) -> str:
    """Return what an illness is called in the page's language."""
    beside = labels.DIAGNOSES.get(key)
    return str(beside) if beside is not None else filters.term(key, "indication")


def centers() -> tuple[CenterPage, ...]:
    """Return the published centers."""
    return center_pages(context.session(), today=context.today())


def facilitators() -> tuple[FacilitatorPage, ...]:
    """Return the published facilitators."""
    return facilitator_pages(context.session(), today=context.today())


def standing(slugs: Iterable[str]) -> dict[str, Standing]:
    """Return what is known of centers that matters to who asks them."""
    known = list(slugs)
    session = context.session()
    said = center_capacities(session, known, today=context.today())
    here = kept_here(session, known)
    return {slug: Standing(said.get(slug), slug in here) for slug in known}


def by_city(
    pages: Iterable[CenterPage], chosen: Collection[str] = ()
) -> list[tuple[str, list[CenterPage]]]:
    """Return centers by the name of their city, in the directory's order of cities.

    Args:
        pages: The centers; those of a city are sorted by name.
        chosen: Slugs of those that were chosen before. They come first in their
            city, and their cities come first.
    """
    found: dict[str, list[CenterPage]] = {}
    for page in pages:
        found.setdefault(page.city, []).append(page)
    picked = {
        page.city for group in found.values() for page in group if page.slug in chosen
    }
    usual = {city: place for place, city in enumerate(CITIES)}
    return [
        (
            filters.term(city, "city"),
            sorted(
                found[city],
                key=lambda page: (page.slug not in chosen, _key(name(page))),
            ),
        )
        for city in sorted(
            found,
            key=lambda city: (city not in picked, usual.get(city, len(usual)), city),
        )
    ]


def name(page: CenterPage | FacilitatorPage) -> str:
    """Return what a listing is called in the page's language."""
    words = filters.said(page.names)
    return words.words if words else page.slug


def recipients(names: Iterable[str]) -> dict[str, CenterPage | FacilitatorPage]:
    """Return the published listings of these names, ``kind:slug``, in their order."""
    wanted = list(names)
    slugs = {
        kind: [slug for k, _, slug in (n.partition(":") for n in wanted) if k == kind]
        for kind in ("center", "facilitator")
    }
    session, today = context.session(), context.today()
    found: dict[str, CenterPage | FacilitatorPage] = {
        f"center:{page.slug}": page
        for page in center_pages(session, slugs["center"], today=today)
    }
    for page in facilitator_pages(session, slugs["facilitator"], today=today):
        found[f"facilitator:{page.slug}"] = page
    return {n: found[n] for n in wanted if n in found}


def recipient_name(
    recipient: str, found: Mapping[str, CenterPage | FacilitatorPage]
) -> str:
    """Return what a recipient is called; its slug if it is no longer listed."""
    page = found.get(recipient)
    return name(page) if page else recipient.partition(":")[2]


def _babel() -> Locale:
    return get_locale() or Locale("en")


def _nothing() -> SelectChoice:
    return SelectChoice(value="", label=gettext("Choose one"))


def _sorted(found: Mapping[str, str]) -> list[SelectChoice]:
    return [
        SelectChoice(value=key, label=label)
        for key, label in sorted(found.items(), key=lambda pair: _key(pair[1]))
    ]


def _key(words: str) -> str:
    """Return what words are sorted by: without accents and case."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
