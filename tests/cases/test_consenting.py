"""Consent under way: given for one center more, taken back with what follows."""

from __future__ import annotations

import pytest

from directory.cases.actions.consenting import give_consent, take_back_consent
from directory.cases.actions.talking import say_as_hospital
from directory.cases.queries.access import held_referral, shared
from directory.cases.queries.timeline import timeline
from directory.cases.rules.states import State
from directory.cases.rules.timeline import Kind
from directory.core.errors import NotFoundError
from directory.inquiries.model import Consent
from directory.inquiries.queries import inquiry_page
from directory.inquiries.rules.consents import Purpose, Ticked, Wording
from directory.inquiries.rules.life import StateRefusedError

HEALTH, TRANSFER, EAST = 1, 2, 3

WORDING = Wording(
    purpose=Purpose.SHARE,
    version="2026-12",
    locale="ru",
    text="I agree that %(recipient)s sees it (invented).",
)


def take_back(people, place):
    take_back_consent(people.patient, people.keys, people.inquiry, place)


def kinds(people):
    return [line.kind for line in timeline(people.patient.session, people.case)]


def given(people):
    return shared(people.patient.session, people.inquiry)


def test_a_center_loses_sight_of_the_case_at_once(people):
    referral = people.referral().id
    assert held_referral(people.east, referral)

    take_back(people, EAST)

    with pytest.raises(NotFoundError):
        held_referral(people.east, referral)
    assert people.referral().state == "ended"
    assert {Kind.CONSENT_WITHDRAWN, Kind.REFERRAL_ENDED} <= set(kinds(people))


def test_a_hospital_whose_page_is_open_cannot_answer_any_more(people):
    referral = people.referral().id
    take_back(people, EAST)

    with pytest.raises(NotFoundError):
        say_as_hospital(people.east, people.keys, referral, "x", "a" * 32, "en")


def test_without_consent_to_send_it_to_china_every_center_loses_it(people):
    take_back(people, TRANSFER)

    assert given(people) == frozenset()
    assert people.referral().state == "ended"


def test_without_consent_to_health_data_the_inquiry_is_taken_back(people):
    take_back(people, HEALTH)

    assert people.row().state == State.CLOSED.value
    page = inquiry_page(people.patient.session, people.inquiry, now=people.patient.now)
    assert page.state.value == "withdrawn"
    assert all(consent.withdrawn_at for consent in page.consents)


@pytest.mark.parametrize("place", [HEALTH, TRANSFER, EAST])
def test_taking_it_back_again_changes_nothing(people, place):
    take_back(people, place)
    before = kinds(people)

    take_back(people, place)

    assert kinds(people) == before


def test_a_consent_that_is_not_there_is_none(people):
    with pytest.raises(NotFoundError):
        take_back(people, 99)


def test_a_consent_is_given_with_its_words(people):
    ticked = Ticked(wording=WORDING, recipient="center:west-invented")

    give_consent(people.patient, people.inquiry, ticked)
    give_consent(people.patient, people.inquiry, ticked)

    assert "center:west-invented" in given(people)
    page = inquiry_page(people.patient.session, people.inquiry, now=people.patient.now)
    last = page.consents[-1]
    assert (last.text, last.version, last.locale) == (WORDING.text, "2026-12", "ru")
    assert len(page.consents) == 4


def test_a_consent_that_was_taken_back_is_given_anew_under_the_words_of_now(people):
    take_back(people, EAST)
    later = people.later(hours=1)

    give_consent(
        later.patient,
        people.inquiry,
        Ticked(wording=WORDING, recipient="center:east-invented"),
    )

    row = people.patient.session.get_one(Consent, (people.inquiry, EAST))
    assert row.withdrawn_at is None
    assert row.given_at == later.patient.now
    assert row.wording_digest == WORDING.digest


def test_nothing_is_agreed_to_after_an_inquiry_was_taken_back(people):
    take_back(people, HEALTH)

    with pytest.raises(StateRefusedError):
        give_consent(people.patient, people.inquiry, Ticked(wording=WORDING))
