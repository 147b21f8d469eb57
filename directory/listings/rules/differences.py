"""What changed from one document to the next, field by field."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NUMBERED = frozenset({"evidence", "treatments", "trials", "services"})
"""Lists whose entries have no key of their own and go by their place."""

KEYED = frozenset({"capabilities", "cities", "languages"})
"""Lists whose entries are told apart by ``key``."""

SINGULAR: Mapping[str, str] = {
    "capabilities": "capability",
    "treatments": "treatment",
    "trials": "trial",
    "services": "service",
    "cities": "city",
    "languages": "language",
}
"""What one entry of a list is called in a field's name."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as it was.

    Args:
        field: Its place, as facts name it, or a field of the document.
        before: What it said, in words or as JSON; ``None`` if it was absent.
        after: What it says now; ``None`` if it is gone.
        basis: Basis of the fact now, if it is a fact with one.
        source: Address of its source now, if it has one.
        was: What the document said, as it stood there.
        now: What it says now.
    """

    field: str
    before: str | None
    after: str | None
    basis: str | None = None
    source: str | None = None
    was: Any = dataclasses.field(default=None, compare=False, repr=False)
    now: Any = dataclasses.field(default=None, compare=False, repr=False)


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Compare two canonical documents, e.g. two versions of one listing.

    Args:
        before: The earlier one; ``None`` if there was none.
        after: The later one.

    Returns:
        One entry per field that differs, in the order of the later document,
        then those that are gone. A change of basis, source or day alone counts
        as a change of its field.
    """
    old = by_field(before or {})
    new = by_field(after)
    changed = [
        _difference(name, old.get(name), value)
        for name, value in new.items()
        if old.get(name) != value
    ]
    gone = [_difference(name, value, None) for name, value in old.items()]
    return tuple(changed) + tuple(d for d in gone if d.field not in new)


def _difference(name: str, before: Any, after: Any) -> Difference:
    borne = after if isinstance(after, Mapping) else {}
    source = borne.get("source")
    return Difference(
        name,
        None if before is None else _words(before),
        None if after is None else _words(after),
        borne.get("basis"),
        source["url"] if isinstance(source, Mapping) else None,
        before,
        after,
    )


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def by_field(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a canonical document says, by field, in its order."""
    flat: dict[str, Any] = {}
    for name, value in document.items():
        part = SINGULAR.get(name, name)
        if name in KEYED:
            flat.update({f"{part}.{entry['key']}": entry for entry in value})
        elif name in NUMBERED:
            places = enumerate(value, 1)
            flat.update({f"{part}.{place}": entry for place, entry in places})
        elif name == "details":
            for entry in value:
                place = 1 + sum(
                    key == entry["field"] or key.startswith(f"{entry['field']}.")
                    for key in flat
                )
                suffix = "" if place == 1 else f".{place}"
                flat[f"{entry['field']}{suffix}"] = entry
        elif name == "names":
            pairs = value.items()
            flat.update({f"names.{language}": words for language, words in pairs})
        else:
            flat[name] = value
    return flat
