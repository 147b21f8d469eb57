"""Referring a case to centers, and what they answer; late, full, and all at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from directory.cases.actions import moving, referring
from directory.cases.actions.consenting import give_consent, take_back_consent
from directory.cases.actions.deadlines import keep_deadlines
from directory.cases.actions.referring import Answer
from directory.cases.model import Move, Referral
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.machine import (
    AlreadyReferredError,
    AnswerEmptyError,
    LeadsAlreadyError,
    ReferralOverError,
    ReferralRefusedError,
    TransferMissingError,
)
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Consent
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.consents import Purpose, Ticked
from directory.listings.model import Listing
from directory.submissions.model import Capacity
from directory.submissions.rules.states import CapacityState
from tests.cases.people import Cast
from tests.inquiries.invented import SHARE

WORDS = "Zqcanary: the marrow report is missing."


def propose(people: Cast, *centers: str, **reasons: str) -> list[str]:
    return referring.propose(
        people.owner,
        people.keys,
        people.case,
        centers,
        reasons=reasons,
        rules_version=None,
        version=people.row().version,
    )


def state(people: Cast, center: str = "east-invented") -> str:
    return people.referral(center).state


def lines(people: Cast, kind: Kind) -> list[Move]:
    return (
        people.patient.session.query(Move)
        .filter_by(case_id=people.case, kind=kind.value)
        .order_by(Move.id)
        .all()
    )


def full(people: Cast, slug: str) -> None:
    """Let a center say that it takes nobody."""
    session = people.patient.session
    listing = session.query(Listing).filter_by(slug=slug).one()
    today = people.patient.now.date()
    session.add(
        Capacity(
            listing_id=listing.id,
            organization_id=people.west.actor.organization,
            state=CapacityState.FULL.value,
            stated_on=today,
            expires_on=today + timedelta(days=14),
            stated_by=people.west.actor.person,
        )
    )
    session.flush()


def share(people: Cast, center: str = "west-invented") -> None:
    give_consent(
        people.patient,
        people.inquiry,
        Ticked(wording=SHARE, recipient=f"center:{center}"),
    )


def take_back(people: Cast, recipient: str | None, purpose: Purpose) -> None:
    found = (
        people.patient.session.query(Consent)
        .filter_by(
            inquiry_id=people.inquiry, recipient=recipient, purpose=purpose.value
        )
        .one()
    )
    take_back_consent(people.patient, people.keys, people.inquiry, found.place)


def test_a_center_without_consent_is_proposed_and_sees_nothing_before(people):
    (referral,) = propose(people, "west-invented")

    row = people.referral("west-invented")
    assert (row.state, row.offered_at) == (ReferralState.PROPOSED, None)
    assert people.row().state == State.PATIENT
    assert people.row().answered_at == people.owner.now
    with pytest.raises(NotFoundError):
        referring.open_referral(people.west, referral)
    with pytest.raises(NotFoundError):
        referring.accept(people.west, referral, row.version)

    referring.agree_to(people.patient, people.keys, people.inquiry, referral, SHARE)

    assert state(people, "west-invented") == ReferralState.OFFERED
    assert people.row().state == State.HOSPITAL
    referring.agree_to(people.patient, people.keys, people.inquiry, referral, SHARE)
    assert len(lines(people, Kind.AGREED)) == 1


def test_reasons_are_sealed_with_the_key_of_the_inquiry(people):
    reasons = json.dumps([{"rule": "zqcanary"}])
    (referral,) = propose(people, "west-invented", **{"west-invented": reasons})

    row = people.referral("west-invented")
    key = data_key_of(people.patient.session, people.keys, people.inquiry)
    assert row.reasons is not None
    assert b"zqcanary" not in row.reasons
    assert open_words(key, "referral", "reasons", referral, row.reasons) == reasons


def test_a_patient_who_refuses_gives_the_case_back_to_its_owner(people):
    referring.end_referral(people.owner, people.case, people.referral().id)
    (referral,) = propose(people, "west-invented")

    referring.refuse(people.patient, people.inquiry, referral)
    referring.refuse(people.patient, people.inquiry, referral)

    assert state(people, "west-invented") == ReferralState.REFUSED
    assert people.row().state == State.FACILITATOR
    assert len(lines(people, Kind.REFUSED)) == 1
    with pytest.raises(ReferralRefusedError):
        referring.agree_to(people.patient, people.keys, people.inquiry, referral, SHARE)


def test_nobody_agrees_to_a_center_while_nothing_may_be_sent_to_china(people):
    (referral,) = propose(people, "west-invented")
    take_back(people, None, Purpose.TRANSFER)

    with pytest.raises(TransferMissingError):
        referring.agree_to(people.patient, people.keys, people.inquiry, referral, SHARE)


def test_a_center_is_asked_once_and_must_be_published(people):
    for centers in (["east-invented"], ["west-invented", "west-invented"]):
        with pytest.raises(AlreadyReferredError):
            propose(people, *centers)
    for unknown in (["nowhere-invented"], ["bridge-invented"], []):
        with pytest.raises(NotFoundError):
            propose(people, *unknown)
    with pytest.raises(RefusedError):
        referring.propose(
            people.east,
            people.keys,
            people.case,
            ["west-invented"],
            reasons={},
            rules_version=None,
            version=people.row().version,
        )


def test_a_full_center_is_not_asked_and_both_hear_of_it(people):
    share(people)
    full(people, "west-invented")
    before = people.row().state

    propose(people, "west-invented")

    row = people.referral("west-invented")
    assert (row.state, row.decline, row.offered_at) == (
        ReferralState.DECLINED,
        Decline.CAPACITY,
        None,
    )
    (line,) = lines(people, Kind.NOT_OFFERED)
    # The patient had chosen it, so they read it too.
    assert (line.side, line.is_internal) == (Side.DIRECTORY, False)
    assert people.row().state == before


def test_a_full_center_that_the_patient_did_not_choose_is_the_owners_business(people):
    share(people, "north-invented")
    full(people, "north-invented")

    propose(people, "north-invented")

    (line,) = lines(people, Kind.NOT_OFFERED)
    assert line.is_internal


def test_a_center_that_accepts_begins_its_review(people):
    row = people.referral()

    referring.accept(people.east, row.id, row.version)
    referring.accept(people.east, row.id, row.version)

    case = people.row()
    assert (case.step, case.state) == (Step.REVIEW, State.HOSPITAL)
    assert (state(people), people.referral().due_at) == (ReferralState.ACCEPTED, None)
    assert case.answered_at == people.east.now
    assert len(lines(people, Kind.ACCEPTED)) == 1


def test_a_center_says_what_it_lacks_in_sealed_words(people):
    row = people.referral()
    with pytest.raises(AnswerEmptyError):
        referring.need_more(people.east, people.keys, row.id, (), " ", row.version)

    referring.need_more(
        people.east, people.keys, row.id, (Lack.MARROW,), WORDS, row.version
    )

    row = people.referral()
    assert (row.state, row.lacks) == (ReferralState.NEEDS_MORE, ["marrow"])
    assert row.due_at is not None
    assert people.row().state == State.PATIENT
    key = data_key_of(people.patient.session, people.keys, people.inquiry)
    assert row.words is not None
    assert open_words(key, "referral", "words", row.id, row.words) == WORDS
    assert "marrow" in str(lines(people, Kind.NEEDS_MORE)[0].facts)
    assert WORDS not in str(lines(people, Kind.NEEDS_MORE)[0].facts)


def test_a_center_that_declines_says_why_and_the_next_is_asked(people):
    share(people)
    row = people.referral()
    with pytest.raises(AnswerEmptyError):
        referring.decline(
            people.east, people.keys, row.id, Decline.OTHER, "", row.version
        )

    referring.decline(
        people.east, people.keys, row.id, Decline.ELIGIBILITY, "", row.version
    )

    assert state(people) == ReferralState.DECLINED
    assert state(people, "west-invented") == ReferralState.OFFERED
    assert lines(people, Kind.OFFERED)[-1].side == Side.DIRECTORY


def test_without_another_center_the_owner_has_the_case_again(people):
    row = people.referral()
    moving.wait_for(people.owner, people.case, Side.HOSPITAL, people.row().version)

    referring.decline(
        people.east, people.keys, row.id, Decline.CAPACITY, "", row.version
    )

    case = people.row()
    assert (case.state, case.due_at is not None) == (State.FACILITATOR, True)


def test_a_center_never_gets_a_case_that_the_patient_did_not_let_it_see(people):
    row = people.referral()

    referring.decline(
        people.east, people.keys, row.id, Decline.CAPACITY, "", row.version
    )

    asked = people.patient.session.query(Referral).filter_by(case_id=people.case)
    assert [one.center for one in asked] == ["east-invented"]


def test_a_hospital_that_answers_late_is_told_what_happened(people):
    row = people.referral()
    late = people.later(days=30)
    keep_deadlines(late.program, people.keys, people.case)
    assert state(people) == ReferralState.EXPIRED

    for act in (
        lambda: referring.accept(late.east, row.id, row.version),
        lambda: referring.decline(
            late.east, people.keys, row.id, Decline.CAPACITY, "", row.version
        ),
        lambda: referring.need_more(
            late.east, people.keys, row.id, (Lack.BLOOD,), "", row.version
        ),
    ):
        with pytest.raises(ReferralOverError) as refused:
            act()
        assert refused.value.facts["state"] == ReferralState.EXPIRED
    with pytest.raises(NotFoundError):
        referring.accept(late.west, row.id, row.version)


def test_a_hospital_with_an_old_page_is_told(people):
    row = people.referral()
    seen = row.version
    referring.need_more(people.east, people.keys, row.id, (Lack.BLOOD,), "", seen)

    with pytest.raises(CaseChangedError):
        referring.decline(people.east, people.keys, row.id, Decline.CAPACITY, "", seen)


def test_taking_consent_back_ends_the_referral_and_asks_the_next(people):
    share(people)
    row = people.referral()
    take_back(people, "center:east-invented", Purpose.SHARE)

    assert state(people) == ReferralState.ENDED
    assert state(people, "west-invented") == ReferralState.OFFERED
    with pytest.raises(ReferralOverError):
        referring.accept(people.east, row.id, row.version)


def test_the_chosen_center_treats_and_all_others_end(people):
    share(people)
    propose(people, "west-invented")
    for side, center in (
        (people.east, "east-invented"),
        (people.west, "west-invented"),
    ):
        row = people.referral(center)
        referring.accept(side, row.id, row.version)

    chosen = people.referral("west-invented")
    referring.lead(people.owner, people.case, chosen.id, people.row().version)

    assert people.referral("west-invented").is_leading
    assert state(people) == ReferralState.ENDED
    with pytest.raises(LeadsAlreadyError):
        propose(people, "north-invented")
    with pytest.raises(ReferralOverError):
        referring.lead(
            people.owner, people.case, people.referral().id, people.row().version
        )


def test_an_owner_writes_down_what_a_center_answered_that_nobody_keeps(people):
    share(people, "north-invented")
    (referral,) = propose(people, "north-invented")
    assert people.referral("north-invented").organization_id is None
    with pytest.raises(NotFoundError):
        referring.answer_for(
            people.owner,
            people.keys,
            people.case,
            people.referral().id,
            Answer(ReferralState.ACCEPTED),
            people.row().version,
        )

    referring.answer_for(
        people.owner,
        people.keys,
        people.case,
        referral,
        Answer(ReferralState.ACCEPTED, words="By telephone."),
        people.row().version,
    )

    assert state(people, "north-invented") == ReferralState.ACCEPTED
    moving.move_step(
        people.owner,
        people.case,
        Step.CONSULTATION,
        waits_for=Side.HOSPITAL,
        version=people.row().version,
    )
    assert people.row().step == Step.CONSULTATION


def test_a_closed_case_takes_no_answer_and_no_center(people):
    moving.close(people.owner, people.case, Closing.COST, people.row().version)
    row = people.referral()

    with pytest.raises(ReferralOverError):
        referring.accept(people.east, row.id, row.version)
    with pytest.raises(ReferralRefusedError):
        referring.end_referral(people.owner, people.case, row.id)
    referring.end_shares(people.patient, people.inquiry)


def test_opening_a_referral_counts_the_first_time(people):
    row = people.referral()
    referring.open_referral(people.east, row.id)
    first = people.referral().opened_at

    referring.open_referral(people.later(hours=1).east, row.id)

    assert people.referral().opened_at == first == people.east.now
