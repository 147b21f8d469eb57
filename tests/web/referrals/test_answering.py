"""A hospital answers in one press, and is told if somebody was faster."""

from __future__ import annotations

import pytest

from directory.cases.model import Move
from directory.core.actor import Role
from tests.inquiries.invented import CANARY
from tests.web.test_naughty import NAUGHTY


def kinds(ward):
    with ward.desk.session() as session:
        found = session.query(Move).filter_by(referral_id=ward.referral)
        return [move.kind for move in found.order_by(Move.id)]


def test_one_press_accepts(ward):
    answer = ward.press("/accept")

    assert answer.status_code == 303
    assert ward.row().state == "accepted"
    assert "Accepted for review" in ward.east.open(ward.url()).text


def test_asking_for_more_says_what(ward):
    answer = ward.press(
        "/need-more", {"lacks": ["marrow", "imaging"], "need_words": f"{CANARY} May"}
    )

    assert answer.status_code == 303
    row = ward.row()
    assert (row.state, sorted(row.lacks)) == ("needs-more", ["imaging", "marrow"])
    text = ward.east.open(ward.url()).text
    assert "Bone marrow report" in text


def test_what_is_needed_has_to_be_said(ward):
    answer = ward.press("/need-more", {"need_words": f"{CANARY} typed"})

    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert "Choose at least one thing that you need" in body
    assert f"{CANARY} typed" in body
    assert ward.row().state == "offered"


def test_declining_says_why_and_the_case_is_gone(ward):
    answer = ward.press("/decline", {"code": "capacity"})

    assert answer.status_code == 303
    assert (ward.row().state, ward.row().decline) == ("declined", "capacity")
    assert "Your hospital declined it" in ward.east.open(ward.url(), status=410).text


@pytest.mark.parametrize("data", [{}, {"code": "tired"}, {"code": ""}])
def test_declining_needs_one_of_the_reasons(ward, data):
    assert ward.press("/decline", data).status_code == 422
    assert ward.row().state == "offered"


def test_declining_for_another_reason_needs_words(ward):
    assert ward.press("/decline", {"code": "other"}).status_code == 422

    answer = ward.press("/decline", {"code": "other", "decline_words": "Moving house"})

    assert answer.status_code == 303


def test_of_two_coordinators_the_second_is_told_and_keeps_what_was_typed(ward):
    second = ward.desk.sit(
        Role.HOSPITAL_COORDINATOR, organization=ward.desk.seat(ward.east).organization
    )
    page = second.open(ward.url())
    ward.press("/need-more", {"lacks": ["marrow"]})
    data = {
        "csrf_token": page.value("csrf_token"),
        "version": page.value("version"),
        "lacks": ["blood-results"],
        "need_words": f"{CANARY} still here",
    }

    answer = second.client.post(ward.url("/need-more"), data=data)

    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert "This case changed since you opened the page" in body
    assert f"{CANARY} still here" in body
    assert ward.row().lacks == ["marrow"]
    assert f'name="version" value="{ward.row().version}"' in body


def test_a_case_is_moved_where_the_table_says(ward):
    ward.accept(step=3)

    answer = ward.press("/move", {"to": "4", "waits_for": "hospital"})

    assert answer.status_code == 303
    assert ward.case().step == 4
    assert "Step 4 of 9" in ward.east.open(ward.url()).text


@pytest.mark.parametrize(
    "data",
    [
        {"to": "9", "waits_for": "hospital"},
        {"to": "10", "waits_for": "hospital"},
        {"to": "x", "waits_for": "hospital"},
        {"to": "4", "waits_for": "directory"},
        {"to": "4"},
        {},
    ],
)
def test_other_moves_are_refused(ward, data):
    ward.accept(step=3)

    assert ward.press("/move", data).status_code == 422
    assert ward.case().step == 3


@pytest.mark.parametrize(
    ("rest", "data"),
    [
        ("/accept", {}),
        ("/need-more", {"lacks": "marrow"}),
        ("/decline", {"code": "capacity"}),
        ("/messages", {"body": "Hello", "sent_key": "a"}),
        ("/move", {"to": "4", "waits_for": "hospital"}),
    ],
)
def test_another_hospital_answers_nothing(ward, rest, data):
    token = ward.west.open("/en/hospital/cases/letter-template").value("csrf_token")
    before = kinds(ward)

    answer = ward.west.client.post(
        ward.url(rest), data={"csrf_token": token, "version": "1", **data}
    )

    assert answer.status_code == 404
    assert kinds(ward) == before


@pytest.mark.parametrize("words", NAUGHTY.values(), ids=NAUGHTY.keys())
def test_whatever_is_typed_comes_back_as_it_was_typed(ward, words):
    ward.press("/messages", {"body": f"x{words}", "sent_key": "a"})

    ward.east.open(ward.url())
