"""Writing down what happened to a case, once for everybody who may read it."""

from __future__ import annotations

from sqlalchemy import update

from directory.audit import actions as log
from directory.cases.model import Case, Move, Referral
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.life import State
from directory.outbox import actions as queue

NEWS = "case.news"
"""Kind of the promise to tell of a line of a timeline."""


def tell(
    work: Work,
    case: Case,
    kind: Kind,
    *,
    side: Side,
    referral: Referral | None = None,
    is_internal: bool = False,
    is_news: bool = True,
    **facts: object,
) -> Move:
    """Add a line to the timeline, to the log, and promise to tell of it.

    Call it last: the line keeps step, state and deadline as they are now, and the
    case counts one version more. The inquiry is kept for some time after the case was
    closed; of one that nobody moves any more, for as long after its last deadline.

    Args:
        work: The transaction, with the case locked.
        case: As it is after what happened.
        kind: What happened.
        side: Who did it.
        referral: The center it concerns; other centers do not read the line.
        is_internal: Whether only the owner's people read it; nobody is told.
        is_news: Whether anybody is told.
        facts: Codes, days, ids; never words about a person.
    """
    case.version += 1
    row = Move(
        case_id=case.id,
        at=work.now,
        kind=kind.value,
        side=side.value,
        person_id=work.actor.person,
        organization_id=work.actor.organization if side is not Side.PATIENT else None,
        referral_id=referral.id if referral else None,
        is_internal=is_internal,
        step=case.step,
        state=case.state,
        due_at=case.due_at,
        facts=facts,
    )
    work.session.add(row)
    last = case.closed_at or case.due_at or work.now
    work.session.execute(
        update(Inquiry)
        .where(Inquiry.id == case.inquiry_id, Inquiry.state == State.RECEIVED.value)
        .values(erase_after=last + work.retention.closed)
    )
    work.session.flush()
    more = {"referral": referral.id} if referral else {}
    log.record(work, kind.value, f"case:{case.id}", **more, **facts)
    if is_news and not is_internal:
        queue.promise(work, NEWS, move=row.id)
    return row
