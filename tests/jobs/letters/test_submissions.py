"""The letter that says that a submission arrived: to whom, and while it waits."""

from __future__ import annotations

import pytest

from directory.accounts.model import Person
from directory.core.actor import Role
from directory.core.links import Links
from directory.core.text import Language
from directory.jobs.letters.letter import Asked
from directory.jobs.letters.submissions import received
from directory.submissions.model import Submission
from directory.submissions.rules.states import SubmissionState
from tests.conftest import NOW
from tests.submissions.people import acting

LINKS = Links("invented secret", "https://directory.example.org")
NUMBER = "a" * 32


@pytest.fixture
def row(work) -> Submission:
    editor = acting(work, Role.HOSPITAL_EDITOR, email="editor@example.org").actor
    row = Submission(
        public_id=NUMBER,
        organization_id=editor.organization,
        listing_kind="center",
        slug="willow-hospital",
        kind="change",
        state=SubmissionState.SUBMITTED.value,
        revision=2,
        base_version=1,
        base={},
        typed={},
        typed_by={},
        proposed={"names": {"en": "Willow Hospital", "zh": "柳树医院"}},
        made_at=NOW,
        made_by=editor.person,
        changed_at=NOW,
        changed_by=editor.person,
        submitted_at=NOW,
        submitted_by=editor.person,
    )
    work.session.add(row)
    work.session.flush()
    return row


def asked(work, number: str = NUMBER) -> Asked:
    return Asked(work.session, {"submission": number}, LINKS, NOW)


def test_it_goes_to_who_submitted_in_their_language(work, row):
    person = work.session.get_one(Person, row.submitted_by)
    person.language = "zh"

    letter = received(asked(work))

    assert letter is not None
    assert (letter.to, letter.language) == ("editor@example.org", Language.ZH)
    assert letter.link == (
        f"https://directory.example.org/zh/hospital/submissions/{NUMBER}"
    )
    assert letter.facts == {"listing": "柳树医院"}
    assert letter.about == f"person:{person.public_id}"


@pytest.mark.parametrize(
    "state", [state for state in SubmissionState if state != SubmissionState.SUBMITTED]
)
def test_what_waits_no_more_needs_no_letter(work, row, state):
    row.state = state.value
    row.version = 2 if state is SubmissionState.PUBLISHED else None
    work.session.flush()

    assert received(asked(work)) is None


def test_who_left_gets_none_and_what_is_gone_has_none(work, row):
    assert received(asked(work, "b" * 32)) is None
    work.session.get_one(Person, row.submitted_by).active = False

    assert received(asked(work)) is None
