"""Letting in what came in a flood, once somebody has looked at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete

from directory.cases.actions.moving import close
from directory.cases.actions.opening import HELD_MARK, offer_chosen
from directory.cases.actions.telling import tell
from directory.cases.model import CaseMark
from directory.cases.queries.access import held_case
from directory.cases.rules.deadlines import due_at
from directory.cases.rules.states import Closing, Side, State, Step
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


def close_held(work: Work, cases: Mapping[str, int]) -> tuple[str, ...]:
    """Close held cases as what this directory is not for.

    Args:
        work: The transaction.
        cases: Versions by id, as the page showed them.

    Returns:
        Those that were let in, closed or changed meanwhile; they are left as they are.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If one is another's.
    """
    work.require(Permission.WORK_ON_CASE)
    left = []
    for name, version in sorted(cases.items()):
        case = held_case(work, name)
        mark = work.session.get(CaseMark, (case.id, HELD_MARK))
        if mark is None or case.state == State.CLOSED.value or case.version != version:
            left.append(name)
            continue
        close(work, name, Closing.OUT_OF_SCOPE, version)
    return tuple(left)
