"""A hospital's list, its counts, and reading one case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.audit.model import Entry
from directory.cases.actions.reading import read_referral
from directory.cases.actions.telling import tell
from directory.cases.model import Case
from directory.cases.queries.referrals import (
    Which,
    counts,
    past_referral,
    referral_page,
    referrals,
)
from directory.cases.rules.states import ReferralState, Side, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Consent
from tests.cases.giving import accepted
from tests.inquiries.invented import DAUGHTER, MYELOMA
from tests.submissions.people import acting


def listed(people, which=Which.OURS, who=None, **more):
    who = who or people.east
    rows, total = referrals(who.session, who.actor, now=who.now, which=which, **more)
    assert len(rows) == total
    return rows


def page(people):
    east = people.east
    return referral_page(
        east.session, east.actor, people.keys, people.referral().id, now=east.now
    )


def test_what_waits_for_the_hospital_is_listed(people):
    (row,) = listed(people)

    assert row.reference == people.row().reference
    assert (row.state, row.is_ours, row.is_late, row.is_unopened) == (
        ReferralState.OFFERED,
        True,
        False,
        True,
    )
    assert row.due_at == people.referral().due_at
    assert listed(people, who=people.west) == ()
    assert listed(people, step=Step.FOLLOW_UP) == ()


def test_what_is_late_is_listed_so(people):
    assert listed(people, Which.LATE) == ()
    late = people.later(days=30)

    (row,) = listed(late, Which.LATE)

    assert row.is_late


def test_accepted_cases_wait_for_the_hospital_by_turns(people):
    accepted(people)
    (row,) = listed(people, Which.ACCEPTED)
    assert row.is_ours
    case = people.row()
    case.state = "waiting-for-patient"
    people.patient.session.commit()

    assert listed(people) == ()
    (row,) = listed(people, Which.ALL)
    assert not row.is_ours


def test_counts_are_by_list_and_by_step(people):
    found = counts(people.east.session, people.east.actor, now=people.east.now)

    assert found.by[Which.OURS] == found.by[Which.ALL] == 1
    assert found.table == {(ReferralState.OFFERED, Step.INQUIRY): 1}
    other = counts(people.west.session, people.west.actor, now=people.west.now)
    assert (other.by[Which.ALL], other.table) == (0, {})


def test_a_hospital_reads_nothing_of_other_centers(people):
    case = people.patient.session.get_one(Case, people.case)
    for kind in (Kind.CONSENT_WITHDRAWN, Kind.ASSIGNED, Kind.NOTE):
        tell(people.owner, case, kind, side=Side.FACILITATOR)
    tell(people.owner, case, Kind.NOTE, side=Side.FACILITATOR, is_internal=True)
    tell(people.owner, case, Kind.STEPPED, side=Side.FACILITATOR)

    assert [line.kind for line in page(people).lines] == [Kind.STEPPED, Kind.OFFERED]


def test_reading_is_written_down_each_time_and_shows_no_address(people):
    referral = people.referral().id
    for _ in range(2):
        person, illness = read_referral(people.east, people.keys, referral)

    assert illness == MYELOMA
    assert person == DAUGHTER.model_copy(update={"email": None})
    read = people.east.session.query(Entry).filter_by(event="referral.read").all()
    assert [entry.facts for entry in read] == [{"referral": referral}] * 2
    assert people.referral().opened_at == people.east.now


def test_nobody_else_reads(people):
    referral = people.referral().id
    for stranger in (people.west,):
        with pytest.raises(NotFoundError):
            read_referral(stranger, people.keys, referral)
    editor = acting(
        people.east, Role.HOSPITAL_EDITOR, organization=people.east.actor.organization
    )
    for stranger in (editor, people.owner, people.patient):
        with pytest.raises(RefusedError):
            read_referral(stranger, people.keys, referral)


def test_without_consent_nothing_is_read_even_before_the_referral_ended(people):
    share = people.patient.session.query(Consent).filter_by(purpose="share").one()
    share.withdrawn_at = people.patient.now
    people.patient.session.commit()

    with pytest.raises(NotFoundError):
        read_referral(people.east, people.keys, people.referral().id)


def test_of_what_left_the_hospital_learns_why(people):
    row = people.referral()
    row.state, row.due_at = "ended", None
    case = people.patient.session.get_one(Case, people.case)
    tell(
        people.patient,
        case,
        Kind.REFERRAL_ENDED,
        side=Side.PATIENT,
        referral=row,
        why="consent",
    )
    people.patient.session.commit()
    session = people.east.session

    past = past_referral(session, people.east.actor, row.id)

    assert (past.state, past.reason) == (ReferralState.ENDED, "consent")
    assert past.at == people.patient.now
    for stranger in (people.west, people.patient):
        with pytest.raises(NotFoundError):
            past_referral(session, stranger.actor, row.id)


def test_what_is_there_or_never_was_is_not_past(people):
    with pytest.raises(NotFoundError):
        past_referral(people.east.session, people.east.actor, people.referral().id)
    row = people.referral()
    row.state, row.due_at, row.offered_at = "refused", None, None
    people.patient.session.commit()

    with pytest.raises(NotFoundError):
        past_referral(people.east.session, people.east.actor, row.id)


def test_the_list_is_cut_into_pages(people):
    rows, total = referrals(
        people.east.session, people.east.actor, now=people.east.now, page=2
    )

    assert (rows, total) == ((), 1)
    assert page(people).due_at - people.east.now > timedelta(days=1)
