"""One case on one page: read it, answer it, refer it, move it, end it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.audit.model import Entry
from directory.cases.model import Message, Note, Task
from directory.core.actor import Role
from tests.web.facilitator.office import open_office
from tests.web.inventing import invent, row
from tests.web.test_naughty import NAUGHTY


@pytest.fixture
def office(desk):
    return open_office(desk)


def count(office, table):
    with office.desk.session() as session:
        return session.query(table).count()


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_it_opens_in_every_language(office, language):
    page = office.browser.open(office.url(language=language))

    assert office.row().reference in page.heading
    assert page.response.headers["Cache-Control"] == "no-store"
    assert office.row().reference in page.title


def test_that_it_was_read_is_written_down(office):
    office.browser.open(office.url())

    with office.desk.session() as session:
        entry = session.query(Entry).filter_by(event="case.read").one()
    assert entry.subject == f"case:{office.case}"


def test_a_case_of_others_is_not_found(desk, office):
    stranger = desk.sit(Role.FACILITATOR)
    before = office.row().version

    stranger.open(office.url(), 404)
    token = stranger.open("/en/facilitator/templates/new").value("csrf_token")
    for rest in (
        "/take",
        "/assign",
        "/refer",
        "/messages",
        "/notes",
        "/tasks",
        "/triage",
        "/close",
        "/move",
        "/merge",
        "/hand-over",
        "/read",
        f"/tasks/{'0' * 32}",
        f"/referrals/{'0' * 32}/end",
        f"/referrals/{'0' * 32}/answer",
    ):
        answer = stranger.client.post(
            office.url(rest),
            data={"csrf_token": token, "version": "1", "code": "cost", "into": "X"},
        )
        assert answer.status_code == 404, rest
    assert office.row().version == before


def test_hospitals_are_kept_out(desk, office):
    desk.sit(Role.HOSPITAL_COORDINATOR).open(office.url(), 403)


def test_who_proved_no_second_factor_is_sent_to_do_so(desk, office):
    browser = desk.sit(Role.FACILITATOR, second_factor=False)

    answer = browser.client.get(office.url())

    assert answer.status_code == 303
    assert "second-factor" in answer.headers["Location"]


def test_a_new_case_is_referred_in_two_presses(office):
    # 1: the case is opened from the inbox.
    inbox = office.browser.open("/en/facilitator/")
    page = office.browser.open(inbox.link(office.row().reference))
    ticked = [
        box.get("value")
        for box in page.all("input", name="centers")
        if "checked" in box.attrib
    ]
    assert 1 <= len(ticked) <= 3

    # 2: "Take it and refer it to the ticked centers".
    answer = office.press("/refer", {"centers": ticked, "take": "y"}, page=page)

    assert answer.status_code == 303
    assert [each.center for each in office.referrals()] == ticked
    assert office.row().assignee_id == office.desk.seat(office.browser).person
    after = office.browser.open(office.url())
    assert "Referred." in after.text


def test_a_new_case_is_answered_with_a_template_in_three_presses(office):
    office.browser.send(
        "/en/facilitator/templates/new",
        {
            "name": "First answer",
            "language": "en",
            "body": "We have your inquiry {reference}.",
            "other_language": "ru",
            "other_body": "Мы получили ваш запрос {reference}.",
        },
    )
    # 1: the case is opened; 2: the template is chosen.
    page = office.browser.open(office.url())
    inserted = office.browser.open(page.link("First answer").partition("#")[0])
    (body,) = inserted.all("textarea", name="body")
    assert office.row().reference in (body.text or "")
    assert count(office, Message) == 0

    # 3: the message is sent.
    (chosen,) = [
        each.get("value")
        for select in inserted.all("select", name="language")
        for each in select.iter("option")
        if "selected" in each.attrib
    ]
    answer = office.press(
        "/messages",
        {
            "body": body.text,
            "language": chosen,
            "whom": "",
            "sent_key": inserted.value("sent_key"),
        },
        page=inserted,
    )

    assert answer.status_code == 303
    assert count(office, Message) == 1
    assert office.row().answered_at is not None


def test_a_message_that_is_sent_twice_is_one(office):
    page = office.browser.open(office.url())
    given = {
        "body": "Hello",
        "language": "en",
        "whom": "",
        "sent_key": page.value("sent_key"),
    }

    for _ in range(2):
        assert office.press("/messages", given, page=page).status_code == 303

    assert count(office, Message) == 1


def test_two_who_take_at_once_are_told(office):
    mine = office.browser.open(office.url())
    theirs = office.mate.open(office.url())

    assert office.press("/take", page=mine).status_code == 303
    late = office.refused("/take", browser=office.mate, page=theirs)

    assert late.status == 422
    assert "Somebody changed this case since you opened the page" in late.text
    assert office.person(office.browser).name in late.text
    assert office.row().assignee_id == office.desk.seat(office.browser).person


def test_what_was_typed_is_kept_when_the_case_had_changed(office):
    page = office.browser.open(office.url())
    office.press("/take", browser=office.mate)

    late = office.refused(
        "/pause", {"reason": "travel", "until": "2026-12-24"}, page=page
    )

    assert "Somebody changed this case" in late.text
    assert late.value("until") == "2026-12-24"
    (chosen,) = [
        each.get("value")
        for each in late.all("input", name="reason")
        if "checked" in each.attrib
    ]
    assert chosen == "travel"
    assert late.value("version") == str(office.row().version)


def test_a_case_rests_goes_on_and_waits(office):
    until = (office.desk.clock.now + timedelta(days=20)).date().isoformat()

    office.press("/pause", {"reason": "travel", "until": until})
    assert office.row().state == "paused"
    office.press("/resume")
    assert office.row().state == "waiting-for-facilitator"
    office.press("/wait", {"side": "patient"})

    assert office.row().state == "waiting-for-patient"


@pytest.mark.parametrize("until", ["", "2026-11-01", "2031-01-01", "x", "2026-02-30"])
def test_a_day_that_cannot_be_meant_is_refused(office, until):
    page = office.refused("/pause", {"reason": "travel", "until": until})

    assert page.status == 422
    assert page.title.startswith("Error:")
    assert office.row().state != "paused"


def test_a_case_is_closed_and_opened_again(office):
    office.press("/close", {"code": "cost"})
    closed = office.browser.open(office.url())
    assert "The cost" in closed.text
    assert office.row().state == "closed"

    office.press("/reopen")

    assert office.row().state == "waiting-for-facilitator"


@pytest.mark.parametrize("code", ["", "duplicate", "x", "\x00"])
def test_closing_needs_a_code_that_there_is(office, code):
    page = office.refused("/close", {"code": code})

    assert page.status == 422
    assert office.row().state != "closed"


def test_two_cases_are_joined_and_parted(office):
    reference = invent(office.desk, office.desk.seat(office.browser).organization, 7)

    assert office.press("/merge", {"into": reference.lower()}).status_code == 303

    page = office.browser.open(office.url())
    assert "It is carried on as another case" in page.text
    assert f"it is carried on as case {reference} about the same" in page.text
    other = office.browser.open(
        office.url().replace(office.case, row(office.desk, reference).id)
    )
    assert office.row().reference in other.text
    office.press("/reopen")
    assert office.row().duplicate_of is None
    assert office.row().state != "closed"


@pytest.mark.parametrize("into", ["", "XXXX-XXXX", "%", "\x00", "x" * 400])
def test_a_number_of_no_case_is_refused(office, into):
    page = office.refused("/merge", {"into": into})

    assert page.status == 422
    assert office.row().state != "closed"


def test_a_case_is_handed_over(office):
    page = office.browser.open(office.url())
    (select,) = page.all("select", name="office")
    offered = [each.get("value") for each in select.iter("option")]

    assert office.refused("/hand-over", {"office": "x" * 32}).status == 422
    answer = office.press("/hand-over", {"office": offered[0]})

    assert answer.status_code == 303
    office.browser.open(office.url(), 404)


def test_a_move_that_the_table_does_not_have_is_refused(office):
    page = office.refused("/move", {"to": "7", "waits_for": "facilitator"})

    assert page.status == 422
    assert "The case cannot go there" in page.text
    assert office.row().step == 1


def test_a_case_is_moved_on(office):
    answer = office.press("/move", {"to": "2", "waits_for": "facilitator"})

    assert answer.status_code == 303
    assert office.row().step == 2


def test_notes_tasks_and_checklist(office):
    page = office.browser.open(office.url())
    keys = [each.get("value") for each in page.all("input", name="key")]

    assert office.press("/tasks", {"task": "Ask", "key": keys[0]}).status_code == 303
    assert office.press("/notes", {"note": "Mind", "key": keys[1]}).status_code == 303
    assert office.press("/triage", {"line": ["asker"]}).status_code == 303

    after = office.mate.open(office.url())
    assert "Ask" in after.text
    assert "Mind" in after.text
    assert "neither the patient nor a hospital sees them" in after.text
    with office.desk.session() as session:
        task = session.query(Task).filter_by(kind="own").one().id
    assert office.press(f"/tasks/{task}", {"done": "yes"}).status_code == 303
    assert count(office, Note) == 1


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_strange_words_get_an_answer(office, naughty):
    page = office.browser.open(office.url())
    for rest, given in (
        ("/notes", {"note": naughty, "key": naughty}),
        ("/tasks", {"task": naughty, "key": "a" * 32, "assignee": ""}),
        ("/messages", {"body": naughty, "language": "en", "sent_key": "k"}),
        ("/triage", {"line": [naughty]}),
        ("/refer", {"centers": [naughty]}),
        ("/assign", {"person": naughty}),
        ("/close", {"code": naughty}),
    ):
        answer = office.press(rest, given, page=page)
        assert answer.status_code in {303, 404, 422}, rest
    office.browser.open(office.url())
    found = office.browser.client.get(office.url(), query_string={"template": naughty})
    assert found.status_code == 200


def test_a_center_that_nobody_keeps_here_is_answered_for(office):
    page = office.browser.open(office.url())
    center = next(
        box.get("value")
        for box in page.all("input", name="centers")
        if "checked" in box.attrib
    )
    office.press("/refer", {"centers": [center]}, page=page)
    (referral,) = office.referrals()
    assert referral.organization_id is None
    office.agree(referral.id)
    assert office.referrals()[0].state == "offered"
    url = office.url(f"/referrals/{referral.id}/answer")

    shown = office.browser.open(url)
    empty = office.browser.post(url, {"version": shown.value("version")}, 422)
    assert "Choose an answer" in empty.text
    sent = office.browser.send(
        url,
        {"version": shown.value("version"), "state": "declined", "code": "capacity"},
    )

    assert sent.status_code == 303
    assert office.referrals()[0].state == "declined"
    office.browser.open(office.url(f"/referrals/{'0' * 32}/answer"), 404)


def test_a_button_without_a_token_does_nothing(office):
    answer = office.browser.client.post(office.url("/take"), data={"version": "1"})

    assert answer.status_code == 400
    assert office.row().assignee_id is None


def test_state_never_changes_by_reading(office):
    before = office.row().version
    for _ in range(3):
        office.browser.open(office.url())

    assert office.row().version == before
