"""Who submitted something is told what became of it, and never in whose words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.accounts.model import Person
from directory.core.links import Links
from directory.core.text import Language
from directory.jobs.letters.letter import Asked
from directory.jobs.letters.registry import WRITERS
from directory.submissions.actions import reviewing
from directory.submissions.actions.verdicts import FieldVerdict, Verdicts
from directory.submissions.rules.states import Decision
from tests.conftest import NOW
from tests.jobs.posting import BASE
from tests.listings.documents import center
from tests.submissions.cases import as_, changed, moderator, publish_center, submit

REASON = "Words of a moderator."
BACK = Verdicts((FieldVerdict("aliases", Decision.SENT_BACK, REASON),))


@pytest.fixture
def row(work):
    publish_center(work)
    return submit(work, center(), changed())


@pytest.fixture
def at(work):
    return as_(work, moderator(work.session))


def letter(work, row):
    """Return the letter that the queue would send now."""
    work.session.flush()
    ask = Asked(work.session, {"submission": row.public_id}, Links("k" * 32, BASE), NOW)
    return WRITERS["mail.submission-decided"](ask)


@pytest.mark.parametrize(
    ("act", "template", "count"),
    [
        (
            lambda work, id_: reviewing.publish(
                work, id_, 3, Verdicts(accept_rest=True)
            ),
            "submission-published",
            0,
        ),
        (
            lambda work, id_: reviewing.send_back(work, id_, 3, REASON, BACK),
            "submission-sent-back",
            1,
        ),
        (
            lambda work, id_: reviewing.reject(work, id_, 3, REASON),
            "submission-rejected",
            0,
        ),
    ],
)
def test_the_letter_says_what_became_of_it(at, row, act, template, count):
    act(at, row.public_id)

    person = at.session.scalars(
        select(Person).where(Person.id == row.submitted_by)
    ).one()
    sent = letter(at, row)
    assert (sent.template, sent.to) == (template, person.email)
    assert sent.link == f"{BASE}/en/hospital/submissions/{row.public_id}"
    assert sent.facts == {"listing": "willow-hospital of Beijing", "count": count}
    assert REASON not in repr(sent.facts)


def test_the_letter_speaks_the_readers_language(at, row):
    person = at.session.get(Person, row.submitted_by)
    person.language = "zh"
    reviewing.reject(at, row.public_id, 3, REASON)

    sent = letter(at, row)

    assert sent.language is Language.ZH
    assert sent.facts["listing"] == "willow-hospital医院"


def test_a_moderator_is_led_to_their_own_pages(work, at):
    publish_center(work)
    row = submit(work, center(), changed(), by=moderator(work.session))
    reviewing.reject(at, row.public_id, 3, REASON)

    assert "/moderation/submissions/" in letter(at, row).link


def test_what_is_submitted_again_by_then_needs_no_letter(at, row):
    reviewing.send_back(at, row.public_id, 3, "", BACK)
    row.state = "submitted"

    assert letter(at, row) is None


def test_who_has_left_gets_no_letter(at, row):
    reviewing.reject(at, row.public_id, 3, REASON)
    at.session.get(Person, row.submitted_by).active = False

    assert letter(at, row) is None
