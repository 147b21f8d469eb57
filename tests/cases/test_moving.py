"""Moving a case from step to step, to rest, to its end and back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.cases.actions import moving, referring
from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.erasing import withdraw
from directory.cases.model import Case, Move
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.deadlines import PauseRefusedError
from directory.cases.rules.machine import (
    MOVES,
    CasePausedError,
    ClosingRefusedError,
    NotPausedError,
    ReopenRefusedError,
    StepRefusedError,
    WaitRefusedError,
)
from directory.cases.rules.states import (
    Closing,
    PauseReason,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.errors import NotFoundError, RefusedError
from tests.cases.people import Cast


def version(people: Cast) -> int:
    return people.row().version


def kinds(people: Cast) -> list[str]:
    found = people.patient.session.scalars(
        select(Move.kind).where(Move.case_id == people.case).order_by(Move.id)
    )
    return list(found)


def take(people: Cast) -> None:
    row = people.referral()
    referring.accept(people.east, row.id, row.version)


def walk(people: Cast, to: Step) -> None:
    """Let the hospital walk a case to a step."""
    take(people)
    for step in list(Step)[2 : to.value]:
        row = people.referral()
        moving.move_step_as_hospital(
            people.east, row.id, step, waits_for=Side.HOSPITAL, version=row.version
        )


def test_an_owner_moves_an_inquiry_to_its_review(people):
    before = version(people)

    moving.move_step(
        people.owner,
        people.case,
        Step.REVIEW,
        waits_for=Side.HOSPITAL,
        version=before,
    )

    case = people.row()
    assert (case.step, case.state) == (Step.REVIEW, State.HOSPITAL)
    assert case.due_at > people.owner.now
    assert case.step_since == people.owner.now
    assert (case.version, kinds(people)[-1]) == (before + 1, Kind.STEPPED)


def test_a_center_moves_a_case_as_the_table_says_and_no_other_way(people):
    take(people)
    session = people.patient.session
    row = people.referral()
    for step, to in ((step, to) for step in Step for to in Step):
        kept = session.begin_nested()
        session.get_one(Case, people.case).step = step.value
        session.flush()
        may = to in MOVES[step] and step is not Step.INQUIRY
        with nullcontext() if may else pytest.raises(StepRefusedError):
            moving.move_step_as_hospital(
                people.east, row.id, to, waits_for=Side.PATIENT, version=row.version
            )
        assert people.row().step == (to if may else step)
        kept.rollback()


def test_a_center_walks_a_case_through_all_steps_and_twice_back(people):
    walk(people, Step.EVALUATION)
    for step in (Step.REVIEW, Step.CONSULTATION, Step.ESTIMATE, Step.TRAVEL,
                 Step.EVALUATION, Step.MANUFACTURING, Step.EVALUATION,
                 Step.MANUFACTURING, Step.INFUSION, Step.FOLLOW_UP):  # fmt: skip
        row = people.referral()
        moving.move_step_as_hospital(
            people.east, row.id, step, waits_for=Side.HOSPITAL, version=row.version
        )

    assert people.row().step == Step.FOLLOW_UP


def test_a_move_by_somebody_else_is_refused(people):
    take(people)
    row = people.referral()

    with pytest.raises(NotFoundError):
        moving.move_step_as_hospital(
            people.west, row.id, Step.CONSULTATION, waits_for=Side.PATIENT, version=1
        )
    with pytest.raises(RefusedError):
        moving.move_step(
            people.east, people.case, Step.REVIEW, waits_for=Side.PATIENT, version=1
        )
    with pytest.raises(RefusedError):
        moving.move_step_as_hospital(
            people.owner, row.id, Step.CONSULTATION, waits_for=Side.PATIENT, version=1
        )


def test_two_pages_of_one_case_do_not_overwrite_each_other(people):
    seen = version(people)
    moving.wait_for(people.owner, people.case, Side.PATIENT, seen)

    with pytest.raises(CaseChangedError):
        moving.wait_for(people.owner, people.case, Side.FACILITATOR, seen)

    assert people.row().state == State.PATIENT


def test_nobody_waits_for_a_center_that_has_no_case(people):
    row = people.referral()
    referring.end_referral(people.owner, people.case, row.id)

    for side in (Side.HOSPITAL, Side.DIRECTORY):
        with pytest.raises(WaitRefusedError):
            moving.wait_for(people.owner, people.case, side, version(people))


def test_a_case_rests_until_a_day_and_goes_on_where_it_was(people):
    take(people)
    until = (people.owner.now + timedelta(days=90)).date()
    moving.pause(people.owner, people.case, PauseReason.MEDICAL, until, version(people))
    case = people.row()
    assert (case.state, case.resumes) == (State.PAUSED, State.HOSPITAL)
    assert case.paused_for == PauseReason.MEDICAL
    with pytest.raises(CasePausedError):
        moving.wait_for(people.owner, people.case, Side.PATIENT, case.version)
    row = people.referral()
    with pytest.raises(CasePausedError):
        moving.move_step_as_hospital(
            people.east,
            row.id,
            Step.CONSULTATION,
            waits_for=Side.PATIENT,
            version=row.version,
        )

    moving.resume(people.owner, people.case, version(people))

    case = people.row()
    assert (case.state, case.resumes, case.paused_for) == (State.HOSPITAL, None, None)
    with pytest.raises(NotPausedError):
        moving.resume(people.owner, people.case, case.version)


@pytest.mark.parametrize(("days", "wrong"), [(-1, "past"), (0, "past"), (182, "far")])
def test_a_case_rests_for_no_time_and_not_forever(people, days, wrong):
    until = people.owner.now.date() + timedelta(days=days)

    with pytest.raises(PauseRefusedError) as refused:
        moving.pause(
            people.owner, people.case, PauseReason.TRAVEL, until, version(people)
        )

    assert refused.value.facts["wrong"] == wrong


def test_closing_ends_what_centers_have_of_it(people):
    take(people)

    moving.close(people.owner, people.case, Closing.COST, version(people))

    case = people.row()
    assert (case.state, case.closing, case.due_at) == (State.CLOSED, Closing.COST, None)
    assert people.referral().state == ReferralState.ENDED
    with pytest.raises(NotFoundError):
        moving.move_step_as_hospital(
            people.east,
            people.referral().id,
            Step.CONSULTATION,
            waits_for=Side.PATIENT,
            version=1,
        )
    with pytest.raises(CaseRestsError):
        moving.close(people.owner, people.case, Closing.VISA, version(people))
    with pytest.raises(CaseRestsError):
        moving.pause(
            people.owner,
            people.case,
            PauseReason.MEDICAL,
            date(2030, 1, 1),
            version(people),
        )


def test_a_patient_closes_with_a_reason_of_their_own_and_once(people):
    with pytest.raises(ClosingRefusedError):
        moving.close_as_patient(people.patient, people.inquiry, Closing.DUPLICATE)

    moving.close_as_patient(people.patient, people.inquiry, Closing.ELSEWHERE)
    lines = len(kinds(people))
    moving.close_as_patient(people.patient, people.inquiry, Closing.COST)

    assert people.row().closing == Closing.ELSEWHERE
    assert len(kinds(people)) == lines


def test_a_case_is_opened_again_within_two_weeks_and_no_later(people):
    with pytest.raises(ReopenRefusedError):
        moving.reopen(people.owner, people.case, version(people))
    moving.close(people.owner, people.case, Closing.NO_REPLY, version(people))
    late = people.later(days=14, seconds=1)
    with pytest.raises(ReopenRefusedError) as refused:
        moving.reopen(late.owner, people.case, version(people))
    assert refused.value.facts["reason"] == "late"

    moving.reopen(people.later(days=14).owner, people.case, version(people))

    case = people.row()
    assert (case.state, case.closing, case.closed_at) == (State.FACILITATOR, None, None)
    assert case.due_at is not None
    assert people.referral().state == ReferralState.ENDED


def test_what_was_taken_back_is_not_opened_again(people):
    withdraw(people.patient, people.inquiry)

    with pytest.raises(ReopenRefusedError) as refused:
        moving.reopen(people.owner, people.case, version(people))

    assert refused.value.facts["reason"] == "withdrawn"


def test_each_line_of_the_timeline_is_in_the_log(people):
    walk(people, Step.TRAVEL)
    moving.close(people.owner, people.case, Closing.VISA, version(people))

    session = people.patient.session
    for kind in set(kinds(people)):
        logged = session.scalar(
            select(func.count()).where(
                Entry.event == kind, Entry.subject == f"case:{people.case}"
            )
        )
        assert logged == kinds(people).count(kind), kind
