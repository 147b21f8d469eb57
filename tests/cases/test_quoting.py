"""An estimate is sent, replaced, taken back, and agreed to while it is good."""

from __future__ import annotations

from typing import Any

import pytest

from directory.cases.actions.caring import NotAcceptedError
from directory.cases.actions.quoting import (
    QuoteChangedError,
    QuoteOverError,
    agree_to_quote,
    send_quote,
    take_back_quote,
)
from directory.cases.model import Move, Quote
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import hospitals_care, patients_care
from directory.cases.rules.quotes import QuoteRefusedError
from directory.cases.rules.states import QuoteState, Step
from directory.core.errors import NotFoundError, RefusedError
from tests.cases.giving import GOOD_UNTIL, QUOTE, accepted
from tests.inquiries.invented import CANARY


@pytest.fixture
def referral(people):
    return accepted(people, Step.ESTIMATE).id


def send(people, referral, body=QUOTE, **more):
    given: dict[str, Any] = {"currency": "CNY", "valid_until": GOOD_UNTIL} | more
    name = send_quote(people.east, people.keys, referral, body, **given)
    people.east.session.commit()
    return name


def quotes(people, referral):
    return hospitals_care(
        people.east.session,
        people.east.actor,
        people.keys,
        referral,
        now=people.east.now,
    ).quotes


def agree(people, name):
    agree_to_quote(people.patient, people.keys, people.inquiry, name)


def test_an_estimate_is_sealed_and_read_back_whole(people, referral):
    name = send(people, referral)

    row = people.patient.session.get(Quote, name)
    assert CANARY.encode() not in row.body
    (found,) = quotes(people, referral)
    assert found.body == QUOTE
    assert (found.low, found.high) == (1202000, 1220000)
    assert [line.kind.value for line in found.not_included] == ["lodging"]
    (care,) = patients_care(
        people.patient.session, people.keys, people.inquiry, now=people.patient.now
    )
    assert care.quote == found
    assert found.can_be_agreed


def test_it_waits_for_the_patient_then_for_the_hospital(people, referral):
    name = send(people, referral)
    assert people.row().state == "waiting-for-patient"

    for _ in range(2):
        agree(people, name)

    assert people.row().state == "waiting-for-hospital"
    assert quotes(people, referral)[0].state is QuoteState.AGREED
    assert (
        people.patient.session.query(Move).filter_by(kind="quote.agreed").count() == 1
    )


def test_a_new_one_replaces_even_what_was_agreed(people, referral):
    first = send(people, referral)
    agree(people, first)

    second = send(people, referral)

    found = {each.id: (each.number, each.state) for each in quotes(people, referral)}
    assert found == {
        first: (1, QuoteState.REPLACED),
        second: (2, QuoteState.SENT),
    }
    with pytest.raises(QuoteChangedError):
        agree(people, first)


def test_what_was_taken_back_cannot_be_agreed_to(people, referral):
    name = send(people, referral)
    take_back_quote(people.east, people.keys, referral, name)

    with pytest.raises(QuoteChangedError):
        agree(people, name)
    with pytest.raises(QuoteChangedError):
        take_back_quote(people.east, people.keys, referral, name)
    (found,) = quotes(people, referral)
    assert found.body == QUOTE


def test_it_is_good_until_the_end_of_its_day_in_china(people, referral):
    today = people.patient.now.date()
    name = send(people, referral, valid_until=today)
    late = people.later(days=1)

    with pytest.raises(QuoteOverError):
        agree(late, name)

    assert not quotes(late, referral)[0].can_be_agreed
    agree(people, name)


def test_what_nobody_could_hold_to_is_not_sent(people, referral):
    with pytest.raises(QuoteRefusedError):
        send(people, referral, currency="XXX")
    people.east.session.rollback()

    assert quotes(people, referral) == ()


def test_of_two_coordinators_the_second_is_told(people, referral):
    version = people.referral().version
    send(people, referral, version=version)

    with pytest.raises(CaseChangedError):
        send(people, referral, version=version)


def test_another_hospital_neither_sends_nor_takes_back(people, referral):
    name = send(people, referral)

    with pytest.raises(NotFoundError):
        send_quote(
            people.west,
            people.keys,
            referral,
            QUOTE,
            currency="CNY",
            valid_until=GOOD_UNTIL,
        )
    with pytest.raises(NotFoundError):
        take_back_quote(people.west, people.keys, referral, name)
    with pytest.raises(RefusedError):
        take_back_quote(people.patient, people.keys, referral, name)


def test_another_inquiry_agrees_to_nothing(people, referral):
    name = send(people, referral)

    with pytest.raises(NotFoundError):
        agree_to_quote(people.patient, people.keys, "0" * 36, name)
    with pytest.raises(NotFoundError):
        agree(people, "0" * 32)


def test_when_the_center_no_longer_has_the_case_nothing_is_agreed_to(people, referral):
    name = send(people, referral)
    people.referral().state = "ended"
    people.patient.session.commit()

    with pytest.raises(NotAcceptedError):
        agree(people, name)
