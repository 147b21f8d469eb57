"""Times are offered, one is chosen, and the plan is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.consulting import (
    CallChangedError,
    CallWordsError,
    cancel_call,
    choose_time,
    hold_call,
    no_time_fits,
    offer_times,
    say_how,
)
from directory.cases.model import Call, Move
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import hospitals_care, owners_care, patients_care
from directory.cases.rules.calls import SlotError
from directory.cases.rules.states import CallState, Step
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from tests.cases.giving import accepted
from tests.inquiries.invented import CANARY
from tests.submissions.people import acting


@pytest.fixture
def soon(people):
    """Return two times that can be offered."""
    first = people.patient.now.replace(minute=0, second=0) + timedelta(days=3)
    return [first, first + timedelta(hours=2)]


@pytest.fixture
def referral(people):
    return accepted(people).id


def offer(people, referral, slots, **more):
    given: dict[str, Any] = {"has_interpreter": True, "how": f"{CANARY} room"} | more
    name = offer_times(people.east, people.keys, referral, slots, 45, **given)
    people.east.session.commit()
    return name


def seen(people, referral):
    session = people.east.session
    return hospitals_care(
        session, people.east.actor, people.keys, referral, now=people.east.now
    )


def test_all_three_sides_read_the_same_offer(people, referral, soon):
    name = offer(people, referral, list(reversed(soon)))
    session, now = people.patient.session, people.patient.now

    call = seen(people, referral).call
    assert (call.id, call.slots, call.how) == (name, tuple(soon), f"{CANARY} room")
    assert call.has_interpreter
    (owners,) = owners_care(
        session, people.owner.actor, people.keys, people.case, now=now
    )
    (patients,) = patients_care(session, people.keys, people.inquiry, now=now)
    assert owners == patients == seen(people, referral)


def test_an_offer_waits_for_the_patient_and_is_told(people, referral, soon):
    offer(people, referral, soon)

    case = people.row()
    assert case.state == "waiting-for-patient"
    assert case.due_at > people.patient.now
    move = people.patient.session.query(Move).order_by(Move.id.desc()).first()
    assert (move.kind, move.side, move.facts["times"]) == (
        "call.offered",
        "hospital",
        2,
    )


def test_in_another_step_an_offer_leaves_who_is_waited_for(people, soon):
    referral = accepted(people, Step.REVIEW).id

    offer(people, referral, soon)

    assert people.row().state == "waiting-for-hospital"


def test_how_to_join_and_the_plan_are_sealed(people, referral, soon):
    name = offer(people, referral, soon)
    choose_time(people.patient, people.keys, people.inquiry, name, soon[0])
    after = people.later(days=4)
    hold_call(after.east, people.keys, referral, name, f"{CANARY} plan")
    after.east.session.commit()

    row = people.patient.session.get(Call, name)
    assert CANARY.encode() not in row.how + row.summary
    (told,) = seen(after, referral).calls
    assert (told.state, told.summary) == (CallState.HELD, f"{CANARY} plan")
    facts = people.patient.session.scalars(text("SELECT facts FROM case_move")).all()
    assert CANARY not in str(facts)


def test_a_new_offer_ends_the_one_before(people, referral, soon):
    first = offer(people, referral, soon)
    second = offer(people, referral, soon[:1])

    states = {call.id: call.state for call in seen(people, referral).calls}
    assert states == {first: CallState.CANCELED, second: CallState.OFFERED}
    with pytest.raises(CallChangedError):
        choose_time(people.patient, people.keys, people.inquiry, first, soon[0])


def test_choosing_twice_is_choosing_once(people, referral, soon):
    name = offer(people, referral, soon)

    for _ in range(2):
        choose_time(people.patient, people.keys, people.inquiry, name, soon[1])

    assert seen(people, referral).call.chosen_at == soon[1]
    assert people.patient.session.query(Move).filter_by(kind="call.chosen").count() == 1
    assert people.row().state == "waiting-for-hospital"
    with pytest.raises(CallChangedError):
        choose_time(people.patient, people.keys, people.inquiry, name, soon[0])


def test_a_time_that_was_not_offered_cannot_be_chosen(people, referral, soon):
    name = offer(people, referral, soon)

    with pytest.raises(NotFoundError):
        choose_time(
            people.patient,
            people.keys,
            people.inquiry,
            name,
            soon[0] + timedelta(minutes=1),
        )


def test_a_time_that_is_past_cannot_be_chosen(people, referral, soon):
    name = offer(people, referral, soon)
    late = people.later(days=4)

    with pytest.raises(SlotError) as refused:
        choose_time(late.patient, people.keys, people.inquiry, name, soon[0])

    assert refused.value.facts["wrong"] == "past"
    assert seen(late, referral).call.ahead == ()


def test_two_consultations_are_not_at_the_same_time(people, referral, soon):
    session = people.patient.session
    name = offer(people, referral, soon)
    choose_time(people.patient, people.keys, people.inquiry, name, soon[0])
    second = offer(people, referral, [soon[0] + timedelta(minutes=30), soon[1]])

    with pytest.raises(SlotError) as refused:
        choose_time(
            people.patient,
            people.keys,
            people.inquiry,
            second,
            soon[0] + timedelta(minutes=30),
        )

    assert refused.value.facts["wrong"] == "overlaps"
    assert session.get(Call, second).state == "offered"


def test_none_fits_waits_for_the_hospital(people, referral, soon):
    name = offer(people, referral, soon)

    for _ in range(2):
        no_time_fits(people.patient, people.keys, people.inquiry, name)

    assert people.row().state == "waiting-for-hospital"
    assert seen(people, referral).call.state is CallState.NONE_FITS


def test_a_plan_is_not_written_before_the_consultation(people, referral, soon):
    name = offer(people, referral, soon)
    with pytest.raises(CallChangedError):
        hold_call(people.east, people.keys, referral, name, "Plan")
    choose_time(people.patient, people.keys, people.inquiry, name, soon[0])

    with pytest.raises(CallChangedError):
        hold_call(people.east, people.keys, referral, name, "Plan")
    with pytest.raises(CallWordsError):
        hold_call(people.later(days=4).east, people.keys, referral, name, "  ")


def test_what_is_canceled_stays_so(people, referral, soon):
    name = offer(people, referral, soon)
    cancel_call(people.east, people.keys, referral, name)

    with pytest.raises(CallChangedError):
        cancel_call(people.east, people.keys, referral, name)
    with pytest.raises(CallChangedError):
        choose_time(people.patient, people.keys, people.inquiry, name, soon[0])
    with pytest.raises(CallChangedError):
        say_how(people.east, people.keys, referral, name, "a room")


@pytest.mark.parametrize(("words", "wrong"), [("", "missing"), ("x" * 1001, "long")])
def test_how_to_join_is_said_in_so_many_words(people, referral, soon, words, wrong):
    name = offer(people, referral, soon, how="")

    with pytest.raises(CallWordsError) as refused:
        say_how(people.east, people.keys, referral, name, words)

    assert refused.value.facts == {"field": "how", "wrong": wrong}


def test_of_two_coordinators_the_second_is_told(people, referral, soon):
    version = people.referral().version
    offer(people, referral, soon, version=version)

    with pytest.raises(CaseChangedError):
        offer(people, referral, soon, version=version)


def test_nothing_is_given_before_accepting_or_after_the_end(people, soon):
    row = people.referral()
    with pytest.raises(NotAcceptedError):
        offer(people, row.id, soon)
    accepted(people)
    name = offer(people, row.id, soon)
    case = people.row()
    case.state, case.due_at = "closed", None
    case.closing, case.closed_at = "cost", people.patient.now
    people.patient.session.commit()

    with pytest.raises(CaseRestsError):
        offer(people, row.id, soon)
    with pytest.raises(CaseRestsError):
        choose_time(people.patient, people.keys, people.inquiry, name, soon[0])


def test_nobody_else_offers_times(people, referral, soon):
    with pytest.raises(NotFoundError):
        offer_times(people.west, people.keys, referral, soon, 30, has_interpreter=False)
    with pytest.raises(NotFoundError):
        offer_times(
            people.owner, people.keys, referral, soon, 30, has_interpreter=False
        )
    editor = acting(
        people.east, Role.HOSPITAL_EDITOR, organization=people.east.actor.organization
    )
    for stranger in (editor, people.patient, people.program):
        with pytest.raises(RefusedError):
            offer_times(
                stranger, people.keys, referral, soon, 30, has_interpreter=False
            )


def test_the_owner_offers_for_a_center_that_nobody_keeps(people, referral, soon):
    row = people.referral()
    row.organization_id = None
    people.patient.session.commit()

    offer_times(people.owner, people.keys, referral, soon, 30, has_interpreter=False)

    move = people.patient.session.query(Move).order_by(Move.id.desc()).first()
    assert (move.kind, move.side) == ("call.offered", "facilitator")


def test_a_moment_keeps_its_instant_whatever_zone_it_came_in(people, referral):
    away = datetime.fromisoformat("2026-12-01T09:00:00+08:00")

    offer(people, referral, [away])

    assert seen(people, referral).call.slots == (datetime(2026, 12, 1, 1, tzinfo=UTC),)
