"""Sending an inquiry opens a case that has an owner and a deadline at once."""

from __future__ import annotations

import pytest

from directory.accounts.model import Organization
from directory.audit.model import Entry
from directory.cases.actions import opening
from directory.cases.model import Case, Move, Referral
from directory.cases.queries import access
from directory.core.errors import NotFoundError
from directory.inquiries.model import Inquiry


def test_a_case_is_opened_with_owner_and_deadline(people):
    case = people.row()

    assert (case.step, case.state) == (1, "waiting-for-facilitator")
    assert case.due_at > case.opened_at
    office = people.patient.session.get_one(Organization, case.organization_id)
    assert office.kind == "directory"


def test_only_centers_that_may_see_it_are_offered_it(people):
    rows = people.patient.session.query(Referral).filter_by(case_id=people.case).all()

    assert [(row.center, row.state) for row in rows] == [("east-invented", "offered")]
    assert rows[0].organization_id == people.east.actor.organization
    assert rows[0].due_at is not None


def test_opening_again_is_the_same_case(people):
    row = people.patient.session.get_one(Inquiry, people.inquiry)

    assert opening.open_case(people.patient, people.keys, row) == people.case
    assert people.patient.session.query(Case).count() == 1


def test_the_timeline_and_the_log_say_the_same(people):
    session = people.patient.session
    moves = session.query(Move).filter_by(case_id=people.case).order_by(Move.id)
    logged = session.query(Entry).filter_by(subject=f"case:{people.case}")

    assert [move.kind for move in moves] == ["case.opened", "referral.offered"]
    assert [entry.event for entry in logged] == ["case.opened", "referral.offered"]


def test_each_side_finds_its_own_and_nobody_elses(people):
    session = people.patient.session
    referral = people.referral().id

    mine = access.owned_case(session, people.owner.actor, people.case)
    offered = access.referred_case(session, people.east.actor, referral)
    assert (mine.id, offered.id) == (people.case, referral)
    for stranger in (people.east, people.west):
        with pytest.raises(NotFoundError):
            access.owned_case(session, stranger.actor, people.case)
    for stranger in (people.owner, people.west):
        with pytest.raises(NotFoundError):
            access.referred_case(session, stranger.actor, referral)
