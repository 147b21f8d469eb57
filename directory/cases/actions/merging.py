"""Joining two inquiries about one patient, and parting them again."""

from __future__ import annotations

from directory.cases.actions.moving import close, reopen
from directory.cases.actions.telling import tell
from directory.cases.queries.access import CaseChangedError, held_case
from directory.cases.rules.duplicates import (
    CannotMergeError,
    can_be_parted,
    check_merge,
)
from directory.cases.rules.states import Closing, Side, State
from directory.cases.rules.timeline import Kind
from directory.core.permissions import Permission
from directory.core.work import Work


def merge(work: Work, case: str, into: str, version: int) -> None:
    """Close a case as a repetition of another one, which carries it on.

    Nothing of what was written or sent moves: what somebody agreed to in one inquiry
    they did not agree to in the other. Both codes go on working. The patient of the
    first reads under which reference it is carried on; whoever holds the code of the
    other is not told, since they may be somebody else.

    Args:
        work: The transaction.
        case: Id of the case that is closed.
        into: Id of the one that goes on.
        version: Of the first, as the page showed it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If one of them is not theirs.
        CaseChangedError: If the first changed since.
        CannotMergeError: If they are one, or one of them is closed.
    """
    work.require(Permission.WORK_ON_CASE)
    # In one order everywhere, so that two people cannot wait for each other.
    rows = {name: held_case(work, name) for name in sorted({case, into})}
    row, other = rows[case], rows[into]
    if row.version != version:
        raise CaseChangedError
    check_merge(
        is_same=case == into,
        is_closed=row.state == State.CLOSED.value,
        into_closed=other.state == State.CLOSED.value,
    )
    close(work, case, Closing.DUPLICATE, version)
    row.duplicate_of = other.id
    tell(
        work,
        row,
        Kind.MERGED,
        side=Side.FACILITATOR,
        into=other.id,
        reference=other.reference,
    )
    tell(
        work,
        other,
        Kind.MERGED,
        side=Side.FACILITATOR,
        is_internal=True,
        joined=row.id,
    )


def part(work: Work, case: str, version: int) -> None:
    """Open a case again that was joined with another; centers are asked anew.

    Args:
        work: The transaction.
        case: Id of the one that was closed.
        version: As the page showed it.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If it is not theirs.
        CaseChangedError: If it changed since.
        CannotMergeError: If it was joined with none, or too long ago.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case, version)
    if row.duplicate_of is None:
        raise CannotMergeError(reason="not-merged")
    if not can_be_parted(row.closed_at, work.now):
        raise CannotMergeError(reason="late")
    row.duplicate_of = None
    reopen(work, case, version)
