"""A hospital gives a letter out as a document, and takes it back for all to see."""

from __future__ import annotations

import pytest

from directory.cases.actions import documents
from directory.cases.actions.letters import (
    LetterChangedError,
    NoTemplateError,
    TemplateChangedError,
    give_letter,
    keep_template,
    take_back_letter,
)
from directory.cases.model import Letter
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import (
    letter_template,
    next_letter,
    patients_care,
    taken_back_documents,
)
from directory.cases.rules.letters import LetterRefusedError, TemplateRefusedError
from directory.cases.rules.states import Step
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Document
from tests.cases.giving import PDF, TEMPLATE, VALUES, accepted, template
from tests.fakes import MemoryStore
from tests.inquiries.invented import CANARY
from tests.submissions.people import acting


@pytest.fixture
def files():
    return MemoryStore()


@pytest.fixture
def referral(people):
    template(people)
    return accepted(people, Step.TRAVEL).id


def give(people, files, referral, values=VALUES, **more):
    given = {"number": 1, "template_version": 1} | more
    name = give_letter(people.east, people.keys, files, referral, values, PDF, **given)
    people.east.session.commit()
    return name


def test_a_letter_is_a_document_of_the_case(people, files, referral):
    name = give(people, files, referral)

    row = people.east.session.get(Letter, name)
    document = people.east.session.get(Document, row.document_id)
    assert (document.kind, document.side, document.center, document.state) == (
        "letter",
        "hospital",
        "east-invented",
        "kept",
    )
    assert document.size_bytes == len(PDF)
    assert CANARY.upper().encode() not in row.body
    assert next_letter(people.east.session, referral) == 2
    assert people.row().state == "waiting-for-patient"


def test_the_patient_sees_it_and_that_it_was_taken_back(people, files, referral):
    name = give(people, files, referral)
    take_back_letter(people.east, people.keys, referral, name)

    (care,) = patients_care(
        people.patient.session, people.keys, people.inquiry, now=people.patient.now
    )
    (letter,) = care.letters
    assert (letter.values, letter.fields["title_en"]) == (VALUES, TEMPLATE["title_en"])
    assert letter.taken_back_at == people.east.now
    assert taken_back_documents(
        people.patient.session, [letter.document, "0" * 32]
    ) == {letter.document}
    with pytest.raises(LetterChangedError):
        take_back_letter(people.east, people.keys, referral, name)


@pytest.mark.parametrize("changes", [{"number": 2}, {"template_version": 2}])
def test_a_letter_that_was_made_of_something_else_is_not_given_out(
    people, files, referral, changes
):
    with pytest.raises(CaseChangedError):
        give(people, files, referral, **changes)

    assert not list(files.keys("document"))


def test_what_is_missing_is_refused(people, files, referral):
    with pytest.raises(LetterRefusedError):
        give(people, files, referral, values={})


def test_without_a_template_there_is_no_letter(people, files):
    with pytest.raises(NoTemplateError):
        give(people, files, accepted(people).id)


def test_of_two_people_who_change_the_template_the_second_is_told(people):
    template(people)

    with pytest.raises(TemplateChangedError):
        keep_template(people.east, TEMPLATE, 0)
    keep_template(people.east, TEMPLATE | {"title_en": "Invitation"}, 1)
    found = letter_template(people.east.session, people.east.actor)
    assert (found.version, found.fields["title_en"]) == (2, "Invitation")


def test_each_hospital_has_its_own_template(people):
    template(people)

    assert letter_template(people.west.session, people.west.actor).version == 0


def test_a_template_that_cannot_be_filled_in_is_not_kept(people):
    with pytest.raises(TemplateRefusedError):
        keep_template(people.east, TEMPLATE | {"body_en": "{nobody}"}, 0)

    assert letter_template(people.east.session, people.east.actor).version == 0


def test_a_letter_is_not_removed_as_if_it_were_any_file(people, files, referral):
    name = give(people, files, referral)
    document = people.east.session.get(Letter, name).document_id
    inquiry, sender = documents.sender_of_referral(people.east, referral)

    with pytest.raises(NotFoundError):
        documents.remove(people.east, inquiry, sender, document)


def test_nobody_else_gives_letters(people, files, referral):
    with pytest.raises(NotFoundError):
        give_letter(
            people.west,
            people.keys,
            files,
            referral,
            VALUES,
            PDF,
            number=1,
            template_version=1,
        )
    editor = acting(
        people.east, Role.HOSPITAL_EDITOR, organization=people.east.actor.organization
    )
    for stranger in (editor, people.owner, people.patient):
        with pytest.raises(RefusedError):
            keep_template(stranger, TEMPLATE, 0)
