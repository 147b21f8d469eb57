"""Letters of accounts in every language: to whom, where they lead, and none at all."""

from __future__ import annotations

import pytest

from directory.accounts.model import SignIn
from directory.core.config import Settings
from directory.core.links import LinkExpiredError, Links, Purpose
from directory.core.text import Language
from directory.jobs.letters.accounts import CHANGES, LETTERS
from directory.jobs.letters.letter import Asked
from directory.jobs.letters.rendering import render
from tests.conftest import NOW
from tests.jobs.posting import BASE
from tests.web.people import add_person

LINKS = Links("k" * 40, BASE)
LEADS = {
    "mail.already-registered": "/account/sign-in",
    "mail.change-address": "/account/new-address/",
    "mail.confirm-address": "/account/confirm/",
    "mail.new-browser": "/account/sessions",
    "mail.reset-password": "/account/reset/",
    "mail.security-changed": "/account/",
}


@pytest.fixture
def person(session):
    row = add_person(session, name="Invented <b>Owner</b>")
    row.new_email = "new@example.org"
    session.flush()
    return row


@pytest.fixture
def sign_in(session, person):
    row = SignIn(
        digest="d" * 64,
        person_id=person.id,
        began_at=NOW,
        seen_at=NOW,
        proved_at=NOW,
        browser="Firefox · Linux",
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def write(session, person, sign_in):
    """Return what writes a letter of a kind."""

    def written(kind, **more):
        payload = {
            "person": person.public_id,
            "session": sign_in.id,
            "what": "password",
            **more,
        }
        return LETTERS[kind](Asked(session, payload, LINKS, NOW))

    return written


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", sorted(LEADS))
def test_each_letter_says_what_it_is_about(write, person, kind, language):
    person.language = language.value
    person.confirmed_at = None if kind == "mail.confirm-address" else NOW
    letter = write(kind)

    mail = render(
        letter,
        name="n",
        base_url=BASE,
        now=NOW,
        words=Settings.folder("templates"),
    )

    assert letter.link.startswith(f"{BASE}/{language}{LEADS[kind]}")
    to = "new@example.org" if kind == "mail.change-address" else person.email
    assert mail.to == to
    assert mail.subject
    assert letter.link in mail.text
    assert "<b>Owner" not in mail.html
    assert "person:" in (letter.about or "")


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_each_change_is_said_in_words_of_its_own(write, what):
    texts = {
        render(
            write("mail.security-changed", what=each),
            name="n",
            base_url=BASE,
            now=NOW,
            words=Settings.folder("templates"),
        ).text
        for each in CHANGES
    }

    assert len(texts) == len(CHANGES)
    assert write("mail.security-changed", what=what).facts == {"what": what}


@pytest.mark.parametrize("kind", sorted(LEADS))
def test_a_closed_account_gets_none(write, person, kind, session):
    person.active = False
    session.flush()

    assert write(kind) is None


def test_letters_that_came_too_late_are_not_sent(write, person, session):
    assert write("mail.confirm-address") is None
    assert write("mail.security-changed", what="invented") is None
    person.new_email = None
    session.flush()
    assert write("mail.change-address") is None


def test_a_link_that_resets_lasts_for_half_an_hour(write):
    token = write("mail.reset-password").link.rpartition("/")[2]

    LINKS.read(Purpose.RESET_PASSWORD, token, NOW.replace(minute=30))
    with pytest.raises(LinkExpiredError):
        LINKS.read(Purpose.RESET_PASSWORD, token, NOW.replace(minute=31))


def test_whoever_was_not_expecting_it_is_told_what_to_do(write):
    mail = render(
        write("mail.new-browser"),
        name="n",
        base_url=BASE,
        now=NOW,
        words=Settings.folder("templates"),
    )

    assert "set a new password at once" in mail.text
    assert "If you did not expect it, you need not do anything" not in mail.text
    assert "November 22, 2026 at 08:00 (UTC)" in mail.text
