"""One fact as an editor types it, and as documents have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.core.text import Language
from directory.knowledge.rules.sources import Basis
from directory.listings.rules.document import Route, Value

WORDS_OF: Mapping[str, str] = {
    "evidence": "claim",
    "service": "name",
    "trial": "name",
}
"""What of an entry holds its words; of a detail it is ``value``."""

LANGUAGES = tuple(language.value for language in Language)


@dataclass(frozen=True, slots=True)
class Typed:
    """A fact as it is typed.

    Args:
        words: What it says, where it is words in one language.
        by_language: What it says, where it is words by language.
        choice: Value of a capability or route of a treatment.
        number: Of a trial, in a registry.
        source_url: The page that says so; none for what no page says.
        source_title: Its title.
        statement: What is relied on, in the editor's words.
        as_of: Day, month or year of the source.
        note: What else was noted.
    """

    words: str = ""
    by_language: Mapping[str, str] | None = None
    choice: str = ""
    number: str = ""
    source_url: str = ""
    source_title: str = ""
    statement: str = ""
    as_of: str = ""
    note: str = ""


def part_of(field: str) -> str:
    """Return what a fact is, e.g. ``capability``; ``detail`` for further fields."""
    part, _, rest = field.partition(".")
    known = {"capability", "treatment", "trial", "evidence", "service"}
    return part if part in known and rest else "detail"


def choices(field: str) -> tuple[str, ...]:
    """Return what may be chosen in a field; nothing where words are typed."""
    if part_of(field) == "capability":
        return tuple(Value)
    return tuple(Route) if part_of(field) == "treatment" else ()


def is_editable(field: str, value: Any) -> bool:
    """Tell whether a field is a fact of its own, with what bears it out."""
    is_fact = isinstance(value, Mapping) and "checked_on" in value
    return is_fact and (part_of(field) != "detail" or "field" in value)


def typed(field: str, value: Mapping[str, Any]) -> Typed:
    """Return a fact as the form shows it before anything is typed."""
    part = part_of(field)
    said = value.get(WORDS_OF.get(part, "value"))
    source = value.get("source") or {}
    return Typed(
        words=said if isinstance(said, str) and not choices(field) else "",
        by_language=dict(said) if isinstance(said, Mapping) else None,
        choice=str(value.get("value" if part == "capability" else "route", "")),
        number=value.get("id", "") if part == "trial" else "",
        source_url=source.get("url", ""),
        source_title=source.get("title", ""),
        statement=value.get("statement", ""),
        as_of=value.get("as_of", ""),
        note=value.get("note", ""),
    )


def edited(
    field: str, before: Mapping[str, Any], now: Typed, *, today: date
) -> dict[str, Any]:
    """Return a fact as documents have it, checked today by the editors.

    What has a source is sourced, and nothing else is: an editor's own word bears
    nothing out. A capability that is not stated has neither.

    Args:
        field: Its place.
        before: As it was published; what the form does not show is kept.
        now: As it was typed.
        today: The day on which the editor looked.
    """
    part = part_of(field)
    after = dict(before)
    for name in ("source", "statement", "as_of", "note", "basis", "checked_by"):
        after.pop(name, None)
    after["checked_on"] = today.isoformat()
    if part == "capability":
        after["value"] = now.choice
    elif part == "treatment":
        after["route"] = now.choice
    elif now.by_language is not None:
        after["value"] = {code: said for code, said in now.by_language.items() if said}
    else:
        after[WORDS_OF.get(part, "value")] = now.words
    if part == "trial":
        after["id"] = now.number
    if now.note:
        after["note"] = now.note
    if part == "capability" and now.choice == Value.NOT_STATED:
        after.pop("languages", None)
        return _without_empty(after)
    after["basis"] = (Basis.SOURCED if now.source_url else Basis.UNVERIFIED).value
    if now.source_url:
        after["source"] = _source(before, now)
    after |= {"statement": now.statement, "as_of": now.as_of}
    return _without_empty(after)


def _source(before: Mapping[str, Any], now: Typed) -> dict[str, Any]:
    known = before.get("source") or {}
    # What is known of the page stays, as long as it is the same page.
    kept = dict(known) if known.get("url") == now.source_url else {}
    return _without_empty({**kept, "url": now.source_url, "title": now.source_title})


def _without_empty(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part not in ("", None)}
