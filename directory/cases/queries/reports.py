"""Counts of cases: how soon they are answered, how long steps take, how they end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from directory.accounts.model import Organization
from directory.cases.model import Case, Move, Referral
from directory.cases.rules.reports import (
    DAY,
    Place,
    Spread,
    Stay,
    months,
    shown,
    spread,
    stays,
)
from directory.cases.rules.states import Closing, State, Step
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import RefusedError
from directory.core.permissions import Permission, holds

MOST_MONTHS = 24
"""Months that a report goes back; older cases are erased."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month.

    Args:
        name: As ``YYYY-MM``, by UTC.
        opened: Cases that were opened.
        closed: Cases that were closed.
        answer: Days to the first answer, of those opened then and answered.
        waiting: Of those opened then, still without an answer.
    """

    name: str
    opened: int
    closed: int
    answer: Spread | None
    waiting: int


@dataclass(frozen=True, slots=True)
class CenterOutcome:
    """What became of referrals to one center; ``None`` where it is not shown.

    Args:
        center: Its slug.
        total: Referrals that were made.
        states: By state of the referral.
        declines: Of those declined, by code.
    """

    center: str
    total: int | None
    states: Mapping[str, int | None]
    declines: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of an organization's cases, or of all.

    Args:
        months: The oldest first.
        answer: Days to the first answer, of cases opened in these months.
        waiting: Of those, still without an answer.
        steps: Days in each step, of stays that ended in these months.
        is_open: Cases that are open now.
        overdue: Of those, past their moment.
        closings: Cases closed in these months, by code; ``None`` where not shown.
        centers: Referrals made in these months, by center.
    """

    months: tuple[Month, ...]
    answer: Spread | None
    waiting: int
    steps: Mapping[Step, Spread | None]
    is_open: int
    overdue: int
    closings: Mapping[Closing, int | None]
    centers: tuple[CenterOutcome, ...]


@dataclass(frozen=True, slots=True)
class OfficeCount:
    """Cases of one organization.

    Args:
        name: Of the organization.
        is_open: Its open cases.
        overdue: Of those, past their moment.
        unassigned: Of those, carried by nobody yet.
        oldest: When the oldest open one was opened.
    """

    name: str
    is_open: int
    overdue: int
    unassigned: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """All cases, counted.

    Args:
        by_state: Open and closed ones.
        by_step: Open ones.
        offices: Organizations that own an open case.
        overdue: Open ones past their moment.
        longest_overdue: The moment that passed first.
        oldest: When the oldest open one was opened.
        invented: How many of all are for demonstration.
    """

    by_state: Mapping[State, int]
    by_step: Mapping[Step, int]
    offices: tuple[OfficeCount, ...]
    overdue: int
    longest_overdue: datetime | None
    oldest: datetime | None
    invented: int


def own_report(session: Session, actor: Actor, *, count: int, now: datetime) -> Report:
    """Return the counts of the actor's own organization.

    Args:
        session: Read only here.
        actor: Whose organization is meant.
        count: Months, this one included, at most :data:`MOST_MONTHS`.
        now: The moment at which cases are overdue.

    Raises:
        RefusedError: If the actor may not count cases.
    """
    _require(actor)
    return _report(session, actor.organization, count, now, is_owner=True)


def report_of_all(
    session: Session, actor: Actor, *, count: int, now: datetime
) -> Report:
    """Return the counts of everybody's cases, small ones of outcomes left out.

    Raises:
        RefusedError: If the actor may not count the cases of others.
    """
    _require_all(actor)
    return _report(session, None, count, now, is_owner=False)


def totals(session: Session, actor: Actor, *, now: datetime) -> Totals:
    """Return how many cases there are, where, and how many are late.

    Raises:
        RefusedError: If the actor may not count the cases of others.
    """
    _require_all(actor)
    late = func.count().filter(Case.due_at < now)
    is_open = Case.state != State.CLOSED.value
    states = session.execute(select(Case.state, func.count()).group_by(Case.state))
    steps = session.execute(
        select(Case.step, func.count()).where(is_open).group_by(Case.step)
    )
    offices = session.execute(
        select(
            Organization.name,
            func.count(),
            late,
            func.count().filter(Case.assignee_id.is_(None)),
            func.min(Case.opened_at),
        )
        .join(Case, Case.organization_id == Organization.id)
        .where(is_open)
        .group_by(Organization.id, Organization.name)
        .order_by(late.desc(), func.count().desc(), Organization.name)
    )
    overdue, longest, oldest = session.execute(
        select(
            late,
            func.min(Case.due_at).filter(Case.due_at < now),
            func.min(Case.opened_at),
        ).where(is_open)
    ).one()
    by_state = {row[0]: row[1] for row in states}
    by_step = {row[0]: row[1] for row in steps}
    return Totals(
        by_state={state: by_state.get(state.value, 0) for state in State},
        by_step={step: by_step.get(step.value, 0) for step in Step},
        offices=tuple(OfficeCount(*row) for row in offices),
        overdue=overdue,
        longest_overdue=longest,
        oldest=oldest,
        invented=session.scalar(
            select(func.count()).select_from(Case).where(Case.is_invented)
        )
        or 0,
    )


def _require(actor: Actor) -> None:
    if not holds(actor, Permission.COUNT_CASES):
        raise RefusedError(permission=Permission.COUNT_CASES.value, actor=actor.name)


def _require_all(actor: Actor) -> None:
    """Administrators alone count what is not their organization's."""
    _require(actor)
    if not holds(actor, Permission.LOOK_INTO_CASE):
        raise RefusedError(permission=Permission.LOOK_INTO_CASE.value, actor=actor.name)


def _report(
    session: Session,
    organization: int | None,
    count: int,
    now: datetime,
    *,
    is_owner: bool,
) -> Report:
    names = months(now, min(max(count, 1), MOST_MONTHS))
    since = datetime.strptime(names[0], "%Y-%m").replace(tzinfo=UTC)
    opened: dict[str, list[float]] = defaultdict(list)
    counted: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    is_open = overdue = 0
    rows = select(
        Case.opened_at, Case.answered_at, Case.closed_at, Case.closing, Case.due_at
    ).where(_own(organization, is_owner=is_owner))
    for row in session.execute(rows):
        if row.opened_at >= since:
            month = f"{row.opened_at:%Y-%m}"
            counted[month] += 1
            if row.answered_at is not None:
                opened[month].append((row.answered_at - row.opened_at) / DAY)
            elif row.closed_at is None:
                waiting[month] += 1
        if row.closed_at is None:
            is_open += 1
            overdue += row.due_at < now
        elif row.closed_at >= since:
            closed[f"{row.closed_at:%Y-%m}"] += 1
            endings[row.closing] += 1
    return Report(
        months=tuple(
            Month(
                name,
                counted[name],
                closed[name],
                _spread(opened[name], is_owner=is_owner),
                waiting[name],
            )
            for name in names
        ),
        answer=_spread(
            [days for each in opened.values() for days in each], is_owner=is_owner
        ),
        waiting=waiting.total(),
        steps=_steps(session, organization, since, is_owner=is_owner),
        is_open=is_open,
        overdue=overdue,
        closings={
            code: shown(endings[code.value], is_owner=is_owner) for code in Closing
        },
        centers=tuple(_centers(session, organization, since, is_owner=is_owner)),
    )


def _own(organization: int | None, *, is_owner: bool) -> ColumnElement[bool]:
    # An owner without an organization owns nothing.
    return Case.organization_id == organization if is_owner else true()


def _steps(
    session: Session, organization: int | None, since: datetime, *, is_owner: bool
) -> Mapping[Step, Spread | None]:
    asked = (
        select(Move.case_id, Move.at, Move.step, Move.state)
        .join(Case, Case.id == Move.case_id)
        .where(_own(organization, is_owner=is_owner))
        .order_by(Move.case_id, Move.id)
    )
    found: dict[int, list[float]] = defaultdict(list)
    rows = session.execute(asked.execution_options(yield_per=1000))
    for _case, lines in groupby(rows, key=lambda row: row.case_id):
        for stay in _ended(lines, since):
            found[stay.step].append(stay.days)
    return {step: _spread(found[step.value], is_owner=is_owner) for step in Step}


def _spread(values: list[float], *, is_owner: bool) -> Spread | None:
    return spread(values) if shown(len(values), is_owner=is_owner) else None


def _ended(lines: Iterator[Any], since: datetime) -> Iterator[Stay]:
    places = (Place(row.at, row.step, row.state == State.CLOSED.value) for row in lines)
    return (stay for stay in stays(places) if stay.ended >= since)


def _centers(
    session: Session, organization: int | None, since: datetime, *, is_owner: bool
) -> Iterator[CenterOutcome]:
    asked = (
        select(Referral.center, Referral.state, Referral.decline, func.count())
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.made_at >= since, _own(organization, is_owner=is_owner))
        .group_by(Referral.center, Referral.state, Referral.decline)
    )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    declines: dict[str, Counter[str]] = defaultdict(Counter)
    for center, state, decline, count in session.execute(asked):
        states[center][state] += count
        if decline is not None:
            declines[center][decline] += count
    ordered = sorted(states, key=lambda slug: (-states[slug].total(), slug))
    for center in ordered:
        yield CenterOutcome(
            center,
            shown(states[center].total(), is_owner=is_owner),
            {
                state: shown(count, is_owner=is_owner)
                for state, count in sorted(states[center].items())
            },
            {
                code: shown(count, is_owner=is_owner)
                for code, count in sorted(declines[center].items())
            },
        )
