"""A moderator reads what changes, decides on each field, and publishes."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from tests.web.moderation.people import finding_of, handed_in, moderator, submission


@pytest.fixture
def me(desk):
    return moderator(desk)


@pytest.fixture
def id_(desk):
    return handed_in(desk)


def at(id_: str, language: str = "en") -> str:
    return f"/{language}/moderation/submissions/{id_}"


def press(browser, id_, do, status=303, **typed):
    """Press a button of the page as it is shown now; return what comes back."""
    page = browser.open(at(id_))
    data = {
        "csrf_token": page.value("csrf_token"),
        "revision": page.value("revision"),
        "do": do,
        **typed,
    }
    response = browser.client.post(at(id_), data=data)
    if status == 303:
        assert response.status_code == 303, response.get_data(as_text=True)
        return response
    return browser._read(at(id_), response, status)


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_page_says_what_changes_and_what_bears_it_out(desk, me, id_, language):
    page = me.open(at(id_, language))

    assert "Ten beds." in page.text
    assert "Eight beds." in page.text
    assert "https://example.org/icu" in page.text
    assert len(page.by_class("review")) == 4


def test_three_presses_publish_what_nobody_objects_to(desk, me, id_):
    press(me, id_, "accept-rest")
    press(me, id_, "publish")

    with desk.session() as session:
        row = submission(session, id_)
    assert (row.state, row.version) == ("published", 2)
    page = me.open("/en/centers/willow-hospital")
    assert "Ten beds." in page.text
    assert "published" in me.open(at(id_)).text


def test_a_field_is_sent_back_with_a_reason(desk, me, id_):
    typed = {"decision-1": "sent-back", "reason-1": "Which source says so?"}

    press(me, id_, "send-back", **typed)

    page = me.open(at(id_))
    assert "Which source says so?" in page.text
    assert not list(page.all("button", value="publish"))


def test_a_reason_is_asked_for_at_its_field(desk, me, id_):
    page = press(me, id_, "save", 422, **{"decision-1": "rejected"})

    assert "Say why, in words that the hospital can use" in page.text
    assert page.title.startswith("Error:")
    with desk.session() as session:
        assert submission(session, id_).revision == 3


def test_what_was_typed_stays_when_something_is_left(desk, me, id_):
    typed = {"decision-1": "rejected", "reason-1": "Not so."}

    page = press(me, id_, "publish", 422, **typed)

    assert "Some fields are not decided yet." in page.text
    assert "Not so." in page.text


def test_a_finding_is_answered_on_the_page(desk, me):
    id_ = handed_in(desk, findings=("capability.icu",))
    found = finding_of(desk)
    refused = press(me, id_, "publish", 422)
    press(me, id_, "accept-rest")
    press(
        me,
        id_,
        "publish",
        **{
            f"answer-{found}": "dismissed",
            f"words-{found}": "A count of beds.",
            **{f"decision-{place}": "accepted" for place in range(1, 5)},
        },
    )

    assert "Some findings are not answered yet." in refused.text
    assert "A count of beds." in me.open(at(id_)).text


def test_a_page_that_is_too_old_shows_how_things_stand_now(desk, me, id_):
    other = moderator(desk)
    old = me.open(at(id_))
    press(other, id_, "save", **{"decision-2": "rejected", "reason-2": "No."})

    response = me.client.post(
        at(id_),
        data={
            "csrf_token": old.value("csrf_token"),
            "revision": old.value("revision"),
            "do": "save",
            "decision-1": "rejected",
            "reason-1": "Mine.",
        },
    )
    page = me._read(at(id_), response, 409)

    assert "Somebody changed this since you opened the page" in page.text
    assert "Mine." in page.text
    assert "rejected" in page.text
    with desk.session() as session:
        assert submission(session, id_).revision == 4


def test_whoever_comes_second_reads_who_decided(desk, me, id_):
    other = moderator(desk)
    old = me.open(at(id_))
    press(other, id_, "accept-rest")
    press(other, id_, "publish")

    response = me.client.post(
        at(id_),
        data={
            "csrf_token": old.value("csrf_token"),
            "revision": "3",
            "do": "reject",
            "reason": "No.",
        },
    )
    page = me._read(at(id_), response, 409)

    assert "Decided on November 22, 2026 by Invented Person" in page.text
    assert "published" in page.text


def test_two_moderators_stand_behind_a_first_listing(desk, me):
    id_ = handed_in(desk, first=True)
    other = moderator(desk)
    press(me, id_, "accept-rest")
    refused = press(me, id_, "publish", 422)
    press(me, id_, "approve")
    seen = other.open(at(id_))
    press(other, id_, "publish")

    assert "A second moderator must agree" in refused.text
    assert "agreed to it as it stands" in seen.text
    assert "Ten beds." in me.open("/en/centers/willow-hospital").text


def test_nobody_else_opens_it(desk, id_):
    for role in (Role.HOSPITAL_MANAGER, Role.FACILITATOR, Role.ADMIN):
        browser = desk.sit(role)
        assert browser.client.get(at(id_)).status_code == 403
    assert desk.passer_by().client.get(at(id_)).status_code == 303


def test_ones_own_submission_is_anothers_to_decide(desk, me, id_):
    old = me.open(at(id_))
    with desk.tools.sessions.begin() as session:
        submission(session, id_).submitted_by = desk.seat(me).person

    page = me.open(at(id_))
    answer = me.client.post(
        at(id_),
        data={
            "csrf_token": old.value("csrf_token"),
            "revision": "3",
            "do": "accept-rest",
        },
    )

    assert "Another moderator decides" in page.text
    assert not list(page.all("textarea"))
    assert answer.status_code == 403


@pytest.mark.parametrize("id_", ["0" * 32, "f" * 32])
def test_what_is_not_there_is_not_found(me, id_):
    assert me.client.get(at(id_)).status_code == 404


def test_a_draft_that_was_never_submitted_is_the_hospitals_alone(desk, me, id_):
    with desk.tools.sessions.begin() as session:
        row = submission(session, id_)
        row.state, row.submitted_at = "draft", None

    assert me.client.get(at(id_)).status_code == 404


def test_what_the_hospital_took_back_is_not_shown(desk, me, id_):
    with desk.tools.sessions.begin() as session:
        submission(session, id_).state = "draft"

    page = me.open(at(id_))

    assert "taken back by the hospital" in page.text
    assert "Ten beds." not in page.text


NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE submission; --",
    "{{ 7 * 7 }}",
    "\u202eright to left\u202c",
    "نص عربي 中文 русский",
    "%(name)s %s {0}",
    "👩\u200d⚕️" * 50,
]


@pytest.mark.parametrize("words", NAUGHTY)
def test_whatever_is_typed_is_shown_as_it_is(desk, me, id_, words):
    press(me, id_, "save", **{"decision-1": "rejected", "reason-1": words})

    page = me.open(at(id_))

    assert " ".join(words.split()) in page.text


def test_too_long_a_reason_is_refused_and_stays(desk, me, id_):
    words = "x" * 2001

    page = press(me, id_, "save", 422, **{"decision-1": "rejected", "reason-1": words})

    assert words in page.text


def test_the_form_of_a_long_listing_is_let_in(desk, me, id_):
    many = {f"reason-{place}": "x" * 1000 for place in range(5, 405)}

    press(me, id_, "save", **{"decision-1": "accepted"}, **many)

    with desk.session() as session:
        assert submission(session, id_).revision == 4
