"""Who looked into cases that are not theirs, and what they may read meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from directory.accounts.model import Organization, Person
from directory.cases.model import Case, Look, Move
from directory.cases.queries.timeline import Line, timeline
from directory.cases.rules.looks import LookCode
from directory.cases.rules.sealing import open_words
from directory.cases.rules.timeline import Kind
from directory.core.actor import Actor, Role
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission, holds
from directory.inquiries.queries import data_key_of, sent_answers
from directory.inquiries.rules.answers import Illness
from directory.inquiries.rules.answers import Person as Asker

WEEK = timedelta(days=7)
"""Over which looks are counted for administrators."""


@dataclass(frozen=True, slots=True)
class LookView:
    """One look, as the patient reads it.

    Args:
        began_at: When it began.
        ends_at: When it ended, or will.
        role: As what somebody looked.
        organization: Name of the organization they acted for; who of its people
            it was stands in the log.
        code: Kind of reason.
        words: The reason as it was written.
    """

    began_at: datetime
    ends_at: datetime
    role: Role
    organization: str
    code: LookCode
    words: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look, as administrators see it; nothing about the patient.

    Args:
        id: Of the look.
        reference: What staff call the case.
        person: Name of who looked.
        person_id: Public id of who looked.
        is_mine: Whether it is the reader's own, and open.
    """

    id: str
    reference: str
    person: str
    person_id: str
    code: LookCode
    began_at: datetime
    ends_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class LookedInto:
    """A case as it is shown to who looks into it.

    Args:
        id: Of the look.
        reference: What staff call the case.
        ends_at: When it is closed again.
        owner: Name of the organization that looks after it.
        step: From 1 to 9.
        state: Who is waited for.
        asker: Who asked, and how to reach them.
        illness: What they said.
        lines: What happened, the newest first.
    """

    id: str
    reference: str
    ends_at: datetime
    owner: str
    step: int
    state: str
    asker: Asker
    illness: Illness
    lines: tuple[Line, ...]


def looks_of(session: Session, keys: KeyRing, inquiry: str) -> tuple[LookView, ...]:
    """Return who looked into the case of an inquiry, the newest first.

    Args:
        session: Read only here.
        keys: To open the reasons.
        inquiry: Its id; that its code was typed was asked before.

    Raises:
        NotFoundError: If it was erased.
        SealBrokenError: If a reason was changed.
    """
    rows = session.scalars(
        select(Look)
        .join(Case, Case.id == Look.case_id)
        .where(Case.inquiry_id == inquiry)
        .order_by(Look.began_at.desc(), Look.id)
    ).all()
    if not rows:
        return ()
    key = data_key_of(session, keys, inquiry)
    offices = _offices(session, rows[0].case_id)
    return tuple(
        LookView(
            began_at=row.began_at,
            ends_at=row.ends_at,
            role=Role.ADMIN,
            organization=offices.get(row.id, ""),
            code=LookCode(row.code),
            words=open_words(key, "case_look", "reason", row.id, row.reason),
        )
        for row in rows
    )


def looks(session: Session, actor: Actor, *, now: datetime) -> tuple[LookRow, ...]:
    """Return the last looks of all administrators, the newest first.

    Raises:
        RefusedError: If the actor may not look into cases.
    """
    _require(actor)
    rows = session.execute(
        select(Look, Case.reference, Person.name, Person.public_id)
        .join(Case, Case.id == Look.case_id)
        .join(Person, Person.id == Look.person_id)
        .order_by(Look.began_at.desc(), Look.id)
        .limit(100)
    )
    return tuple(
        LookRow(
            id=look.id,
            reference=reference,
            person=name,
            person_id=public_id,
            code=LookCode(look.code),
            began_at=look.began_at,
            ends_at=look.ends_at,
            is_mine=look.person_id == actor.person and look.ends_at > now,
        )
        for look, reference, name, public_id in rows
    )


def looks_this_week(session: Session, *, now: datetime) -> int:
    """Return how often somebody looked into a case in the last seven days."""
    return (
        session.scalar(
            select(func.count()).select_from(Look).where(Look.began_at > now - WEEK)
        )
        or 0
    )


def looked_into(
    session: Session, keys: KeyRing, actor: Actor, look: str, *, now: datetime
) -> LookedInto:
    """Return the case of a look that the actor began, while it lasts.

    Raises:
        RefusedError: If the actor may not look into cases.
        NotFoundError: If the look is another's, is over, or the case was erased.
        SealBrokenError: If an answer was changed.
    """
    _require(actor)
    found = session.execute(
        select(Look, Case, Organization.name)
        .join(Case, Case.id == Look.case_id)
        .join(Organization, Organization.id == Case.organization_id)
        .where(Look.id == look, Look.person_id == actor.person, Look.ends_at > now)
    ).one_or_none()
    if found is None:
        raise NotFoundError(look=look)
    row, case, owner = found
    asker, illness = sent_answers(session, keys, case.inquiry_id)
    return LookedInto(
        id=row.id,
        reference=case.reference,
        ends_at=row.ends_at,
        owner=owner,
        step=case.step,
        state=case.state,
        asker=asker,
        illness=illness,
        lines=timeline(session, case.id, with_internal=True),
    )


def _offices(session: Session, case: str) -> dict[str, str]:
    """Return for which organization somebody looked, by the id of the look."""
    rows = session.execute(
        select(Move.facts, Organization.name)
        .join(Organization, Organization.id == Move.organization_id)
        .where(Move.case_id == case, Move.kind == Kind.LOOKED_INTO.value)
    )
    return {str(facts.get("look")): name for facts, name in rows}


def _require(actor: Actor) -> None:
    if not holds(actor, Permission.LOOK_INTO_CASE):
        raise RefusedError(permission=Permission.LOOK_INTO_CASE.value, actor=actor.name)
