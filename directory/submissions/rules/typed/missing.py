"""What a draft does not say yet, or says without anything that bears it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from directory.listings.rules.document import Value
from directory.submissions.rules.typed.filling import USUAL
from directory.submissions.rules.typed.rebasing import touched
from directory.submissions.rules.typed.shape import (
    ASKED,
    LISTS,
    Section,
    Typed,
    is_empty,
    parts,
)


class Lack(StrEnum):
    """What is missing of a field; it keeps nobody from submitting."""

    NOT_STATED = "not-stated"
    EVIDENCE = "evidence"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the hospital could still say.

    Args:
        section: Where.
        part: The field, or the entry of a list, as parts of a section are named.
        lack: What is missing of it.
    """

    section: Section
    part: str
    lack: Lack


def missing(
    base: Mapping[str, Any],
    typed: Mapping[str, Typed],
    *,
    borne_out: Collection[str] = frozenset(),
) -> tuple[Missing, ...]:
    """Return what is missing, in the order of the form.

    Only what the hospital itself changed is asked for evidence and day: the rest
    stands on what the directory found.

    Args:
        base: Canonical document that the draft began from.
        typed: Every section, as it stands.
        borne_out: Fields to which a link or a file was added.
    """
    found: list[Missing] = []
    for section in Section:
        now = typed[section.value]
        silent = _not_stated(section, now)
        found += [Missing(section, part, Lack.NOT_STATED) for part in silent]
        if section is Section.IDENTITY:
            continue
        entries = parts(section, now)
        for part in touched(section, now, base):
            row = entries.get(part)
            if row is None or part in silent or _says_nothing(section, row):
                continue
            if not row["source_url"].strip() and _field(section, part) not in borne_out:
                found.append(Missing(section, part, Lack.EVIDENCE))
            if not row["as_of"].strip():
                found.append(Missing(section, part, Lack.DAY))
    return tuple(found)


def _not_stated(section: Section, typed: Typed) -> tuple[str, ...]:
    if section in ASKED:
        names = ASKED[section]
        return tuple(
            key for key in names if typed[key]["value"] == Value.NOT_STATED.value
        )
    if section is Section.IDENTITY:
        asked = ("adult", "pediatric")
        return tuple(name for name in asked if typed[name] == Value.NOT_STATED.value)
    rows = [row for row in typed["rows"] if not is_empty(row)]
    if section is Section.CONTACT:
        there = {row["field"] for row in rows}
        return tuple(name for name in USUAL if name not in there)
    return () if rows or section is Section.TRIALS else ("treatment",)


def _says_nothing(section: Section, row: Mapping[str, Any]) -> bool:
    return section in LISTS and is_empty(row)


def _field(section: Section, part: str) -> str:
    return f"capability.{part}" if section in ASKED else part
