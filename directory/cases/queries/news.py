"""News of an organization's cases since somebody last looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from directory.accounts.model import Organization
from directory.cases.model import Case, Move, NewsSeen, Referral
from directory.cases.rules.news import LAST
from directory.cases.rules.states import SEEN_BY_HOSPITAL, Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.permissions import Permission, holds

LOOKED_BACK = timedelta(days=14)
"""How far back news go for somebody who never looked."""

AT_MOST = 200
"""Lines that are shown; older ones stand in the cases."""


@dataclass(frozen=True, slots=True)
class News:
    """One line of a timeline, as a list of news shows it.

    Args:
        case: Id of the case, for its owner's people; nothing for others.
        referral: Id of the referral, for the hospital's people.
        reference: What staff call the case.
        kind: What happened.
        side: Who did it.
        organization: Name of the organization of who did it.
        owner: Name of the organization that owns the case now.
        center: Slug of the center that it concerns.
        facts: Of the line.
    """

    case: str | None
    referral: str | None
    reference: str
    at: datetime
    kind: Kind
    side: Side
    organization: str | None
    owner: str | None
    step: Step
    state: State
    due_at: datetime | None
    center: str | None
    facts: Mapping[str, Any]


def seen_at(session: Session, actor: Actor, *, now: datetime) -> datetime:
    """Return up to which moment the actor has seen the news."""
    if actor.person is None or actor.organization is None:
        return now
    row = session.get(NewsSeen, (actor.person, actor.organization))
    return row.seen_at if row else now - LOOKED_BACK


def news(session: Session, actor: Actor, *, now: datetime) -> tuple[News, ...]:
    """Return what others did since the actor last looked, the newest first."""
    since = seen_at(session, actor, now=now)
    # The third of each row may be missing, which the types of joins do not say.
    rows: Sequence[Any] = session.execute(
        _visible(actor)
        .where(Move.at > since)
        .order_by(Move.at.desc(), Move.id.desc())
        .limit(AT_MOST)
    ).all()
    names = _names(
        session,
        {case.organization_id for _move, case, _referral in rows}
        | {move.organization_id for move, _case, _referral in rows},
    )
    return tuple(
        News(
            case=case.id if case.organization_id == actor.organization else None,
            referral=referral.id
            if referral is not None and _reads(referral, actor)
            else None,
            reference=case.reference,
            at=move.at,
            kind=Kind(move.kind),
            side=Side(move.side),
            organization=names.get(move.organization_id or 0),
            owner=names.get(case.organization_id),
            step=Step(move.step),
            state=State(move.state),
            due_at=move.due_at,
            center=referral.center if referral is not None else None,
            facts=move.facts,
        )
        for move, case, referral in rows
    )


def _reads(referral: Referral, actor: Actor) -> bool:
    """Tell whether the actor's hospital still reads the case."""
    return (
        referral.organization_id == actor.organization
        and referral.state in SEEN_BY_HOSPITAL
    )


def _names(session: Session, offices: set[int | None]) -> dict[int, str]:
    found = session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(offices))
    )
    return {row.id: row.name for row in found}


def _visible(actor: Actor) -> Select[Move, Case, Referral]:
    asked = (
        select(Move, Case, Referral)
        .join(Case, Case.id == Move.case_id)
        .outerjoin(Referral, Referral.id == Move.referral_id)
    )
    mine = []
    if holds(actor, Permission.READ_CASES):
        mine.append(Case.organization_id == actor.organization)
    if holds(actor, Permission.READ_REFERRALS):
        mine.append(
            and_(
                Referral.organization_id == actor.organization,
                or_(
                    Referral.state.in_(sorted(SEEN_BY_HOSPITAL)),
                    Move.kind.in_(sorted(LAST)),
                ),
                Move.is_internal.is_(False),
            )
        )
    return asked.where(
        or_(*mine) if mine else Move.id.is_(None),
        or_(Move.organization_id.is_(None), Move.organization_id != actor.organization),
    )
