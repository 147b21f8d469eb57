"""Letting in what came in a flood, once somebody has looked at it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete

from directory.cases.actions.opening import HELD_MARK, offer_chosen
from directory.cases.actions.telling import tell
from directory.cases.model import CaseMark
from directory.cases.queries.access import held_case
from directory.cases.rules.deadlines import due_at
from directory.cases.rules.states import Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.permissions import Permission
from directory.core.work import Work


def let_in(work: Work, cases: Iterable[str]) -> int:
    """Take cases in that were held: they are told of, and offered to centers.

    Letting one in again changes nothing. The time for a first answer begins now.

    Returns:
        How many were held.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If one is another's.
    """
    work.require(Permission.WORK_ON_CASE)
    done = 0
    # In one order everywhere, so that two people cannot wait for each other.
    for name in sorted(set(cases)):
        case = held_case(work, name)
        found = work.session.execute(
            delete(CaseMark).where(
                CaseMark.case_id == case.id, CaseMark.kind == HELD_MARK
            )
        )
        if not getattr(found, "rowcount", 0):
            continue
        done += 1
        if case.state == State.FACILITATOR.value:
            case.due_at = due_at(Step(case.step), Side.FACILITATOR, work.now)
        tell(work, case, Kind.LET_IN, side=Side.FACILITATOR)
        if case.state != State.CLOSED.value:
            offer_chosen(work, case)
    return done
