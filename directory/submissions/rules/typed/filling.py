"""What the form shows before anybody types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from directory.listings.rules.document import CAPABILITIES, Value
from directory.submissions.rules.typed.shape import (
    ASKED,
    CHOSEN,
    LANGUAGES,
    LISTS,
    WORDS,
    Section,
    Typed,
    cleaned,
)

PLACES: Mapping[Section, str] = {
    Section.CONTACT: "details",
    Section.THERAPIES: "treatments",
    Section.TRIALS: "trials",
}
"""Lists of the document that sections show."""

USUAL = ("address", "website")
"""What every hospital has, so that the form always asks for it."""


def typed_from(document: Mapping[str, Any]) -> dict[str, Typed]:
    """Return what the form shows at first, by section.

    Args:
        document: Canonical; empty for a hospital that is not listed yet.
    """
    return {section.value: section_from(document, section) for section in Section}


def section_from(document: Mapping[str, Any], section: Section) -> Typed:
    """Return what one section of the form shows at first."""
    if section in LISTS:
        rows = [
            {"was": was, **_row(section, it)} for was, it in named(document, section)
        ]
        if section is Section.CONTACT:
            there = {row["field"] for row in rows}
            rows += [{"field": name} for name in USUAL if name not in there]
        return cleaned(section, {"rows": rows})
    if section in ASKED:
        known = {one["key"]: one for one in document.get("capabilities", ())}
        return cleaned(
            section, {key: _capability(known.get(key)) for key in ASKED[section]}
        )
    return cleaned(section, _identity(document))


def named(
    document: Mapping[str, Any], section: Section
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the entries of a list, each with a name that outlives its place."""
    seen: Counter[str] = Counter()
    for entry in document.get(PLACES[section], ()):
        name = _called(section, entry)
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name}.{seen[name]}"), entry


def _called(section: Section, entry: Mapping[str, Any]) -> str:
    if section is Section.CONTACT:
        return str(entry["field"])
    if section is Section.THERAPIES:
        return f"product-{entry.get('therapy') or 'none'}"
    words = entry.get("id") or entry.get("name") or entry.get("target") or ""
    return f"trial-{sha256(words.encode()).hexdigest()[:12]}"


def _identity(document: Mapping[str, Any]) -> dict[str, Any]:
    names = document.get("names", {})
    found = {name: document.get(name, "") for name in WORDS[Section.IDENTITY]}
    found |= {f"name_{code}": names.get(code, "") for code in LANGUAGES}
    for name in ("aliases", "former_names", "specialties"):
        found[name] = "\n".join(document.get(name, ()))
    for name in CHOSEN[Section.IDENTITY]:
        found[name] = list(document.get(name, ()))
    for name in ("adult", "pediatric"):
        found[name] = found[name] or Value.NOT_STATED.value
    return {**found, **_borne(document.get("identity") or {})}


def _capability(one: Mapping[str, Any] | None) -> dict[str, Any]:
    if one is None or one["key"] not in CAPABILITIES:
        return {"value": Value.NOT_STATED.value}
    return {
        "value": one["value"],
        "statement": one.get("statement", ""),
        "languages": list(one.get("languages", ())),
        **_borne(one),
    }


def _row(section: Section, entry: Mapping[str, Any]) -> dict[str, Any]:
    if section is not Section.CONTACT:
        found = {name: entry.get(name, "") for name in WORDS[section] if name != "was"}
        found["indications"] = list(entry.get("indications", ()))
        return {**found, **_borne(entry)}
    said = entry["value"]
    words = said if isinstance(said, Mapping) else {"words": said}
    return {"field": entry["field"], **words, **_borne(entry)}


def _borne(one: Mapping[str, Any]) -> dict[str, str]:
    source = one.get("source") or {}
    return {"source_url": source.get("url", ""), "as_of": one.get("as_of", "")}
