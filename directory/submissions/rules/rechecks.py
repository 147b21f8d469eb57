"""When somebody is asked to look again, and what "still true" makes of a fact."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from directory.listings.rules.document import (
    Basis,
    Borne,
    CenterDocument,
    FacilitatorDocument,
)
from directory.listings.rules.facts import Fact, facts

STAGES = (timedelta(0), timedelta(days=14), timedelta(days=30))
"""Days after a fact is due on which its keeper is asked, and asked again."""

EARLY = timedelta(days=14)
"""How long before its day a fact may be looked at again with the others."""

CONFIRMABLE = frozenset({Basis.SOURCED, Basis.ATTESTED, Basis.VERIFIED})
"""Bases that the hospital's word may renew. What has no source yet was believed on
nobody's word, so that it goes through review like anything new."""

Listed = CenterDocument | FacilitatorDocument


def is_confirmable(fact: Fact) -> bool:
    """Tell whether one press may renew a fact."""
    return fact.states_something and fact.borne.basis in CONFIRMABLE


def due(
    found: Iterable[Fact], today: date, *, early: timedelta = EARLY
) -> tuple[Fact, ...]:
    """Return what should be looked at again, the longest overdue first.

    Args:
        found: Facts of a document.
        today: The keeper's day.
        early: How long before its day a fact counts as due already.
    """
    waiting = [
        fact
        for fact in found
        if fact.states_something and fact.next_due <= today + early
    ]
    return tuple(sorted(waiting, key=lambda fact: (fact.next_due, fact.field)))


def due_on(found: Iterable[Fact], today: date) -> date | None:
    """Return the earliest day on which something of a document was due by now."""
    waiting = due(found, today, early=timedelta(0))
    return waiting[0].next_due if waiting else None


def stages_reached(since: date, today: date) -> int:
    """Return how many times the keeper should have been asked by now."""
    return sum(since + stage <= today for stage in STAGES)


def renewed(
    document: Listed, fields: Collection[str], *, today: date, by: str
) -> Listed:
    """Return a document in which the keeper says that some facts still hold.

    Their values and sources stay. Their basis becomes the keeper's word, because
    nobody has read the source again.

    Args:
        document: As it is published.
        fields: Places of facts, e.g. ``capability.icu``, ``trial.1``; those that
            one press may not renew are left as they are.
        today: The day of the look.
        by: Who looked, as the page names them.
    """
    wanted = {
        id(fact.borne)
        for fact in facts(document)
        if fact.field in fields and is_confirmable(fact)
    }

    def again(borne: Borne) -> Borne:
        if id(borne) not in wanted:
            return borne
        return borne.model_copy(
            update={"basis": Basis.ATTESTED, "checked_on": today, "checked_by": by}
        )

    changed: dict[str, object] = {}
    for name in type(document).model_fields:
        value = getattr(document, name)
        if isinstance(value, Borne):
            changed[name] = again(value)
        elif isinstance(value, tuple) and any(isinstance(one, Borne) for one in value):
            changed[name] = tuple(
                again(one) if isinstance(one, Borne) else one for one in value
            )
    return document.model_copy(update=changed)
