"""Two inquiries about one patient: found, joined, and parted again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.cases.actions.merging import merge, part
from directory.cases.actions.moving import close
from directory.cases.model import Case, Message
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.case_page import case_page
from directory.cases.queries.duplicates import duplicates
from directory.cases.queries.timeline import timeline
from directory.cases.queries.tracking import patients_page
from directory.cases.rules.duplicates import (
    NEAR,
    PARTED_WITHIN,
    SHOWN,
    CannotMergeError,
    Likeness,
    Same,
    alike,
)
from directory.cases.rules.states import Closing, State
from directory.cases.rules.timeline import Kind
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.queries import tracked
from tests.cases.owning import another, office_of, stranger
from tests.cases.test_inbox import counted
from tests.conftest import NOW
from tests.inquiries.invented import DAUGHTER, MYELOMA

ALL = {
    Same.DIAGNOSIS: "mm",
    Same.COUNTRY: "KZ",
    Same.AGE: "adult",
    Same.LANGUAGE: "ru",
}
ELSEWHERE = DAUGHTER.model_copy(update={"email": "somebody-else@example.org"})


def found(people, case=None):
    owner = people.owner
    return duplicates(owner.session, owner.actor, people.keys, case or people.case)


@pytest.mark.parametrize(
    ("change", "apart", "same"),
    [
        ({}, timedelta(0), {*ALL, Same.NEAR}),
        ({}, NEAR + timedelta(days=1), set(ALL)),
        ({Same.LANGUAGE: "en"}, timedelta(0), {*ALL, Same.NEAR} - {Same.LANGUAGE}),
        ({Same.LANGUAGE: "en"}, NEAR + timedelta(days=1), set()),
        ({Same.COUNTRY: "RU"}, timedelta(0), set()),
        ({Same.AGE: "minor"}, timedelta(0), set()),
        ({Same.DIAGNOSIS: "lbcl"}, timedelta(0), set()),
        ({Same.DIAGNOSIS: None}, timedelta(0), set()),
    ],
)
def test_how_alike_is_alike_enough(change, apart, same):
    other = {about: words for about, words in (ALL | change).items() if words}

    said = alike(Likeness(ALL, NOW), Likeness(other, NOW + apart))

    assert set(said) == same
    assert set(alike(Likeness(other, NOW + apart), Likeness(ALL, NOW))) == same


def test_what_names_no_illness_is_alike_to_nothing():
    bare = {about: ALL[about] for about in (Same.COUNTRY, Same.AGE, Same.LANGUAGE)}

    assert alike(Likeness(bare, NOW), Likeness(bare, NOW)) == ()


def test_the_same_address_is_found_whatever_was_answered(people):
    other = another(
        people,
        DAUGHTER.model_copy(update={"country": "MN", "language": "en"}),
        MYELOMA.model_copy(update={"diagnosis": "lbcl"}),
        days=40,
    )

    (one,) = found(people)

    assert one.id == other.id
    assert one.because == (Same.EMAIL,)


def test_the_same_answers_are_found_and_why_is_said(people):
    other = another(people, ELSEWHERE, days=2)

    (one,) = found(people)

    assert one.reference == other.reference
    assert set(one.because) == {*ALL, Same.NEAR}


def test_another_patient_is_not(people):
    another(people, ELSEWHERE.model_copy(update={"country": "MN"}), days=2)

    assert found(people) == ()


def test_neither_closed_cases_nor_those_of_others_are_found(people):
    other = another(people, days=1)
    close(people.later(days=2).owner, other.id, Closing.COST, other.version)

    assert found(people) == ()
    work = stranger(people)
    with pytest.raises(NotFoundError):
        duplicates(work.session, work.actor, people.keys, people.case)
    third = another(people, days=3)
    third.organization_id = office_of(stranger(people))
    people.owner.session.flush()
    assert found(people) == ()


def test_the_work_is_bounded_and_few_are_shown(people):
    with counted(people.owner.session) as few:
        found(people)
    for number in range(SHOWN + 3):
        another(people, ELSEWHERE, hours=number + 1)
    with counted(people.owner.session) as many:
        shown = found(people)

    assert len(shown) == SHOWN
    assert len(many) == len(few) == 5
    assert [each.opened_at for each in shown] == sorted(
        each.opened_at for each in shown
    )


def test_a_duplicate_is_closed_and_says_where_it_is_carried_on(people):
    other = another(people, days=1)
    later = people.later(days=2)

    merge(later.owner, people.case, other.id, people.row().version)

    row = people.row()
    assert (row.state, row.closing) == (State.CLOSED, Closing.DUPLICATE)
    assert row.duplicate_of == other.id
    lines = timeline(people.owner.session, people.case)
    said = next(line for line in lines if line.kind is Kind.MERGED)
    assert said.facts["reference"] == other.reference
    session, actor = later.owner.session, later.owner.actor
    one = case_page(session, actor, people.keys, people.case, now=later.owner.now)
    assert one.into is not None
    assert one.into.reference == other.reference
    assert one.can_be_parted
    two = case_page(session, actor, people.keys, other.id, now=later.owner.now)
    assert [each.id for each in two.joined] == [people.case]
    assert two.into is None


def test_whoever_holds_the_other_code_is_not_told(people):
    other = another(people, days=1)

    merge(people.later(days=2).owner, people.case, other.id, people.row().version)

    lines = timeline(people.owner.session, other.id)
    assert Kind.MERGED not in {line.kind for line in lines}


def test_both_codes_go_on_working_and_nothing_moves(people):
    other = another(people, days=1)
    before = people.owner.session.query(Message).count()

    merge(people.later(days=2).owner, people.case, other.id, people.row().version)

    then = people.later(days=3)
    session = then.patient.session
    assert tracked(session, people.keys, people.code, now=then.patient.now)
    assert patients_page(session, people.keys, people.inquiry).state is State.CLOSED
    kept = session.get_one(Case, other.id, populate_existing=True)
    assert kept.state == State.FACILITATOR
    assert kept.inquiry_id != people.inquiry
    assert session.query(Message).count() == before


def test_what_was_joined_is_parted_again_for_some_days(people):
    other = another(people, days=1)
    then = people.later(days=2)
    merge(then.owner, people.case, other.id, people.row().version)

    soon = people.later(days=2 + PARTED_WITHIN.days)
    part(soon.owner, people.case, people.row().version)

    row = people.row()
    assert row.state == State.FACILITATOR
    assert row.duplicate_of is None
    assert row.due_at is not None


def test_later_it_is_not(people):
    other = another(people, days=1)
    merge(people.later(days=2).owner, people.case, other.id, people.row().version)

    late = people.later(days=3 + PARTED_WITHIN.days)

    with pytest.raises(CannotMergeError) as refused:
        part(late.owner, people.case, people.row().version)
    assert refused.value.facts == {"reason": "late"}


def test_what_was_not_joined_is_not_parted(people):
    with pytest.raises(CannotMergeError) as refused:
        part(people.owner, people.case, people.row().version)
    assert refused.value.facts == {"reason": "not-merged"}


def test_a_case_is_not_joined_with_itself_or_with_what_is_closed(people):
    other = another(people, days=1)
    then = people.later(days=2)

    with pytest.raises(CannotMergeError) as refused:
        merge(then.owner, people.case, people.case, people.row().version)
    assert refused.value.facts == {"reason": "same"}
    close(then.owner, other.id, Closing.COST, other.version)
    with pytest.raises(CannotMergeError) as refused:
        merge(then.owner, people.case, other.id, people.row().version)
    assert refused.value.facts == {"reason": "into-closed"}
    with pytest.raises(CannotMergeError) as refused:
        merge(then.owner, other.id, people.case, other.version)
    assert refused.value.facts == {"reason": "closed"}


def test_a_stale_page_joins_nothing(people):
    other = another(people, days=1)

    with pytest.raises(CaseChangedError):
        merge(people.owner, people.case, other.id, people.row().version + 1)


def test_strangers_join_nothing(people):
    other = another(people, days=1)

    with pytest.raises(NotFoundError):
        merge(stranger(people), people.case, other.id, people.row().version)
    with pytest.raises(RefusedError):
        merge(people.east, people.case, other.id, people.row().version)
    other.organization_id = office_of(stranger(people))
    people.owner.session.flush()
    with pytest.raises(NotFoundError):
        merge(people.owner, people.case, other.id, people.row().version)
