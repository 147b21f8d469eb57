"""What to drop when there is nothing, or next to nothing, to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

from directory.search.rules.questions import Question
from directory.search.rules.values import Concept, Relaxation

FEW = 2
"""Up to this many results something to drop is offered."""

OFFERS = 3
"""How many are offered at most."""

PAIN = (
    "status",
    "type",
    "route",
    "language",
    "audience",
    "capability",
    "center",
    "facilitator",
    "guide",
    "city",
    "therapy",
    "indication",
)
"""What is dropped most easily, first. Somebody can travel, or bring an
interpreter; nobody can choose another illness."""

MOST_CLAUSES = 12
"""Pairs are tried only among this many things asked (source: threat model, T6)."""


def relaxations(
    asked: Question, total: int, count: Callable[[Question], int]
) -> tuple[Relaxation, ...]:
    """Return what to drop, least painful first, and what it would give.

    Args:
        asked: The question.
        total: How many results it has as it is.
        count: Returns how many results a changed question has.
    """
    if total > FEW or not asked.is_covered:
        return ()
    parts = sorted(_parts(asked), key=lambda part: PAIN.index(part[0]))[:MOST_CLAUSES]
    offers = _better(((part,) for part in parts), asked, total, count)
    if not offers and total == 0:
        offers = _better(combinations(parts, 2), asked, total, count)
    return tuple(offers)


def _parts(asked: Question) -> list[tuple[str, str]]:
    parts = [
        (clause.concept.value, key) for clause in asked.clauses for key in clause.keys
    ]
    for one in asked.named:
        kind, key = one.split(":", 1)
        if kind != Concept.THERAPY.value and one in asked.name_texts:
            parts.append((kind, key))
    if asked.confirmed_only:
        parts.append(("status", "confirmed"))
    # With one thing asked, dropping it is asking nothing.
    return parts if len(parts) > 1 or asked.words else []


def _better(
    drops: Iterable[tuple[tuple[str, str], ...]],
    asked: Question,
    total: int,
    count: Callable[[Question], int],
) -> list[Relaxation]:
    found = []
    for drop in drops:
        given = count(asked.without(drop))
        if given > total:
            found.append(Relaxation(drop, given))
            if len(found) == OFFERS:
                break
    return found
