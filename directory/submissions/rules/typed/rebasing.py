"""A draft on top of another version than the one that it began from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.submissions.rules.typed.filling import section_from
from directory.submissions.rules.typed.shape import (
    LISTS,
    Section,
    Typed,
    parts,
    same,
    whole,
)


@dataclass(frozen=True, slots=True)
class Rebased:
    """A draft after a new version.

    Args:
        typed: By section, as far as the hospital saved any.
        moved: Sections that show something else than before.
        kept: Parts that the hospital had changed and the new version changed too,
            as section and part; what the hospital typed stands.
    """

    typed: dict[str, Typed]
    moved: frozenset[Section]
    kept: tuple[tuple[Section, str], ...]


def rebased(
    typed: Mapping[str, Typed], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Rebased:
    """Return a draft as it stands on a new version.

    What the hospital did not touch takes the new published value; what it touched
    stays as it was typed.

    Args:
        typed: What was saved, by section.
        old: Canonical document that the draft began from.
        new: The one that is published now.
    """
    found: dict[str, Typed] = {}
    moved: set[Section] = set()
    kept: list[tuple[Section, str]] = []
    for section in Section:
        before, after = section_from(old, section), section_from(new, section)
        if before != after:
            moved.add(section)
        if section.value in typed:
            merged, stay = _section(section, typed[section.value], before, after)
            found[section.value] = merged
            kept += [(section, name) for name in stay]
    return Rebased(found, frozenset(moved), tuple(kept))


def touched(section: Section, typed: Typed, base: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts of a section that do not say what is published."""
    now, before = parts(section, typed), parts(section, section_from(base, section))
    return tuple(
        name
        for name in dict.fromkeys((*now, *before))
        if not same(now.get(name, ""), before.get(name, ""))
    )


def _section(
    section: Section, typed: Typed, old: Typed, new: Typed
) -> tuple[Typed, list[str]]:
    now, before, after = (parts(section, one) for one in (typed, old, new))
    result: dict[str, Any] = {}
    kept: list[str] = []
    # In the order of what is published; what only the hospital has comes last.
    for name in dict.fromkeys((*after, *now)):
        published, was = after.get(name), before.get(name)
        if name in now and (was is None or not same(now[name], was)):
            result[name] = now[name]
            if published is None and section in LISTS:
                # What it changed is published no more, so it is a new entry.
                result[name] = {**now[name], "was": ""}
            if was is not None and not same(published or "", was):
                kept.append(name)
        elif published is not None and (name in now or name not in before):
            result[name] = published
    return whole(section, result), kept
