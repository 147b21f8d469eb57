"""Keeping deadlines: who hears of what when, once; and what goes on by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from directory.cases.actions import moving, referring
from directory.cases.actions.consenting import give_consent
from directory.cases.actions.deadlines import (
    due_cases,
    keep_deadlines,
    missing_cases,
    open_missing,
)
from directory.cases.model import Case, CaseMark, Move, Referral, Task
from directory.cases.rules.states import (
    Closing,
    Lack,
    PauseReason,
    ReferralState,
    Side,
    State,
)
from directory.cases.rules.timeline import Kind
from directory.cases.rules.triage import NO_REPLY
from directory.core.errors import RefusedError
from directory.inquiries.rules.consents import Ticked
from directory.outbox.model import Promise
from tests.cases.people import Cast
from tests.inquiries.invented import SHARE

NOTICE = (Kind.REMINDED.value, Kind.ESCALATED.value)


def keep(people: Cast) -> int:
    """Do one round at somebody's moment."""
    done = 0
    for case in due_cases(people.program):
        done += keep_deadlines(people.program, people.keys, case)
    return done


def notices(people: Cast) -> list[tuple[str, str]]:
    """Return whom was told how, of the case itself."""
    rows = (
        people.patient.session.query(Move)
        .filter(Move.case_id == people.case, Move.kind.in_(NOTICE))
        .filter(Move.referral_id.is_(None))
        .order_by(Move.id)
    )
    return [(row.kind, row.facts["whom"]) for row in rows]


def kinds(people: Cast) -> list[str]:
    rows = people.patient.session.query(Move).filter_by(case_id=people.case)
    return [row.kind for row in rows.order_by(Move.id)]


def without_centers(people: Cast) -> None:
    """Leave the case with its owner alone."""
    referring.end_referral(people.owner, people.case, people.referral().id)


def test_nothing_is_done_before_it_is_due_and_nothing_twice(people):
    without_centers(people)
    assert keep(people) == 0
    due = people.row().due_at
    assert due is not None
    late = people.later(seconds=(due - people.patient.now).total_seconds())

    assert keep(late) + keep(late) + keep(late) == 2

    assert notices(people) == [("case.reminded", "facilitator")] * 2


def test_an_owner_who_is_silent_is_told_then_their_managers_then_the_office(people):
    without_centers(people)
    late = people.later(days=10)
    while keep(late):
        pass

    assert notices(people)[:4] == [
        ("case.reminded", "facilitator"),
        ("case.reminded", "facilitator"),
        ("case.escalated", "managers"),
        ("case.escalated", "office"),
    ]
    told = len(notices(people))
    later = people.later(days=60)
    while keep(later):
        pass
    assert len(notices(people)) > told
    assert people.row().state == State.FACILITATOR


def test_news_is_promised_of_each_notice(people):
    without_centers(people)
    session = people.patient.session
    before = session.query(Promise).filter_by(kind="case.news").count()
    while keep(people.later(days=10)):
        pass

    after = session.query(Promise).filter_by(kind="case.news").count()
    assert after - before == len(notices(people)) > 3


def test_a_patient_who_never_answers_is_a_task_for_the_owner_and_no_end(people):
    without_centers(people)
    moving.wait_for(people.owner, people.case, Side.PATIENT, people.row().version)
    late = people.later(days=60)
    while keep(late):
        pass

    session = people.patient.session
    (task,) = session.query(Task).filter_by(case_id=people.case)
    assert (task.kind, task.organization_id) == (NO_REPLY, people.row().organization_id)
    assert kinds(people)[-1] == Kind.SILENT
    assert people.row().state == State.PATIENT
    assert keep(people.later(days=400)) == 0


def test_a_center_that_is_silent_loses_the_case_to_the_next(people):
    give_consent(
        people.patient,
        people.inquiry,
        Ticked(wording=SHARE, recipient="center:west-invented"),
    )
    due = people.referral().due_at
    assert due is not None
    near = people.later(seconds=(due - people.patient.now).total_seconds() - 60)
    keep(near)
    assert people.referral().state == ReferralState.OFFERED
    assert people.referral().warnings == 1

    late = people.later(seconds=(due - people.patient.now).total_seconds())
    for _ in range(3):
        keep(late)

    assert people.referral().state == ReferralState.EXPIRED
    assert people.referral("west-invented").state == ReferralState.OFFERED
    session = people.patient.session
    assert session.query(Referral).filter_by(case_id=people.case).count() == 2
    offered = (
        session.query(Move)
        .filter_by(case_id=people.case, kind=Kind.OFFERED.value)
        .order_by(Move.id.desc())
        .first()
    )
    assert offered is not None
    assert offered.side == Side.DIRECTORY
    assert "case.reminded" in kinds(people)


def test_without_a_next_center_the_owner_has_the_case_again(people):
    moving.wait_for(people.owner, people.case, Side.HOSPITAL, people.row().version)

    keep(people.later(days=12))

    case = people.row()
    assert case.state == State.FACILITATOR
    assert case.due_at is not None
    assert case.due_at > people.later(days=12).patient.now


def test_a_patient_who_does_not_decide_gives_the_case_back(people):
    without_centers(people)
    referring.propose(
        people.owner,
        people.keys,
        people.case,
        ["west-invented"],
        reasons={},
        rules_version=None,
        version=people.row().version,
    )

    keep(people.later(days=30))

    assert people.referral("west-invented").state == ReferralState.EXPIRED
    assert people.row().state == State.FACILITATOR


def test_a_center_that_needs_more_waits_for_the_patient_for_weeks(people):
    row = people.referral()
    referring.need_more(people.east, people.keys, row.id, [Lack.BLOOD], "", row.version)
    while keep(people.later(days=14)):
        pass
    assert people.referral().state == ReferralState.NEEDS_MORE

    while keep(people.later(days=40)):
        pass

    assert people.referral().state == ReferralState.EXPIRED
    assert people.row().state == State.FACILITATOR


def test_a_rest_ends_by_itself_and_its_referrals_have_all_their_time(people):
    until = (people.owner.now + timedelta(days=100)).date()
    moving.pause(
        people.owner, people.case, PauseReason.TRAVEL, until, people.row().version
    )
    assert keep(people.later(days=90)) == 0
    assert people.referral().state == ReferralState.OFFERED

    then = people.later(days=101)
    assert keep(then) == 1

    assert people.row().state == State.FACILITATOR
    due = people.referral().due_at
    assert due is not None
    assert due > then.patient.now


def test_a_closed_case_is_left_alone(people):
    moving.close(people.owner, people.case, Closing.COST, people.row().version)

    assert due_cases(people.later(days=400).program) == []
    assert keep_deadlines(people.program, people.keys, people.case) == 0


def test_only_the_program_keeps_deadlines(people):
    for act in (
        due_cases,
        lambda work: keep_deadlines(work, people.keys, people.case),
        lambda work: missing_cases(work, 1),
        lambda work: open_missing(work, people.keys, people.inquiry),
    ):
        with pytest.raises(RefusedError):
            act(people.owner)


def test_an_inquiry_that_has_no_case_gets_one_and_only_one(people):
    session = people.patient.session
    for table in (Move, CaseMark, Referral):
        session.execute(delete(table).where(table.case_id == people.case))
    session.execute(delete(Case).where(Case.id == people.case))
    session.flush()
    assert missing_cases(people.program, 10) == [people.inquiry]

    assert open_missing(people.program, people.keys, people.inquiry) == 1
    assert open_missing(people.program, people.keys, people.inquiry) == 0

    (case,) = session.query(Case).filter_by(inquiry_id=people.inquiry)
    assert case.due_at is not None
    assert missing_cases(people.program, 10) == []
