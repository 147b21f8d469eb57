"""What templates may call: dates, numbers, text in a language, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import (
    format_currency,
    format_decimal,
    format_percent,
    format_time,
)
from markupsafe import Markup

from directory.cases.rules.quotes import CURRENCIES
from directory.core.days import written, written_month
from directory.core.text import Language, Said, Text, pick
from directory.listings.queries import center_pages, facilitator_pages
from directory.search.rules.values import Concept
from directory.web import (
    addresses,
    context,
    explaining,
    fields,
    labels,
    locale,
    roles,
    security,
    sentences,
    staff,
    steps,
    zones,
)
from directory.web.environment import Environment

if TYPE_CHECKING:
    from flask import Flask

MARK_BEGINS, MARK_ENDS = "\ue000", "\ue001"
"""Private characters around the words that a search found."""


class Piece(NamedTuple):
    """A stretch of a highlight, and whether it is what was looked for."""

    words: str
    is_found: bool


def said(text: Mapping[str, str] | str | None) -> Said | None:
    """Return words in the page's language, or the nearest, with their language."""
    return _said_in(context.language(), text)


def _said_in(language: Language, text: Mapping[str, str] | str | None) -> Said | None:
    if not text:
        return None
    if isinstance(text, str):
        return Said(text, Language.EN)
    try:
        return pick(text, language)
    except (LookupError, ValueError):
        return None


def other_names(text: Mapping[str, str]) -> tuple[Said, ...]:
    """Return the English and Chinese names other than the one already shown."""
    shown = said(text)
    return tuple(
        Said(text[code], Language(code))
        for code in ("zh", "en")
        if text.get(code) and (shown is None or text[code] != shown.words)
    )


def day(value: date | str | None) -> str:
    """Return a day, a month or a year in words, as exactly as it is known."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return written(value, context.language())
    year, _, month = (value or "").partition("-")
    try:
        if "-" in month:
            return written(date.fromisoformat(value or ""), context.language())
        if month:
            return written_month(date(int(year), int(month), 1), context.language())
    except ValueError:
        return value or ""
    return year


def moment(value: datetime) -> str:
    """Return a day and a time in words, in UTC."""
    time = format_time(value.astimezone(UTC), "short", rebase=False)
    return f"{day(value)}, {time} UTC"


def iso(value: date | datetime | str | None) -> str:
    """Return what ``<time datetime>`` holds."""
    if isinstance(value, date):
        return value.isoformat()
    return value or ""


def number(value: float) -> str:
    """Return a number as the page's language writes it."""
    return str(format_decimal(value))


def percent(value: float) -> str:
    """Return a share of a hundred as the page's language writes it."""
    return str(format_percent(value / 100, "#,##0.##%"))


def money(amount: float, currency: str) -> str:
    """Return an amount in whole units of its currency."""
    return str(format_currency(amount, currency, "¤#,##0", currency_digits=False))


def amount(value: Decimal, currency: str) -> str:
    """Return an exact amount, with decimals only if it has some."""
    places = 0 if value == value.to_integral_value() else CURRENCIES.get(currency, 2)
    pattern = f"¤#,##0.{'0' * places}".removesuffix(".")
    return str(format_currency(value, currency, pattern, currency_digits=False))


def pieces(highlight: str) -> Iterator[Piece]:
    """Cut a highlight at its marks; unpaired marks are ignored."""
    for index, part in enumerate(re.split(f"[{MARK_BEGINS}{MARK_ENDS}]", highlight)):
        if part:
            yield Piece(part, index % 2 == 1)


def has_words_around(highlight: str) -> bool:
    """Tell whether a highlight shows more than the words that were looked for."""
    return any(
        not piece.is_found and piece.words.strip() for piece in pieces(highlight)
    )


def host(url: str) -> str:
    """Return the name of the site that an address belongs to."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


def term(key: object, kind: str) -> str:
    """Return the word for a key, or the name of a listing, in the page's language."""
    return _term_in(context.language(), key, kind)


def _term_in(language: Language, key: object, kind: str) -> str:
    name = key if type(key) is str else str(getattr(key, "value", key))
    vocabulary = context.vocabulary()
    kept: str | None = vocabulary.made.get((language, kind, name))
    if kept is not None:
        return kept
    names = vocabulary.words.get((kind, name)) or _names(kind, name)
    words = said(names)
    if words is None:
        # Not kept: what nobody knows may be anything that stands in an address.
        table = {
            "route": labels.ROUTES,
            "audience": labels.AUDIENCES,
            "type": labels.TYPES,
        }.get(kind, {})
        return labels.word(table, name)
    return vocabulary.once((language, kind, name), lambda: words.words)


def _names(kind: str, slug: str) -> Text | None:
    """Return the names of a published listing that a reading is about."""
    ask = {"center": center_pages, "facilitator": facilitator_pages}.get(kind)
    if ask is None:
        return None
    pages = ask(context.session(), (slug,), today=context.today())
    return pages[0].names if pages else None


def concept(key: str, kind: Concept | str | None) -> str:
    """Return what a reading or a reason is about, in words."""
    return _concept_in(context.language(), key, kind)


def _concept_in(language: Language, key: str, kind: Concept | str | None) -> str:
    if kind is None:
        return key
    name = kind if type(kind) is str else str(getattr(kind, "value", kind))
    return _term_in(language, key, name)


def sentence(line: sentences.Told, zone: ZoneInfo) -> Markup:
    """Return what a line of a case's timeline tells."""
    return sentences.sentence(line, zone, center)


def center(slug: str) -> str:
    """Return the name of a center in the page's language."""
    return term(slug, "center")


def has(endpoint: str) -> bool:
    """Tell whether the application has a page of this name."""
    return endpoint in current_app.view_functions


def asset(name: str) -> str:
    """Return the address of a file of the static folder; it has no language."""
    assets = current_app.extensions["assets"]
    return str(assets.url(name, locale.root()))


def base_url() -> str:
    """Return the public address of the directory, without a path."""
    settings = context.tools().settings
    return settings.base_url or request.host_url.rstrip("/")


def absolute(path: str) -> str:
    """Return the public address of an own path."""
    return base_url() + path


def alternates() -> list[tuple[Language, str]]:
    """Return this page's address in each language."""
    return [
        (language, absolute(locale.in_language(language, locale.here())))
        for language in Language
    ]


def once(name: str, macro: Callable[..., str], *given: str | None) -> str:
    """Return what a macro made, for what is the same on every page in a language.

    Args:
        name: Of what it makes.
        macro: Uses what it is given, the words of the page's language and
            addresses, and nothing else: no vocabulary, no database.
        given: All that it depends on besides.
    """
    key = (context.language(), request.script_root, name, given)
    made: dict[object, str] = current_app.extensions[MADE_ONCE]
    found = made.get(key)
    if found is None:
        found = macro(*given)
        if len(made) < MOST_KEPT:
            made[key] = found
    return found


MADE_ONCE = "made-once"
"""Where the application keeps what :func:`once` made, in ``app.extensions``."""

TABLES: Mapping[str, Mapping[Any, object]] = {
    "role_meaning": roles.MEANINGS,
    "organization_kind": roles.KINDS,
    "invitation_state": roles.STATES,
    "capacity_words": labels.CAPACITIES,
    "correction_state_words": labels.CORRECTION_STATES,
    "sample_verdict_words": labels.SAMPLE_VERDICTS,
    "claim_proof_words": labels.CLAIM_PROOFS,
    "claim_state_words": labels.CLAIM_STATES,
    "rule_words": labels.RULES,
    "value_words": labels.VALUES,
    "basis_words": labels.BASES,
    "basis_meaning": labels.BASIS_MEANINGS,
    "route_words": labels.ROUTES,
    "route_meaning": labels.ROUTE_MEANINGS,
    "evidence_words": labels.EVIDENCE,
    "match_words": labels.MATCHES,
    "sort_words": labels.SORTS,
    "facet_words": labels.FACETS,
    "concept_words": labels.CONCEPTS,
    "kind_words": labels.KINDS,
    "source_kind_words": labels.SOURCE_KINDS,
    "detail_words": labels.DETAILS,
    "not_covered_words": labels.NOT_COVERED,
    "therapy_role_words": labels.THERAPY_ROLES,
    "therapy_role_meaning": labels.THERAPY_ROLE_MEANINGS,
    "market_words": labels.MARKET_STATUSES,
    "therapy_detail_words": labels.THERAPY_DETAILS,
    "withheld_words": labels.WITHHELD,
    "figure_words": labels.TRIAL_FIGURES,
    "verdict_words": labels.VERDICTS,
    "claim_section_words": labels.CLAIM_SECTIONS,
    "correction_words": labels.CORRECTIONS,
    "case_state_words": steps.STATES,
    "side_words": steps.SIDES,
    "closing_words": steps.CLOSINGS,
    "decline_words": steps.DECLINES,
    "lack_words": steps.LACKS,
    "pause_words": steps.PAUSES,
    "referral_words": steps.REFERRAL_STATES,
    "quote_words": steps.QUOTE_STATES,
    "quote_line_words": steps.QUOTE_LINES,
    "call_words": steps.CALL_STATES,
    "rules_state_words": steps.RULE_STATES,
    "document_words": steps.DOCUMENT_KINDS,
    "document_state_words": steps.DOCUMENT_STATES,
    "tone": steps.TONES,
}
"""Filters that put a key into words."""

MOST_KEPT = 4096
"""Numbers and days that are kept as a language writes them."""


def in_language(language: Language) -> Mapping[str, Callable[..., Any]]:
    """Return the filters of templates in one language, which keep what they made.

    They may be called only while a page in this language is made.
    """
    return {
        "said": partial(_said_in, language),
        "term": partial(_term_in, language),
        "concept": partial(_concept_in, language),
        "number": lru_cache(MOST_KEPT, typed=True)(number),
        "day": lru_cache(MOST_KEPT, typed=True)(day),
        **{name: _kept(table) for name, table in TABLES.items()},
    }


def _kept(table: Mapping[Any, object]) -> Callable[[object], str]:
    words: dict[str, str] = {}

    def word(key: object) -> str:
        name = key if type(key) is str else str(getattr(key, "value", key))
        found = words.get(name)
        if found is None:
            found = labels.word(table, name)
            if name in table:
                words[name] = found
        return found

    return word


def install(app: Flask) -> None:
    """Give templates their filters and globals."""
    env = app.jinja_env
    app.extensions[MADE_ONCE] = {}
    addresses.install(app)
    env.filters.update(
        said=said,
        other_names=other_names,
        day=day,
        moment=moment,
        iso=iso,
        number=number,
        percent=percent,
        money=money,
        amount=amount,
        pieces=pieces,
        has_words_around=has_words_around,
        host=host,
        term=term,
        concept=concept,
        role_words=roles.role_words,
        parameters=fields.parameters,
        component=fields.component,
        problems=fields.problems,
        step_words=steps.step_words,
        sentence=sentence,
        explained=explaining.explained,
        met=explaining.met,
        falls_back=explaining.falls_back,
        clock=zones.clock,
        day_at=zones.day_at,
        hour_at=zones.hour_at,
        **{name: partial(labels.word, table) for name, table in TABLES.items()},
    )
    if isinstance(env, Environment):
        env.bound = in_language
    env.globals.update(
        language=context.language,
        languages=lambda: locale.NAMES,
        today=context.today,
        retention=lambda: context.tools().settings.retention,
        nonce=security.nonce,
        once=once,
        asset=asset,
        has=has,
        absolute=absolute,
        alternates=alternates,
        here=locale.here,
        anywhere=lambda: locale.root() + locale.here(),
        here_with_query=locale.here_with_query,
        in_language=locale.in_language,
        Language=Language,
        may=staff.may,
        signed_in=context.signed_in,
        staff_menu=staff.menu,
    )
    env.tests["text"] = lambda value: isinstance(value, Mapping)
