"""Cases that came in a flood and wait until one of their owner's people looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from directory.cases.model import Case, CaseMark
from directory.cases.queries.access import owned
from directory.cases.rules.states import State
from directory.core.actor import Actor
from directory.core.db import Session

MARK = "held"
"""Kind of the mark; see :data:`directory.cases.actions.opening.HELD_MARK`."""

SHOWN = 100
"""Held cases on one page."""


@dataclass(frozen=True, slots=True)
class Held:
    """One case that is held.

    Args:
        id: Of the case.
        reference: As staff call it.
        opened_at: When it came.
        version: As the page shows it.
    """

    id: str
    reference: str
    opened_at: datetime
    version: int


def is_held() -> ColumnElement[bool]:
    """Return the condition that a case is held; lists of cases leave these out."""
    return exists().where(CaseMark.case_id == Case.id, CaseMark.kind == MARK)


def held_count(session: Session, actor: Actor) -> int:
    """Return how many cases of the actor's organization are held."""
    found = session.scalar(select(func.count()).select_from(Case).where(*_held(actor)))
    return found or 0


def held_cases(
    session: Session, actor: Actor, *, at_most: int = SHOWN
) -> tuple[Held, ...]:
    """Return held cases of the actor's organization, the oldest first."""
    rows = session.execute(
        select(Case.id, Case.reference, Case.opened_at, Case.version)
        .where(*_held(actor))
        .order_by(Case.opened_at, Case.id)
        .limit(at_most)
    )
    return tuple(Held(*row) for row in rows)


def _held(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return owned(actor), Case.state != State.CLOSED.value, is_held()
