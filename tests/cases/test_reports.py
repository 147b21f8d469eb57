"""Counts are of one's own organization; others see no small ones, and no contents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.cases.actions.telling import tell
from directory.cases.model import Case
from directory.cases.queries.reports import own_report, report_of_all, totals
from directory.cases.rules.states import Closing, Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role
from directory.core.errors import RefusedError
from tests.submissions.people import acting


@pytest.fixture
def admin(people):
    return acting(people.owner, Role.ADMIN)


def own(people, **later):
    now = people.owner.now + timedelta(**later)
    return own_report(people.owner.session, people.owner.actor, count=2, now=now)


def walk(people):
    """Answer after a day, go on after two, close after four."""
    one = people.later(days=1)
    case = one.row()
    case.answered_at = one.owner.now
    two = people.later(days=2)
    case.step, case.state = Step.REVIEW.value, State.HOSPITAL.value
    case.step_since = two.owner.now
    tell(two.owner, case, Kind.STEPPED, side=Side.FACILITATOR)
    four = people.later(days=4)
    case.state, case.due_at = State.CLOSED.value, None
    case.closed_at, case.closing = four.owner.now, Closing.NO_CAPACITY.value
    tell(four.owner, case, Kind.CLOSED, side=Side.FACILITATOR)


def test_a_case_that_was_just_opened(people):
    found = own(people)

    assert [(month.name, month.opened) for month in found.months] == [
        ("2026-10", 0),
        ("2026-11", 1),
    ]
    assert (found.is_open, found.overdue, found.waiting) == (1, 0, 1)
    assert found.answer is None
    assert found.steps[Step.INQUIRY] is None
    assert [(one.center, one.total, one.states) for one in found.centers] == [
        ("east-invented", 1, {"offered": 1})
    ]


def test_a_case_that_was_walked_and_closed(people):
    walk(people)
    found = own(people, days=5)

    assert found.answer.count == 1
    assert found.answer.median == pytest.approx(1, abs=0.01)
    assert found.steps[Step.INQUIRY].median == pytest.approx(2, abs=0.01)
    assert found.steps[Step.REVIEW].median == pytest.approx(2, abs=0.01)
    assert found.closings[Closing.NO_CAPACITY] == 1
    assert (found.is_open, found.waiting) == (0, 0)


def test_a_late_case_is_overdue(people):
    assert own(people, days=30).overdue == 1


def test_what_is_too_old_is_not_counted(people):
    walk(people)
    found = own(people, days=100)

    assert found.months[-1].opened == 0
    assert found.closings[Closing.NO_CAPACITY] == 0
    assert found.steps[Step.INQUIRY] is None


def test_another_organization_has_none_of_these(people):
    stranger = acting(people.owner, Role.FACILITATOR, organization=None)
    found = own_report(stranger.session, stranger.actor, count=2, now=people.owner.now)

    assert (found.is_open, found.centers) == (0, ())
    assert stranger.actor.organization != people.owner.actor.organization


def test_administrators_see_no_small_outcomes(people, admin):
    walk(people)
    found = report_of_all(
        admin.session, admin.actor, count=2, now=people.owner.now + timedelta(days=5)
    )

    assert found.closings[Closing.NO_CAPACITY] is None
    assert found.closings[Closing.DIED] == 0
    assert found.answer is None
    assert found.steps[Step.REVIEW] is None
    assert [(one.total, one.states) for one in found.centers] == [
        (None, {"offered": None})
    ]


def test_administrators_see_where_cases_are(people, admin):
    now = people.owner.now + timedelta(days=30)
    found = totals(admin.session, admin.actor, now=now)

    assert found.by_state[State.FACILITATOR] == 1
    assert found.by_step[Step.INQUIRY] == 1
    assert [(o.is_open, o.overdue, o.unassigned) for o in found.offices] == [(1, 1, 1)]
    assert found.longest_overdue == people.row().due_at
    assert found.oldest == people.row().opened_at
    assert found.invented == 0


def test_without_cases_everything_is_zero(people, admin):
    walk(people)
    found = totals(admin.session, admin.actor, now=people.owner.now)

    assert sum(found.by_step.values()) == 0
    assert found.by_state[State.CLOSED] == admin.session.query(Case).count() == 1
    assert (found.overdue, found.longest_overdue, found.offices) == (0, None, ())


def test_others_may_not_count(people):
    session, now = people.owner.session, people.owner.now

    with pytest.raises(RefusedError):
        own_report(session, people.east.actor, count=2, now=now)
    for count in (totals, report_of_all):
        more = {} if count is totals else {"count": 2}
        with pytest.raises(RefusedError):
            count(session, people.owner.actor, now=now, **more)
