"""Lists of one's own cases: who sees which, in which order, by how much work."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from directory.cases.actions.opening import HELD_MARK
from directory.cases.actions.talking import say_as_patient
from directory.cases.model import CaseMark, Task
from directory.cases.queries.board import CARDS, board
from directory.cases.queries.inbox import (
    PER_PAGE,
    Sort,
    Tab,
    Wanted,
    centers_in_use,
    inbox,
    reference_words,
)
from directory.cases.rules.states import State, Step
from tests.cases.owning import another, colleague, stranger


def found(people, tab=Tab.TEAM, **wanted):
    owner = people.owner
    return inbox(owner.session, owner.actor, Wanted(tab=tab, **wanted), now=owner.now)


def names(page):
    return [row.reference for row in page.rows]


@contextmanager
def counted(session):
    said = []

    def note(*given):
        said.append(given[2])

    session.connection()  # so that its BEGIN is not counted
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_new_case_is_unassigned_and_waits_for_its_owner(people):
    page = found(people, Tab.UNASSIGNED)

    row = people.row()
    assert names(page) == [row.reference]
    assert page.rows[0].version == row.version
    assert page.rows[0].centers == ("east-invented",)
    assert page.counts[Tab.UNASSIGNED] == page.counts[Tab.OURS] == 1
    assert page.counts[Tab.MINE] == page.counts[Tab.CLOSED] == 0


def test_nobody_else_sees_it(people):
    other = stranger(people)

    page = inbox(other.session, other.actor, Wanted(Tab.TEAM), now=other.now)

    assert page.rows == ()
    assert set(page.counts.values()) == {0}
    assert centers_in_use(other.session, other.actor) == ()
    assert [
        each.total for each in board(other.session, other.actor, now=other.now)
    ] == [0] * 9


def test_mine_are_those_that_i_carry(people):
    people.row().assignee_id = people.owner.actor.person
    people.owner.session.flush()

    assert found(people, Tab.MINE).total == 1
    assert found(people, Tab.UNASSIGNED).total == 0
    mate = colleague(people)
    theirs = inbox(mate.session, mate.actor, Wanted(Tab.MINE), now=mate.now)
    assert theirs.total == 0
    assert theirs.counts[Tab.TEAM] == 1


def test_what_is_overdue_is_told_from_what_is_not(people):
    assert found(people, Tab.OVERDUE).total == 0

    late = people.later(days=30)

    page = found(late, Tab.OVERDUE)
    assert page.total == 1
    assert page.rows[0].is_late


def test_a_case_that_came_in_a_flood_is_left_out(people):
    people.owner.session.add(
        CaseMark(case_id=people.case, kind=HELD_MARK, digest=b"x" * 32)
    )
    people.owner.session.flush()

    assert found(people).total == 0
    assert found(people).counts[Tab.TEAM] == 0
    columns = board(people.owner.session, people.owner.actor, now=people.owner.now)
    assert sum(each.total for each in columns) == 0


def test_new_messages_and_late_tasks_are_counted(people):
    say_as_patient(
        people.patient, people.keys, people.inquiry, None, "Hello?", "a" * 32, "en"
    )
    people.owner.session.add(
        Task(
            id="1" * 32,
            case_id=people.case,
            organization_id=people.owner.actor.organization,
            kind="own",
            made_by=people.owner.actor.person,
            made_at=people.owner.now,
            due_at=people.owner.now - timedelta(hours=1),
        )
    )
    people.owner.session.flush()

    row = found(people).rows[0]

    assert (row.new, row.late_tasks) == (1, 1)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"step": Step.INQUIRY}, 1),
        ({"step": Step.REVIEW}, 0),
        ({"state": State.FACILITATOR}, 1),
        ({"state": State.HOSPITAL}, 0),
        ({"center": "east-invented"}, 1),
        ({"center": "west-invented"}, 0),
        ({"assignee": 0}, 0),
    ],
)
def test_filters_leave_what_was_asked_for(people, wanted, count):
    assert found(people, **wanted).total == count


def test_a_case_is_found_by_what_staff_call_it(people):
    reference = people.row().reference

    for typed in (reference, reference.lower(), f" {reference[:4]} {reference[5:]} "):
        assert found(people, reference=reference_words(typed)).total == 1
    assert found(people, reference=reference_words(reference[5:])).total == 1


@pytest.mark.parametrize("typed", ["", "%", "_", "'; --", "\x00", "é", "💊", "   "])
def test_what_cannot_be_a_reference_is_no_filter(typed):
    assert reference_words(typed) == ""


@pytest.mark.parametrize("sort", Sort)
def test_lists_sort_both_ways_and_page(people, sort):
    for number in range(3):
        another(people, hours=number + 1)

    there = names(found(people, sort=sort))
    back = names(found(people, sort=sort, is_turned=True))

    assert len(there) == 4
    assert set(there) == set(back)
    if sort in {Sort.OPENED, Sort.REFERENCE}:
        assert there == list(reversed(back))


def test_pages_do_not_overlap(people):
    for number in range(PER_PAGE):
        another(people, minutes=number * 3 + 5)

    first, second = found(people), found(people, page=2)

    assert first.total == second.total == PER_PAGE + 1
    assert len(first.rows) == PER_PAGE
    assert len(second.rows) == 1
    assert not set(names(first)) & set(names(second))


def test_many_cases_take_no_more_statements_than_few(people):
    session, actor, now = people.owner.session, people.owner.actor, people.owner.now
    with counted(session) as few:
        found(people)
        board(session, actor, now=now)
    for number in range(CARDS + 5):
        another(people, minutes=number * 3 + 5)
    with counted(session) as many:
        found(people)
        columns = board(session, actor, now=now)

    assert len(many) == len(few) == 7
    assert len(columns[0].cards) == CARDS
    assert columns[0].total == CARDS + 6
    assert columns[0].more == 6


def test_a_board_shows_the_cases_of_one_person_alone(people):
    mine = another(people, hours=1)
    mine.assignee_id = people.owner.actor.person
    people.owner.session.flush()

    columns = board(
        people.owner.session,
        people.owner.actor,
        now=people.owner.now,
        assignee=people.owner.actor.person,
    )

    assert [card.id for each in columns for card in each.cards] == [mine.id]
