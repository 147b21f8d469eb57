"""Cases of one's own that may be about the same patient, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import not_, select
from sqlalchemy.orm import aliased

from directory.cases.model import Case, CaseMark
from directory.cases.queries.access import owned, owned_case
from directory.cases.queries.holding import MARK, is_held
from directory.cases.rules.duplicates import (
    LOOKED_THROUGH,
    SHOWN,
    Likeness,
    Same,
    alike,
)
from directory.cases.rules.states import State, Step
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.inquiries.model import Inquiry
from directory.inquiries.rules.answers import (
    OTHER_DIAGNOSIS,
    UNSURE_DIAGNOSIS,
    Person,
)
from directory.inquiries.rules.parts import Column, Told, data_key, opened

NAMELESS = frozenset({OTHER_DIAGNOSIS, UNSURE_DIAGNOSIS})
"""Answers in which two patients need have nothing in common."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be about the same patient.

    Args:
        because: What both have in common.
    """

    id: str
    reference: str
    step: Step
    state: State
    opened_at: datetime
    because: tuple[Same, ...]


def duplicates(
    session: Session, actor: Actor, keys: KeyRing, case: str
) -> tuple[Duplicate, ...]:
    """Return open cases of the actor's organization that may repeat one.

    Those that came from the same address are found by its blind index; others by
    what was answered, of which the nearest in time are opened, no more than
    :data:`directory.cases.rules.duplicates.LOOKED_THROUGH` of them. Three statements.

    Args:
        session: Read only here.
        actor: Somebody of the owner.
        keys: To open what was answered.
        case: Id of the case.

    Returns:
        Those from the same address first, then the nearest in time.

    Raises:
        NotFoundError: If it is not theirs.
        SealBrokenError: If answers were changed, or moved from elsewhere.
    """
    row = owned_case(session, actor, case)
    by_mark = _by_mark(session, actor, row)
    rows = _near(session, actor, row, set(by_mark))
    facts = {
        near.id: found
        for near, inquiry in rows
        if (found := _likeness(keys, near, inquiry)) is not None
    }
    own = facts.get(row.id)
    alike_ones = []
    for near, _ in rows:
        if near.id == row.id:
            continue
        same = alike(own, facts[near.id]) if own and near.id in facts else ()
        if near.id in by_mark:
            same = (Same.EMAIL, *same)
        if same:
            alike_ones.append(_duplicate(near, same))
    alike_ones.sort(
        key=lambda each: (
            Same.EMAIL not in each.because,
            abs(each.opened_at - row.opened_at),
            each.id,
        )
    )
    return tuple(alike_ones[:SHOWN])


def _by_mark(session: Session, actor: Actor, row: Case) -> frozenset[str]:
    """Return open cases that came from the same address."""
    own, other = aliased(CaseMark), aliased(CaseMark)
    found = session.scalars(
        select(Case.id)
        .join(other, other.case_id == Case.id)
        .join(own, (own.kind == other.kind) & (own.digest == other.digest))
        .where(
            own.case_id == row.id,
            own.kind != MARK,
            Case.id != row.id,
            Case.state != State.CLOSED.value,
            owned(actor),
        )
        .order_by(Case.opened_at.desc(), Case.id)
        .limit(LOOKED_THROUGH)
    )
    return frozenset(found)


def _near(
    session: Session, actor: Actor, row: Case, wanted: set[str]
) -> list[tuple[Case, Inquiry]]:
    """Return a case, those that are named, and open ones that came near it."""
    before = _beside(session, actor, row, is_before=True)
    after = _beside(session, actor, row, is_before=False)
    found = session.execute(
        select(Case, Inquiry)
        .join(Inquiry, Inquiry.id == Case.inquiry_id)
        .where(Case.id.in_({row.id, *wanted, *before, *after}), owned(actor))
    )
    return [(case, inquiry) for case, inquiry in found]


def _beside(session: Session, actor: Actor, row: Case, *, is_before: bool) -> list[str]:
    """Return open cases that came before another, or after it; the nearest first."""
    side = (
        Case.opened_at <= row.opened_at if is_before else Case.opened_at > row.opened_at
    )
    order = Case.opened_at.desc() if is_before else Case.opened_at.asc()
    found = session.scalars(
        select(Case.id)
        .where(
            owned(actor),
            side,
            Case.id != row.id,
            Case.state != State.CLOSED.value,
            not_(is_held()),
        )
        .order_by(order, Case.id)
        .limit(LOOKED_THROUGH // 2)
    )
    return list(found)


def _likeness(keys: KeyRing, case: Case, row: Inquiry) -> Likeness | None:
    """Return what is compared of a case; nothing if its inquiry was erased."""
    if row.wrapped_key is None or row.person is None or row.illness is None:
        return None
    key = data_key(keys, row.id, row.wrapped_key)
    person = Person.model_validate_json(
        opened(key, row.id, Column.PERSON, row.person) or b""
    )
    illness = Told.model_validate_json(
        opened(key, row.id, Column.ILLNESS, row.illness) or b""
    ).answers
    facts = {
        Same.COUNTRY: person.country,
        Same.AGE: person.age.value,
        Same.LANGUAGE: person.language,
    }
    if illness.diagnosis not in NAMELESS:
        facts[Same.DIAGNOSIS] = illness.diagnosis
    return Likeness(facts, case.opened_at)


def _duplicate(row: Case, same: tuple[Same, ...]) -> Duplicate:
    return Duplicate(
        id=row.id,
        reference=row.reference,
        step=Step(row.step),
        state=State(row.state),
        opened_at=row.opened_at,
        because=same,
    )
