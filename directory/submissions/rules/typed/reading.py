"""From what was typed to the document that it means, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from directory.knowledge.rules.digest import canonical
from directory.listings.rules.document import (
    CAPABILITIES,
    CenterDocument,
    Value,
)
from directory.submissions.rules.typed.checking import (
    MOST_LONG,
    Checker,
    Problem,
    Wrong,
)
from directory.submissions.rules.typed.filling import section_from
from directory.submissions.rules.typed.identity import identity
from directory.submissions.rules.typed.rebasing import touched
from directory.submissions.rules.typed.rows import details, treatments, trials
from directory.submissions.rules.typed.shape import (
    ASKED,
    Section,
    Typed,
    cleaned,
    same,
)
from directory.submissions.rules.typed.standing import VALUES, Hand, Known


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draft means.

    Args:
        document: The whole listing as it would be; nothing if something is wrong.
        problems: All that must be put right before it can be submitted.
        changed: Parts that do not say what is published, as section and part.
    """

    document: CenterDocument | None
    problems: tuple[Problem, ...]
    changed: tuple[tuple[Section, str], ...]

    def wrong_in(self, section: Section) -> tuple[Problem, ...]:
        """Return what is wrong in one section."""
        return tuple(one for one in self.problems if one.section is section)


def read(
    base: Mapping[str, Any],
    typed: Mapping[str, Mapping[str, Any]],
    known: Known,
    hand: Hand,
) -> Reading:
    """Return what a draft means.

    A fact that the hospital did not touch keeps its basis, source and days. One
    that it changed is the hospital's word of today.

    Args:
        base: Canonical document that the draft began from; empty for a hospital
            that is not listed yet.
        typed: What was typed, by section; a section that nobody saved says what is
            published.
        known: What may be chosen.
        hand: Whose word it is.
    """
    problems: list[Problem] = []
    changed: list[tuple[Section, str]] = []
    document = dict(base) or _blank(hand)
    for section in Section:
        given = typed.get(section.value)
        if given is None and base:
            continue
        now = cleaned(section, given or section_from(base, section))
        names = touched(section, now, base)
        changed += [(section, name) for name in names]
        checker = Checker(section, hand.today)
        _put(document, section, now, frozenset(names), checker, known, hand, base)
        problems += checker.problems
    if problems:
        return Reading(None, tuple(problems), tuple(changed))
    try:
        found = CenterDocument.model_validate({**document, "slug": hand.slug})
    except ValidationError:
        wrong = Problem(Section.IDENTITY, "", Wrong.WHOLE)
        return Reading(None, (wrong,), tuple(changed))
    return Reading(found, (), tuple(changed))


def as_document(reading: Reading) -> dict[str, Any] | None:
    """Return the canonical form of what a draft means, if nothing is wrong."""
    return canonical(reading.document) if reading.document else None


def _blank(hand: Hand) -> dict[str, Any]:
    day = hand.today.isoformat()
    return {
        "kind": "center",
        "slug": hand.slug,
        "evidence_level": "unverified",
        "adult": Value.NOT_STATED.value,
        "pediatric": Value.NOT_STATED.value,
        "capabilities": [
            {"key": key, "value": Value.NOT_STATED.value, "checked_on": day}
            for key in CAPABILITIES
        ],
    }


def _put(
    document: dict[str, Any],
    section: Section,
    typed: Typed,
    names: frozenset[str],
    checker: Checker,
    known: Known,
    hand: Hand,
    base: Mapping[str, Any],
) -> None:
    """Put what was changed in a section into the document."""
    if section is Section.IDENTITY:
        identity(document, typed, names, checker, known, hand)
    elif section in ASKED:
        _capabilities(document, typed, names, checker, known, hand)
    elif section is Section.CONTACT:
        document["details"] = details(base, typed, checker, hand)
    elif section is Section.THERAPIES:
        document["treatments"] = treatments(base, typed, checker, known, hand)
    else:
        document["trials"] = trials(base, typed, checker, known, hand)


def _capabilities(
    document: dict[str, Any],
    typed: Typed,
    names: frozenset[str],
    checker: Checker,
    known: Known,
    hand: Hand,
) -> None:
    stand = {one["key"]: one for one in document["capabilities"]}
    said: dict[str, dict[str, Any]] = {
        key: _capability(key, typed[key], stand.get(key), checker, known, hand)
        for key in typed
        if key in names
    }
    document["capabilities"] = [
        *(said.pop(one["key"], one) for one in document["capabilities"]),
        *said.values(),
    ]


def _capability(
    key: str,
    typed: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    checker: Checker,
    known: Known,
    hand: Hand,
) -> dict[str, Any]:
    stood = (before or {}).get("value")
    value = typed["value"]
    if value != stood:
        value = checker.choice(f"{key}-value", value, VALUES)
    if value == Value.NOT_STATED:
        # What was said of it goes with it; the form keeps it until then.
        found = {"key": key, "value": value, "checked_on": hand.today.isoformat()}
        return dict(before) if before and stood == value else found
    said: dict[str, Any] = {
        "key": key,
        "value": value,
        "statement": checker.words(
            f"{key}-statement", typed["statement"], most=MOST_LONG
        ),
        **checker.borne(f"{key}-", typed, before),
    }
    if "languages" in typed and value == Value.YES:
        named = (before or {}).get("languages", ())
        same_as_before = same(list(named), typed["languages"])
        said["languages"] = (
            list(named)
            if same_as_before
            else checker.chosen(f"{key}-languages", typed["languages"], known.languages)
        )
    return hand.attested(said)
