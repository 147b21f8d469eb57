"""A plan of the nine steps: days that follow from stated lengths, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.knowledge.rules.guide import FollowUpLine, Point, Step

HORIZON = timedelta(days=730)
"""How far ahead a plan is made; fares, rules and products change before that."""

ARRIVAL = 6
"""The first step that is done at the hospital."""

WEEK = 7
"""Days."""

AXIS_WEEKS = 9
"""Weeks after arrival that are drawn."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a step takes, as a source states it.

    Args:
        least_days: At least.
        most_days: At most; ``None`` where the source says "and then".
    """

    least_days: int
    most_days: int | None


LENGTHS = {7: Length(21, 28), 8: Length(3, None)}
"""Lengths of steps that are numbers, by the number of the step: "about three to four
weeks" and "three days of chemotherapy, a short rest" (source: durations of steps 7
and 8 of the guide to the process, each with its own). No other step has one."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a plan.

    Args:
        step: As the guide tells it.
        not_before: First day on which it can begin; ``None`` before the journey,
            where nothing is stated that could be counted back from.
        or_not_before: The same if what comes before takes its longest stated time.
        length: As far as it is stated in numbers.
    """

    step: Step
    not_before: date | None
    or_not_before: date | None
    length: Length | None

    @property
    def is_open(self) -> bool:
        """Tell whether nothing says when it ends."""
        return self.length is None or self.length.most_days is None


@dataclass(frozen=True, slots=True)
class Check:
    """A check after treatment, and the first day on which it can be due."""

    line: FollowUpLine
    point: Point
    not_before: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be said of days from one day of arrival.

    Every day is a "not before": each step without a stated length moves all that
    comes after it, and nobody can say how far.

    Args:
        day: Of arrival.
        before: Steps at home.
        there: Steps at the hospital.
        infusion: First day on which the cells can be given.
        infusion_late: The same if the cells take their longest stated time.
        checks: After the infusion, by day.
    """

    day: date
    before: tuple[Planned, ...]
    there: tuple[Planned, ...]
    infusion: date
    infusion_late: date
    checks: tuple[Check, ...]

    @property
    def last_drawn(self) -> date:
        """Return the last day that the picture shows."""
        return self.day + timedelta(days=AXIS_WEEKS * WEEK)


def problem(day: date, today: date) -> str | None:
    """Return what is wrong with a day of arrival: ``past`` or ``far``, if anything."""
    if day < today:
        return "past"
    return "far" if day - today > HORIZON else None


def plan(
    steps: Iterable[Step], follow_up: Sequence[tuple[FollowUpLine, Point]], day: date
) -> Plan:
    """Return a plan.

    Args:
        steps: All of them, in any order.
        follow_up: What is done after treatment.
        day: The earliest day of arrival.
    """
    earliest, latest = day, day
    before, there = [], []
    for step in sorted(steps, key=lambda each: each.number):
        length = LENGTHS.get(step.number)
        if step.number < ARRIVAL:
            before.append(Planned(step, None, None, length))
            continue
        late = latest if latest != earliest else None
        there.append(Planned(step, earliest, late, length))
        if length is not None:
            earliest += timedelta(days=length.least_days)
            latest += timedelta(days=length.most_days or length.least_days)
    return Plan(
        day=day,
        before=tuple(before),
        there=tuple(there),
        infusion=earliest,
        infusion_late=latest,
        checks=tuple(
            Check(line, point, _after(earliest, line))
            for line, point in follow_up
            if line.days is not None or line.months is not None
        ),
    )


def _after(day: date, line: FollowUpLine) -> date:
    """Return a day so many days or calendar months after another.

    A month that is shorter ends on its last day.
    """
    if line.days is not None:
        return day + timedelta(days=line.days)
    years, month = divmod(day.month - 1 + (line.months or 0), 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    return date(day.year + years, month + 1, min(day.day, 28))
