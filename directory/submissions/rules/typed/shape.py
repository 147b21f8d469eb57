"""What is typed: sections, their parts, and how parts are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from directory.core.text import Language
from directory.listings.rules.document import CAPABILITIES

MOST_CHARACTERS = 10_000
"""Of one field of the form; more is not even kept."""

MOST_ROWS = 50
"""Entries of one list: more than any hospital has products, or trials of CAR-T."""

MOST_CHOSEN = 100
"""Boxes ticked in one field."""

CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n"}
"""Characters that no keyboard types and no page may hold."""

LANGUAGES = tuple(language.value for language in Language)

Typed = dict[str, Any]
"""One section as it was typed: words, lists of choices, and entries of lists."""


class Section(StrEnum):
    """A page of the form, in the order of the task list."""

    IDENTITY = "identity"
    CONTACT = "contact"
    CAPABILITIES = "capabilities"
    THERAPIES = "therapies"
    TRIALS = "trials"
    SERVICES = "services"


FOR_VISITORS = (
    "international_desk",
    "interpreter",
    "remote_consultation",
    "invitation_letter",
    "international_self_pay",
    "lodging_nearby",
)
"""Capabilities that stand on the page about patients from abroad."""

ASKED: Mapping[Section, tuple[str, ...]] = {
    Section.CAPABILITIES: tuple(key for key in CAPABILITIES if key not in FOR_VISITORS),
    Section.SERVICES: FOR_VISITORS,
}
"""Capabilities that a section asks for."""

WORDS: Mapping[Section, tuple[str, ...]] = {
    Section.IDENTITY: (
        *(f"name_{language}" for language in LANGUAGES),
        *("aliases", "former_names", "city", "district", "type_stated"),
        *("adult", "pediatric", "specialties", "source_url", "as_of"),
    ),
    Section.CAPABILITIES: ("value", "statement", "source_url", "as_of"),
    Section.SERVICES: ("value", "statement", "source_url", "as_of"),
    Section.CONTACT: ("was", "field", "words", *LANGUAGES, "source_url", "as_of"),
    Section.THERAPIES: (
        *("was", "therapy", "route", "setting", "payer"),
        *("statement", "source_url", "as_of"),
    ),
    Section.TRIALS: (
        *("was", "id", "name", "target", "indication", "role"),
        *("statement", "source_url", "as_of"),
    ),
}
"""Fields of a section, or of each of its entries, that are words."""

CHOSEN: Mapping[Section, tuple[str, ...]] = {
    Section.IDENTITY: ("types", "indications"),
    Section.CAPABILITIES: (),
    Section.SERVICES: ("languages",),
    Section.CONTACT: (),
    Section.THERAPIES: ("indications",),
    Section.TRIALS: ("indications",),
}
"""Fields in which any number of keys is chosen."""

LISTS = frozenset({Section.CONTACT, Section.THERAPIES, Section.TRIALS})
"""Sections that are a list of entries, each with what it was before."""


def cleaned(section: Section, typed: Mapping[str, Any]) -> Typed:
    """Return what was typed in the shape of its section, and nothing else.

    Whatever is wrong with the words themselves stays; what no form sends goes.
    """
    if section in ASKED:
        return {
            key: _fields(section, _mapping(typed.get(key))) for key in ASKED[section]
        }
    if section in LISTS:
        rows = typed.get("rows")
        found = rows if isinstance(rows, list | tuple) else ()
        return {"rows": [_fields(section, _mapping(row)) for row in found[:MOST_ROWS]]}
    return _fields(section, typed)


def parts(section: Section, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section cut into what is changed, compared and chosen as one.

    Each field of the identity, each capability, each entry of a list. Entries that
    were published go by what they were, new ones count up.
    """
    if section not in LISTS:
        return dict(typed)
    found: dict[str, Any] = {}
    new = 0
    for row in typed.get("rows", ()):
        name = row["was"]
        if not name or name in found:
            new += 1
            name = f"new-{new}"
        found[name] = row
    return found


def whole(section: Section, found: Mapping[str, Any]) -> Typed:
    """Return a section from its parts; the way back of :func:`parts`."""
    if section not in LISTS:
        return dict(found)
    return {"rows": list(found.values())}


def same(one: Any, other: Any) -> bool:
    """Tell whether two things that were typed say the same.

    Spaces, line ends and the order of ticked boxes are nothing that anybody typed.
    """
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(
            same(one.get(name, ""), other.get(name, ""))
            for name in {*one, *other} - {"was"}
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if all(isinstance(each, str) for each in (*one, *other)):
            return sorted(one) == sorted(other)
        return len(one) == len(other) and all(map(same, one, other))
    return not one and not other


def is_empty(row: Mapping[str, Any]) -> bool:
    """Tell whether nobody wrote anything into an entry of a list."""
    return not any(
        "".join(value).strip()
        for name, value in row.items()
        if name not in {"was", "field"}
    )


def _fields(section: Section, typed: Mapping[str, Any]) -> Typed:
    found: Typed = {name: _words(typed.get(name)) for name in WORDS[section]}
    for name in CHOSEN[section]:
        found[name] = _keys(typed.get(name))
    return found


def _mapping(typed: Any) -> Mapping[str, Any]:
    return typed if isinstance(typed, Mapping) else {}


def _words(typed: Any) -> str:
    if not isinstance(typed, str):
        return ""
    plain = typed.replace("\r\n", "\n").replace("\r", "\n")
    return plain.translate(CONTROLS)[:MOST_CHARACTERS]


def _keys(typed: Any) -> list[str]:
    found: Iterable[Any] = typed if isinstance(typed, list | tuple) else ()
    keys = [key.translate(CONTROLS)[:120] for key in found if isinstance(key, str)]
    return keys[:MOST_CHOSEN]
