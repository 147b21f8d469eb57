"""Who carries a case: one of the owner's people, or another owner."""

from __future__ import annotations

import pytest

from directory.accounts.actions.organizations import own_office
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.actions import assigning, moving, opening
from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.consenting import give_consent, take_back_consent
from directory.cases.actions.offering import end_shares
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.machine import HandOverRefusedError
from directory.cases.rules.states import Closing, State
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Consent
from directory.inquiries.rules.consents import Ticked
from tests.cases.people import Cast, keeper
from tests.inquiries.invented import SHARE
from tests.submissions.people import acting


def colleague(people: Cast, role: Role = Role.FACILITATOR) -> int:
    """Seat one more person at the owner; return their row."""
    owner = people.owner
    assert owner.actor.organization is not None
    other = acting(owner, role, organization=owner.actor.organization)
    assert other.actor.person is not None
    return other.actor.person


def test_one_of_the_owners_people_carries_a_case_and_lays_it_down(people):
    person = colleague(people)
    assigning.assign(people.owner, people.case, person, people.row().version)
    assert people.row().assignee_id == person

    assigning.assign(people.owner, people.case, None, people.row().version)

    assert people.row().assignee_id is None


def test_only_people_of_the_owner_who_work_on_cases_carry_one(people):
    stranger = people.east.actor.person

    with pytest.raises(NotFoundError):
        assigning.assign(people.owner, people.case, stranger, people.row().version)
    with pytest.raises(RefusedError):
        assigning.assign(people.east, people.case, None, people.row().version)


def test_of_two_who_assign_at_once_the_second_is_told(people):
    first, second = colleague(people), colleague(people)
    seen = people.row().version
    assigning.assign(people.owner, people.case, first, seen)

    with pytest.raises(CaseChangedError):
        assigning.assign(people.owner, people.case, second, seen)

    assert people.row().assignee_id == first


def test_assigning_many_leaves_those_that_changed(people):
    person = colleague(people)
    seen = people.row().version

    assert assigning.assign_many(people.owner, {people.case: seen}, person) == ()
    again = assigning.assign_many(people.owner, {people.case: seen}, None)

    assert again == (people.case,)
    assert people.row().assignee_id == person
    with pytest.raises(NotFoundError):
        assigning.assign_many(people.owner, {"0" * 32: 1}, person)


def test_a_closed_case_is_carried_by_nobody_else(people):
    person = colleague(people)
    moving.close(people.owner, people.case, Closing.COST, people.row().version)

    with pytest.raises(CaseRestsError):
        assigning.assign(people.owner, people.case, person, people.row().version)
    with pytest.raises(CaseRestsError):
        assigning.hand_over(people.owner, people.case, 1, people.row().version)


def facilitator(people: Cast) -> int:
    return keeper(people.program, "bridge-invented", OrganizationKind.FACILITATOR)


def test_a_case_goes_only_to_whom_the_patient_lets_see_it_and_back(people):
    office = facilitator(people)
    with pytest.raises(HandOverRefusedError):
        assigning.hand_over(people.owner, people.case, office, people.row().version)
    with pytest.raises(NotFoundError):
        assigning.hand_over(people.owner, people.case, 10**6, people.row().version)
    recipient = "facilitator:bridge-invented"
    give_consent(
        people.patient, people.inquiry, Ticked(wording=SHARE, recipient=recipient)
    )

    assigning.hand_over(people.owner, people.case, office, people.row().version)

    case = people.row()
    assert (case.organization_id, case.assignee_id) == (office, None)
    with pytest.raises(NotFoundError):
        assigning.assign(people.owner, people.case, None, case.version)
    place = (
        people.patient.session.query(Consent)
        .filter_by(inquiry_id=people.inquiry, recipient=recipient)
        .one()
        .place
    )

    take_back_consent(people.patient, people.keys, people.inquiry, place)

    case = people.row()
    assert case.organization_id == own_office(people.program).id
    assert (case.state, case.due_at is not None) == (State.FACILITATOR, True)


def test_ending_shares_of_a_case_that_has_all_of_them_changes_nothing(people):
    seen = people.row().version

    end_shares(people.patient, people.inquiry)

    assert people.row().version == seen
    assert opening.sharing(people.patient, people.inquiry) == {"center:east-invented"}
