"""What happened to a case, as far as a reader may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from directory.accounts.model import Organization
from directory.cases.model import Case, Move, Referral
from directory.cases.rules.states import Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.db import Session

OF_OTHERS = frozenset(
    {
        Kind.MESSAGE,
        Kind.CONSENT_GIVEN,
        Kind.CONSENT_WITHDRAWN,
        Kind.ASSIGNED,
        Kind.NOTE,
        Kind.LOOKED_INTO,
    }
)
"""Kinds that concern no center unless they name it: what patient and owner write to
each other, and whom else the patient trusts, is not a hospital's business."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline.

    Args:
        at: When it happened.
        kind: What happened.
        side: Who did it.
        organization: Name of the organization of who did it, if it was one.
        owner: Name of the organization that looks after the case.
        center: Slug of the center that it concerns, if it concerns one.
        step: After it.
        state: After it.
        due_at: By when somebody must act, after it.
        facts: Codes and days.
        is_internal: Whether only the owner's people read it.
    """

    at: datetime
    kind: Kind
    side: Side
    organization: str | None
    owner: str | None
    center: str | None
    step: Step
    state: State
    due_at: datetime | None
    facts: Mapping[str, Any]
    is_internal: bool


def timeline(
    session: Session,
    case: str,
    *,
    referrals: Collection[str] | None = None,
    with_internal: bool = False,
) -> tuple[Line, ...]:
    """Return what happened to a case, the newest first.

    Args:
        session: Read only here.
        case: Its id; whether the reader may see it was asked before.
        referrals: Of a hospital that reads: of lines about one center only those of
            these, and none of :data:`OF_OTHERS` about no center; all, if not given.
        with_internal: Whether the reader belongs to the owner.
    """
    asked = (
        select(Move, Organization.name, Referral.center)
        .outerjoin(Organization, Organization.id == Move.organization_id)
        .outerjoin(Referral, Referral.id == Move.referral_id)
        .where(Move.case_id == case)
        .order_by(Move.at.desc(), Move.id.desc())
    )
    if referrals is not None:
        asked = asked.where(
            or_(
                and_(Move.referral_id.is_(None), Move.kind.not_in(sorted(OF_OTHERS))),
                Move.referral_id.in_(sorted(referrals)),
            )
        )
    if not with_internal:
        asked = asked.where(Move.is_internal.is_(False))
    rows = session.execute(asked).all()
    owners = _owners(session, case, [move for move, _, _ in rows])
    return tuple(
        Line(
            at=move.at,
            kind=Kind(move.kind),
            side=Side(move.side),
            organization=name,
            owner=owners.get(_owner(move)) or owners.get(None),
            center=center,
            step=Step(move.step),
            state=State(move.state),
            due_at=move.due_at,
            facts=move.facts,
            is_internal=move.is_internal,
        )
        for move, name, center in rows
    )


def _owner(move: Move) -> int | None:
    """Return the row of the organization that a line says owns the case."""
    found = move.facts.get("organization")
    return found if isinstance(found, int) else None


def _owners(
    session: Session, case: str, moves: Collection[Move]
) -> Mapping[int | None, str]:
    """Return names of owners by row, and of the present one under nothing."""
    wanted = {owner for move in moves if (owner := _owner(move)) is not None}
    now = session.scalar(select(Case.organization_id).where(Case.id == case))
    rows = session.execute(
        select(Organization.id, Organization.name).where(
            Organization.id.in_(sorted(wanted | ({now} if now else set())))
        )
    )
    names: dict[int | None, str] = {office.id: office.name for office in rows}
    if now in names:
        names[None] = names[now]
    return names
