"""The cases of one's own organization as a board: a column for each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, not_, select

from directory.accounts.model import Person
from directory.cases.model import Case
from directory.cases.queries.access import owned
from directory.cases.queries.holding import is_held
from directory.cases.queries.inbox import InboxRow, open_centers, row_of
from directory.cases.rules.states import State, Step
from directory.core.actor import Actor
from directory.core.db import Session

CARDS = 20
"""Cases of a column; the list of the step has the others."""


@dataclass(frozen=True, slots=True)
class Column:
    """One step.

    Args:
        step: Which.
        total: Open cases in it.
        cards: Those that are due first.
    """

    step: Step
    total: int
    cards: tuple[InboxRow, ...]

    @property
    def more(self) -> int:
        """Return how many cases have no card."""
        return self.total - len(self.cards)


def board(
    session: Session, actor: Actor, *, now: datetime, assignee: int | None = None
) -> tuple[Column, ...]:
    """Return the open cases of the actor's organization, a column for each step.

    Three statements, however many cases there are.

    Args:
        session: Read only here.
        actor: Somebody of the owner.
        now: Against which deadlines are judged.
        assignee: Row of a person; the cases that they carry alone.
    """
    conditions = [owned(actor), not_(is_held()), Case.state != State.CLOSED.value]
    if assignee is not None:
        conditions.append(Case.assignee_id == assignee)
    counted = session.execute(
        select(Case.step, func.count()).where(*conditions).group_by(Case.step)
    )
    totals = {row[0]: row[1] for row in counted}
    place = func.row_number().over(
        partition_by=Case.step, order_by=(Case.due_at, Case.id)
    )
    first = select(Case.id, place.label("place")).where(*conditions).subquery()
    rows = session.execute(
        select(Case, Person.name)
        .join(first, first.c.id == Case.id)
        .outerjoin(Person, Person.id == Case.assignee_id)
        .where(first.c.place <= CARDS)
        .order_by(Case.step, Case.due_at, Case.id)
    ).all()
    centers = open_centers(session, [row.id for row, _ in rows])
    cards = [
        row_of(row, name, 0, 0, centers.get(row.id, ()), now) for row, name in rows
    ]
    return tuple(
        Column(
            step=step,
            total=totals.get(step.value, 0),
            cards=tuple(card for card in cards if card.step is step),
        )
        for step in Step
    )
