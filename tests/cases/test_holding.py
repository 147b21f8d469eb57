"""What came in a flood waits until somebody has looked at it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.cases.actions import opening
from directory.cases.actions.holding import close_held, let_in
from directory.cases.model import Case, Referral
from directory.cases.queries.holding import held_cases, held_count
from directory.cases.queries.receipts import first_answer
from directory.core.actor import VISITOR, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.work import Work
from directory.inquiries.queries import draft
from directory.outbox.model import Promise
from tests.inquiries.invented import after, answered
from tests.submissions.people import acting


@pytest.fixture
def flooded(people):
    """Return everybody around a case, and the id of one more that is held."""
    visitor = Work(people.patient.session, VISITOR, people.patient.now)
    secret = answered(visitor, people.keys)
    then = after(visitor, seconds=60)
    before = {row.id for row in promises(people)}
    revision = draft(visitor.session, people.keys, secret, now=then.now).revision
    receipt = opening.send(then, people.keys, secret, revision, is_held=True)
    visitor.session.flush()
    case = visitor.session.scalars(
        select(Case).filter_by(inquiry_id=receipt.inquiry)
    ).one()
    news = [row for row in promises(people) if row.id not in before]
    return people.later(seconds=120), case, news


def promises(people):
    """Return everything that is promised."""
    return people.patient.session.scalars(select(Promise)).all()


def referrals(people, case):
    """Return the centers that have a case."""
    return people.patient.session.scalars(
        select(Referral.center).where(Referral.case_id == case.id)
    ).all()


def test_nobody_is_told_and_no_center_has_it(flooded):
    people, case, news = flooded

    assert [row.kind for row in news] == ["mail.inquiry-confirm-email"]
    assert referrals(people, case) == []
    assert held_count(people.owner.session, people.owner.actor) == 1
    assert case.due_at is not None


def test_its_sender_reads_who_has_it_and_by_when(flooded):
    people, case, _news = flooded

    told = first_answer(people.patient.session, case.inquiry_id)

    assert (told.is_own_office, told.by, told.asked) == (True, case.due_at, ())


def test_once_let_in_it_is_told_of_and_offered(flooded):
    people, case, _news = flooded

    assert let_in(people.owner, [case.id]) == 1

    assert referrals(people, case) == ["east-invented"]
    assert held_count(people.owner.session, people.owner.actor) == 0
    assert "case.news" in {row.kind for row in promises(people)}


def test_letting_it_in_twice_changes_nothing(flooded):
    people, case, _news = flooded
    let_in(people.owner, [case.id])
    version = case.version

    assert let_in(people.owner, [case.id, people.case]) == 0

    assert case.version == version


def test_held_cases_are_closed_in_one_press(flooded):
    people, case, _news = flooded
    [shown] = held_cases(people.owner.session, people.owner.actor)

    left = close_held(people.owner, {case.id: shown.version})

    assert left == ()
    assert (case.state, case.closing) == ("closed", "out-of-scope")
    assert held_cases(people.owner.session, people.owner.actor) == ()


def test_what_changed_meanwhile_is_left_as_it_is(flooded):
    people, case, _news = flooded
    let_in(people.owner, [case.id])

    left = close_held(people.owner, {case.id: case.version, people.case: 1})

    assert set(left) == {case.id, people.case}
    assert case.state != "closed"


def test_another_organization_does_not_find_it(flooded):
    people, case, _news = flooded
    other = acting(
        people.owner, Role.FACILITATOR, organization=people.east.actor.organization
    )

    assert held_cases(other.session, other.actor) == ()
    for act in (
        lambda: let_in(other, [case.id]),
        lambda: close_held(other, {case.id: 1}),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_nobody_but_those_who_work_on_cases_may(flooded):
    people, case, _news = flooded

    for work in (people.patient, people.east):
        with pytest.raises(RefusedError):
            let_in(work, [case.id])
        with pytest.raises(RefusedError):
            close_held(work, {case.id: 1})
