"""Administrators see which letters did not arrive, and have them tried again."""

from __future__ import annotations

import pytest

from directory.accounts.model import Person
from directory.audit.model import Entry
from directory.core.actor import Role, system
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.outbox.actions import Failure
from directory.outbox.model import Promise
from directory.outbox.queries import dead
from tests.conftest import NOW

DIGEST = "d" * 64
KINDS = {"mail.invitation"}


def fail(desk, failure: Failure) -> int:
    """Promise a letter and let it fail; return its number."""
    with desk.tools.sessions.begin() as session:
        work = Work(session, system("test"), desk.clock())
        queue.promise(work, "mail.invitation", invitation="secret-payload")
        claimed = queue.claim(work, KINDS, "w" * 32)
        assert claimed is not None
        if failure.target:
            queue.declare_dead(work, failure.target, failure.reason)
        queue.fail(work, claimed, failure, 0.5)
        return claimed.id


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


def press(browser, number: int):
    """Press the button of a letter, with the token of the page."""
    token = browser.open("/en/admin/mail").value("csrf_token")
    return browser.client.post(
        f"/en/admin/mail/{number}/again", data={"csrf_token": token}
    )


def test_nothing_is_said_to_be_lost_where_nothing_is(admin):
    page = admin.open("/en/admin/mail")

    assert page.heading == "Mail"
    assert "No letter was given up." in page.text
    assert "No mail server is set up" in page.text


def test_a_dead_mailbox_is_shown_by_code_day_and_person(desk, admin):
    with desk.session() as session:
        person = session.get(Person, desk.seat(admin).person)
        about, name = f"person:{person.public_id}", person.name
    fail(desk, Failure("550 5.1.1", is_final=True, target=DIGEST, about=about))

    page = admin.open("/en/admin/mail")

    for words in (
        "550 5.1.1",
        "no such mailbox",
        name,
        about[7:15],
        "November 22, 2026",
        "invitation",
    ):
        assert words in page.text
    assert "secret-payload" not in page.text
    assert page.link(name) == f"/en/admin/people/{about.removeprefix('person:')}"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure("554 5.7.1", is_final=True), "refused this letter"),
        (Failure("address-malformed", is_final=True), "not an address"),
        (Failure("ConnectionRefusedError"), "tried again by themselves"),
        (Failure("451 4.7.1"), "away, busy, or asked to come back"),
    ],
)
def test_what_happened_is_said_in_words(desk, admin, failure, words):
    fail(desk, failure)

    assert words in admin.open("/en/admin/mail").text


def test_one_press_has_a_letter_tried_again_and_is_written_down(desk, admin):
    failure = Failure("550 5.1.1", is_final=True, target=DIGEST)
    number = fail(desk, failure)

    answer = press(admin, number)

    assert (answer.status_code, answer.location) == (303, "/en/admin/mail")
    page = admin.open("/en/admin/mail")
    assert "being tried again" in page.text
    assert "No letter was given up." in page.text
    with desk.session() as session:
        row = session.get(Promise, number)
        assert (row.given_up_at, row.due_at) == (None, NOW)
        assert dead(session, DIGEST) is None
        entry = session.query(Entry).order_by(Entry.seq.desc()).first()
        assert (entry.event, entry.subject) == ("letter.retried", f"promise:{number}")
        assert entry.facts == {"kind": "mail.invitation"}


def test_what_was_not_given_up_is_not_there_to_be_tried(desk, admin):
    number = fail(desk, Failure("451"))

    for wrong in (number, number + 1):
        assert press(admin, wrong).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.MODERATOR, Role.HOSPITAL_MANAGER, Role.FACILITATOR_MANAGER]
)
def test_nobody_else_sees_or_tries(desk, role):
    number = fail(desk, Failure("550", is_final=True))
    other = desk.sit(role)

    assert other.client.get("/en/admin/mail").status_code == 403
    answer = other.client.post(f"/en/admin/mail/{number}/again")
    assert answer.status_code in {400, 403}
    with desk.session() as session:
        assert session.get(Promise, number).given_up_at is not None


def test_a_press_from_elsewhere_changes_nothing(desk, admin):
    number = fail(desk, Failure("550", is_final=True))

    assert admin.client.post(f"/en/admin/mail/{number}/again").status_code == 400
    assert admin.client.get(f"/en/admin/mail/{number}/again").status_code == 405
    with desk.session() as session:
        assert session.get(Promise, number).given_up_at is not None
