"""Writing to each other: sealed, once, and to nobody without consent."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.erasing import withdraw
from directory.cases.actions.talking import (
    NobodyReadsError,
    NotAskedError,
    mark_read,
    mark_read_as_hospital,
    mark_read_as_patient,
    more_sent,
    say,
    say_as_hospital,
    say_as_patient,
)
from directory.cases.model import Message
from directory.cases.queries.talking import (
    hospitals_thread,
    new_for_patient,
    owners_threads,
    patients_threads,
)
from directory.cases.queries.timeline import timeline
from directory.cases.rules.messages import (
    KEY_LONGEST,
    LONGEST,
    MessageRefusedError,
)
from directory.cases.rules.states import ReferralState, State
from directory.cases.rules.timeline import Kind
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.actions.following import withdraw_consent

NAUGHTY = (
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} %(name)s %s",
    "\u202etxt.exe\u2066",
    "e\u0301 \u200b\ufeff 👩🏽\u200d⚕️",
    "\x00\x07",
    "=cmd|' /C calc'!A0",
    "x" * LONGEST,
)

WORDS = "Мой отец спит плохо. <b>&amp;</b> Canary-7431"


def to_office(people, words=WORDS, sent_key="a" * 32):
    return say_as_patient(
        people.patient, people.keys, people.inquiry, None, words, sent_key, "ru"
    )


def to_center(people, words=WORDS, sent_key="b" * 32, center="east-invented"):
    return say_as_patient(
        people.patient,
        people.keys,
        people.inquiry,
        people.referral(center).id,
        words,
        sent_key,
        "ru",
    )


def answer(people, words="Invented answer", sent_key="c" * 32, referral=None):
    return say(people.owner, people.keys, people.case, referral, words, sent_key, "en")


def from_hospital(people, words="Invented advice", sent_key="d" * 32):
    return say_as_hospital(
        people.east, people.keys, people.referral().id, words, sent_key, "zh"
    )


def messages(people):
    return people.patient.session.scalars(select(Message)).all()


def patients(people):
    return patients_threads(people.patient.session, people.keys, people.inquiry)


def test_a_patient_writes_to_who_looks_after_the_case(people):
    to_office(people)

    thread = patients(people)[0]
    assert [each.body for each in thread.messages] == [WORDS]
    assert thread.referral is None
    assert not thread.messages[0].is_new


def test_words_are_sealed(people):
    to_office(people)

    stored = people.patient.session.execute(
        text("SELECT body, sent_key FROM case_message")
    ).one()
    assert b"Canary" not in bytes(stored[0])
    assert "Canary" not in stored[1]


def test_words_are_not_in_the_log_nor_in_promises(people):
    to_office(people)

    for table in ("audit_entry", "case_move", "outbox_promise"):
        rows = people.patient.session.execute(text(f"SELECT * FROM {table}")).all()
        assert rows
        assert "Canary" not in repr(rows)


def test_the_same_form_sent_twice_is_one_message(people):
    first = to_office(people)

    assert to_office(people) == first
    assert len(messages(people)) == 1
    told = timeline(people.patient.session, people.case)
    assert [line.kind for line in told].count(Kind.MESSAGE) == 1


def test_words_that_were_changed_after_going_back_are_another_message(people):
    to_office(people)
    to_office(people, words="Another thing")

    assert len(messages(people)) == 2


def test_the_same_words_may_be_sent_again_from_a_new_page(people):
    key = patients(people)[0].sent_key
    to_office(people, "Да", key)
    next_key = patients(people)[0].sent_key
    to_office(people, "Да", next_key)

    assert key != next_key
    assert len(messages(people)) == 2


def test_two_tabs_of_one_page_carry_the_same_key(people):
    assert patients(people)[0].sent_key == patients(people)[0].sent_key


def test_the_same_words_to_two_readers_are_two_messages(people):
    to_office(people, sent_key="a" * 32)
    to_center(people, sent_key="a" * 32)

    assert len(messages(people)) == 2


@pytest.mark.parametrize("words", ["", " \n\t ", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_is_refused(people, words):
    with pytest.raises(MessageRefusedError):
        to_office(people, words)

    assert not messages(people)


@pytest.mark.parametrize("sent_key", ["", "k" * (KEY_LONGEST + 1)])
def test_a_form_without_a_key_is_refused(people, sent_key):
    with pytest.raises(MessageRefusedError):
        to_office(people, sent_key=sent_key)


@pytest.mark.parametrize("words", NAUGHTY)
def test_strange_words_come_back_as_they_were(people, words):
    to_office(people, words)

    assert patients(people)[0].messages[0].body == words


def test_a_hospital_reads_its_own_conversation_and_no_other(people):
    to_office(people, "For the office alone")
    to_center(people, "For the center")

    thread = hospitals_thread(
        people.east.session, people.east.actor, people.keys, people.referral().id
    )
    assert [each.body for each in thread.messages] == ["For the center"]
    assert thread.can_write


def test_a_hospital_is_not_told_of_what_patient_and_office_write(people):
    to_office(people)
    to_center(people)

    lines = timeline(people.east.session, people.case, referrals=[people.referral().id])
    assert [line.kind for line in lines].count(Kind.MESSAGE) == 1


def test_the_owner_reads_every_conversation(people):
    to_office(people, "One")
    to_center(people, "Two")
    from_hospital(people.later(minutes=5), "Three")

    threads = owners_threads(
        people.owner.session, people.owner.actor, people.keys, people.case
    )
    assert [[each.body for each in thread.messages] for thread in threads] == [
        ["One"],
        ["Two", "Three"],
    ]


def test_nobody_writes_to_a_center_without_consent(people):
    for act in (
        lambda: to_center(people, center="east-invented"),
        lambda: from_hospital(people),
        lambda: answer(people, referral=people.referral().id),
    ):
        act()
    withdraw_consent(people.patient, people.inquiry, 3)
    before = len(messages(people))

    for act in (
        lambda: to_center(people, "Again", center="east-invented"),
        lambda: from_hospital(people, "Again"),
        lambda: answer(people, "Again", referral=people.referral().id),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert len(messages(people)) == before
    with pytest.raises(NotFoundError):
        hospitals_thread(
            people.east.session, people.east.actor, people.keys, people.referral().id
        )


def test_without_consent_to_send_to_china_no_center_reads_or_writes(people):
    withdraw_consent(people.patient, people.inquiry, 2)

    with pytest.raises(NotFoundError):
        to_center(people)
    with pytest.raises(NotFoundError):
        from_hospital(people)


@pytest.mark.parametrize(
    "state", [state for state in ReferralState if state.value != "offered"]
)
def test_a_center_is_written_to_only_while_it_sees_the_case(people, state):
    row = people.referral()
    row.state = state.value
    waits = {"proposed", "needs-more"}
    row.due_at = row.due_at if state.value in waits else None
    row.decline = "capacity" if state is ReferralState.DECLINED else None
    people.patient.session.flush()

    if state in {ReferralState.ACCEPTED, ReferralState.NEEDS_MORE}:
        assert to_center(people)
    else:
        with pytest.raises(NotFoundError):
            to_center(people)


def test_a_hospital_cannot_write_in_anothers_conversation(people):
    with pytest.raises(NotFoundError):
        say_as_hospital(
            people.west, people.keys, people.referral().id, "x", "e" * 32, "en"
        )


def test_people_without_the_right_cannot_write(people):
    with pytest.raises(RefusedError):
        say(people.east, people.keys, people.case, None, "x", "e" * 32, "en")
    with pytest.raises(RefusedError):
        say_as_hospital(
            people.owner, people.keys, people.referral().id, "x", "e" * 32, "en"
        )


def test_an_answer_of_staff_is_the_first_answer(people):
    assert people.row().answered_at is None

    answer(people)

    assert people.row().answered_at == people.owner.now


def test_a_message_of_the_patient_hands_the_turn_back(people):
    row = people.row()
    row.state = State.PATIENT.value
    people.patient.session.flush()

    to_office(people)

    assert people.row().state == State.FACILITATOR.value
    assert people.row().due_at > people.patient.now


def test_a_message_while_others_are_waited_for_changes_nothing(people):
    due = people.row().due_at

    to_office(people)

    assert people.row().state == State.FACILITATOR.value
    assert people.row().due_at == due


def test_nothing_is_written_after_an_inquiry_was_taken_back(people):
    withdraw(people.patient, people.inquiry)

    for act in (lambda: to_office(people), lambda: answer(people)):
        with pytest.raises(CaseRestsError):
            act()


def test_an_owner_that_lost_consent_is_not_written_to(people):
    office = people.patient.session.execute(
        text("UPDATE organization SET kind = 'facilitator' WHERE id = :id"),
        {"id": people.row().organization_id},
    )
    assert office
    people.patient.session.expire_all()

    with pytest.raises(NobodyReadsError):
        to_office(people)


def test_reading_is_noted_by_each_side_for_itself(people):
    answer(people)
    from_hospital(people)
    assert new_for_patient(people.patient.session, people.inquiry) == 2

    assert mark_read_as_patient(people.patient, people.inquiry, None) == 1
    assert mark_read_as_patient(people.patient, people.inquiry, None) == 0
    assert new_for_patient(people.patient.session, people.inquiry) == 1
    assert mark_read(people.owner, people.case, people.referral().id) == 1
    assert mark_read_as_hospital(people.east, people.referral().id) == 0


def test_what_was_asked_for_is_sent_and_the_center_is_asked_again(people):
    row = people.referral()
    row.state, row.lacks = ReferralState.NEEDS_MORE.value, ["marrow"]
    people.patient.session.flush()
    later = people.later(hours=30)

    more_sent(later.patient, people.keys, people.inquiry, row.id)
    more_sent(later.patient, people.keys, people.inquiry, row.id)

    found = people.referral()
    assert found.state == ReferralState.OFFERED.value
    assert found.due_at > later.patient.now
    lines = timeline(people.patient.session, people.case)
    assert lines[0].kind is Kind.OFFERED
    assert lines[0].facts == {"again": True}
    assert [line.facts.get("again") for line in lines].count(True) == 1


def test_a_center_that_asked_for_nothing_is_not_asked_again(people):
    with pytest.raises(NotAskedError):
        more_sent(people.patient, people.keys, people.inquiry, people.referral().id)
