"""The cases of one's own organization: lists, counts, and what stands in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute

from directory.accounts.model import Person
from directory.cases.model import Case, Message, Referral, Task
from directory.cases.queries.access import owned
from directory.cases.queries.holding import is_held
from directory.cases.rules.states import (
    OPEN_REFERRALS,
    Side,
    State,
    Step,
)
from directory.core.actor import Actor
from directory.core.codes import ALPHABET
from directory.core.db import Session

PER_PAGE = 25
"""Cases of one page."""

REFERENCE_LONGEST = 9
"""Characters of a reference, with the hyphen."""


class Tab(StrEnum):
    """Which cases a list shows."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    TEAM = "team"
    OVERDUE = "overdue"
    OURS = "ours"
    """Waiting for the owner."""
    PATIENT = "patient"
    HOSPITAL = "hospital"
    PAUSED = "paused"
    CLOSED = "closed"


class Sort(StrEnum):
    """By what a list is ordered."""

    DUE = "due"
    OPENED = "opened"
    STEP = "step"
    REFERENCE = "reference"
    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the inbox is asked for.

    Args:
        tab: Which list.
        step: Those in one step alone.
        state: Those in one state alone.
        center: Those with something open at this center alone, by slug.
        assignee: Those that this person carries alone, by row.
        reference: Those whose reference holds this.
        sort: By what they are ordered.
        is_turned: Whether the order is turned round.
        page: From 1.
    """

    tab: Tab = Tab.UNASSIGNED
    step: Step | None = None
    state: State | None = None
    center: str | None = None
    assignee: int | None = None
    reference: str = ""
    sort: Sort = Sort.DUE
    is_turned: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One case in a list; nothing that was said of a person.

    Args:
        reference: What staff call it.
        version: As the page shows it, for what is sent from there.
        due_at: By when who is waited for must have acted.
        is_late: Whether that is over.
        assignee: Row of who carries it.
        assignee_name: Their name.
        new: Messages that nobody of the owner has read.
        late_tasks: Tasks whose day is over.
        centers: Slugs of centers where something is open, in the order wished.
    """

    id: str
    reference: str
    version: int
    step: Step
    state: State
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    assignee: int | None
    assignee_name: str | None
    new: int
    late_tasks: int
    centers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of a list.

    Args:
        rows: In the order asked for.
        total: Cases of the list, all pages together.
        counts: Cases of each list, without filters.
    """

    rows: tuple[InboxRow, ...]
    total: int
    counts: Mapping[Tab, int]


def inbox(session: Session, actor: Actor, wanted: Wanted, *, now: datetime) -> Inbox:
    """Return a page of the cases of the actor's organization.

    Four statements, however many cases there are. What came in a flood and was not
    looked at yet is left out.

    Args:
        session: Read only here.
        actor: Somebody of the owner.
        wanted: Which cases, in which order.
        now: Against which deadlines are judged.
    """
    conditions = [owned(actor), not_(is_held()), _tab(wanted.tab, actor, now)]
    conditions += _filters(wanted)
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions))
    rows = session.execute(
        select(Case, Person.name, _new(), _late_tasks(actor, now))
        .outerjoin(Person, Person.id == Case.assignee_id)
        .where(*conditions)
        .order_by(*_order(wanted))
        .limit(PER_PAGE)
        .offset((wanted.page - 1) * PER_PAGE)
    ).all()
    centers = open_centers(session, [row.id for row, *_ in rows])
    return Inbox(
        rows=tuple(
            row_of(each, name, new or 0, late or 0, centers.get(each.id, ()), now)
            for each, name, new, late in rows
        ),
        total=total or 0,
        counts=tab_counts(session, actor, now=now),
    )


def tab_counts(session: Session, actor: Actor, *, now: datetime) -> Mapping[Tab, int]:
    """Return how many cases of the actor's organization each list has."""
    row = session.execute(
        select(
            *(
                func.coalesce(func.sum(case((_tab(tab, actor, now), 1), else_=0)), 0)
                for tab in Tab
            )
        ).where(owned(actor), not_(is_held()))
    ).one()
    return {tab: int(count) for tab, count in zip(Tab, row, strict=True)}


def centers_in_use(session: Session, actor: Actor) -> tuple[str, ...]:
    """Return slugs of centers where cases of the actor's organization are, by slug."""
    found = session.scalars(
        select(Referral.center)
        .join(Case, Case.id == Referral.case_id)
        .where(owned(actor), Referral.state.in_(sorted(OPEN_REFERRALS)))
        .distinct()
        .order_by(Referral.center)
    )
    return tuple(found)


def open_centers(session: Session, cases: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each of these cases where something is open, in the order wished."""
    found: dict[str, tuple[str, ...]] = {}
    if not cases:
        return found
    rows = session.execute(
        select(Referral.case_id, Referral.center)
        .where(Referral.case_id.in_(cases), Referral.state.in_(sorted(OPEN_REFERRALS)))
        .order_by(Referral.place, Referral.made_at, Referral.id)
    )
    for name, center in rows:
        found[name] = (*found.get(name, ()), center)
    return found


def row_of(
    row: Case,
    assignee: str | None,
    new: int,
    late_tasks: int,
    centers: tuple[str, ...],
    now: datetime,
) -> InboxRow:
    """Return a case as lists show it; see :class:`InboxRow`."""
    return InboxRow(
        id=row.id,
        reference=row.reference,
        version=row.version,
        step=Step(row.step),
        state=State(row.state),
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_late=row.due_at is not None and row.due_at < now,
        assignee=row.assignee_id,
        assignee_name=assignee,
        new=new,
        late_tasks=late_tasks,
        centers=centers,
    )


def reference_words(typed: str) -> str:
    """Return what was typed as references are written; nothing if it cannot be one."""
    symbols = "".join(sign for sign in typed.upper() if not sign.isspace())
    symbols = symbols.replace("-", "")[: REFERENCE_LONGEST - 1]
    # As Crockford's base 32 reads what people mistake (source: crockford.com/base32).
    symbols = symbols.translate(str.maketrans("OIL", "011"))
    return symbols if symbols and set(symbols) <= set(ALPHABET) else ""


def _tab(tab: Tab, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a case stands in a list."""
    is_open = Case.state != State.CLOSED.value
    match tab:
        case Tab.UNASSIGNED:
            return and_(is_open, Case.assignee_id.is_(None))
        case Tab.MINE:
            return and_(is_open, Case.assignee_id == actor.person)
        case Tab.TEAM:
            return is_open
        case Tab.OVERDUE:
            return and_(is_open, Case.due_at < now)
        case Tab.OURS:
            return Case.state == State.FACILITATOR.value
        case Tab.PATIENT:
            return Case.state == State.PATIENT.value
        case Tab.HOSPITAL:
            return Case.state == State.HOSPITAL.value
        case Tab.PAUSED:
            return Case.state == State.PAUSED.value
        case Tab.CLOSED:
            return Case.state == State.CLOSED.value


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.step is not None:
        found.append(Case.step == wanted.step.value)
    if wanted.state is not None:
        found.append(Case.state == wanted.state.value)
    if wanted.assignee is not None:
        found.append(Case.assignee_id == wanted.assignee)
    if wanted.center is not None:
        found.append(
            select(Referral.id)
            .where(
                Referral.case_id == Case.id,
                Referral.center == wanted.center,
                Referral.state.in_(sorted(OPEN_REFERRALS)),
            )
            .exists()
        )
    if wanted.reference:
        bare = func.replace(Case.reference, "-", "")
        found.append(bare.contains(wanted.reference, autoescape=True))
    return found


_SORTS: Mapping[Sort, InstrumentedAttribute[Any]] = {
    Sort.OPENED: Case.opened_at,
    Sort.STEP: Case.step,
    Sort.REFERENCE: Case.reference,
    Sort.ASSIGNEE: Person.name,
}


def _order(wanted: Wanted) -> list[ColumnElement[Any]]:
    """Return the order; what has no such value comes last either way."""
    column: ColumnElement[Any] = (
        func.coalesce(Case.due_at, Case.closed_at)
        if wanted.sort is Sort.DUE
        else _SORTS[wanted.sort].expression
    )
    # A closed case is due no more: the one that was closed last is looked for first.
    falls = wanted.is_turned != (wanted.sort is Sort.DUE and wanted.tab is Tab.CLOSED)
    empty = case((column.is_(None), 1), else_=0)
    return [empty, column.desc() if falls else column.asc(), Case.id.expression]


def _new() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Message)
        .where(
            Message.case_id == Case.id,
            Message.side != Side.FACILITATOR.value,
            Message.read_by_owner_at.is_(None),
        )
        .correlate(Case)
        .scalar_subquery()
    )


def _late_tasks(actor: Actor, now: datetime) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Task)
        .where(
            Task.case_id == Case.id,
            Task.organization_id == actor.organization,
            Task.done_at.is_(None),
            Task.due_at < now,
        )
        .correlate(Case)
        .scalar_subquery()
    )
