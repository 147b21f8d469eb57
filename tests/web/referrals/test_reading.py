"""A hospital reads what was referred to it, and each reading is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.audit.model import Entry
from directory.cases.actions.consenting import take_back_consent
from directory.core.actor import Role
from directory.inquiries.model import Consent
from tests.inquiries.invented import CANARY

LANGUAGES = ["en", "zh", "ru", "ar"]


def readings(ward):
    with ward.desk.session() as session:
        found = session.query(Entry).filter_by(event="referral.read")
        return [entry.facts for entry in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_case_are_sound_in_every_language(ward, language):
    ward.east.open(f"/{language}/hospital/cases/")
    ward.east.open(ward.url(language=language))


def test_the_list_says_what_waits_in_words(ward):
    page = ward.east.open("/en/hospital/cases/")

    assert "Waiting for us" in page.text
    assert "not opened yet" in page.text
    assert "Waiting for us (1)" in page.text
    ward.change(due_at=ward.desk.clock.now - timedelta(hours=1))
    assert "Overdue" in ward.east.open("/en/hospital/cases/?list=late").text


def test_the_case_says_what_was_told_and_how_to_reach_nobody(ward):
    text = ward.east.open(ward.url()).text

    assert f"{CANARY}: is a fourth line too late?" in text
    assert "Immunomodulator, such as lenalidomide" in text
    assert "Kazakhstan" in text
    assert f"{CANARY}@example.org" not in text
    assert "at the hospital" in text
    assert "where the patient is" in text


def test_each_reading_is_written_down_and_the_first_opening_kept(ward):
    ward.east.open(ward.url())
    first = ward.row().opened_at
    ward.desk.clock.move(minutes=5)
    ward.east.open(ward.url())

    assert readings(ward) == [{"referral": ward.referral}] * 2
    assert ward.row().opened_at == first
    assert "not opened yet" not in ward.east.open("/en/hospital/cases/").text


def test_another_hospital_finds_nothing(ward):
    ward.west.open(ward.url(), status=404)
    for rest in ("/times", "/estimate", "/letter", "/follow-up"):
        ward.west.open(ward.url(rest), status=404)

    assert "No case stands here" in ward.west.open("/en/hospital/cases/").text
    assert readings(ward) == []


def test_editors_and_those_without_a_second_factor_are_kept_out(ward):
    organization = ward.desk.seat(ward.east).organization
    editor = ward.desk.sit(Role.HOSPITAL_EDITOR, organization=organization)
    hurried = ward.desk.sit(
        Role.HOSPITAL_COORDINATOR, organization=organization, second_factor=False
    )

    editor.open(ward.url(), status=403)
    answer = hurried.client.get(ward.url())
    assert answer.status_code == 303
    assert "second-factor" in answer.headers["Location"]
    passer_by = ward.desk.passer_by().client.get(ward.url())
    assert passer_by.status_code == 303
    assert readings(ward) == []


@pytest.mark.parametrize(
    ("state", "facts", "said"),
    [
        ("expired", {"due_at": None}, "no longer offered to your hospital"),
        ("ended", {"due_at": None}, "no longer takes part"),
        ("declined", {"due_at": None, "decline": "capacity"}, "No room"),
    ],
)
def test_what_left_while_the_page_was_open_says_why_and_nothing_else(
    ward, state, facts, said
):
    token = ward.east.open(ward.url()).value("csrf_token")
    ward.change(state=state, **facts)

    answer = ward.east.client.post(
        ward.url("/accept"), data={"csrf_token": token, "version": "1"}
    )

    assert answer.status_code == 410
    page = ward.east.open(ward.url(), status=410)
    assert said in page.text
    assert CANARY not in page.text
    assert ward.row().state == state
    ward.west.open(ward.url(), status=404)


def test_a_case_that_was_never_offered_is_not_found(ward):
    ward.change(state="refused", due_at=None, offered_at=None)

    ward.east.open(ward.url(), status=404)


def test_the_counts_name_nobody(ward):
    answer = ward.east.client.get("/en/hospital/cases/counts.csv")

    body = answer.get_data(as_text=True)
    assert '"offered","1"' in body
    assert ward.case().reference not in body
    assert answer.headers["Cache-Control"].startswith("no-store")


@pytest.mark.parametrize(
    "query",
    ["list=late&step=9", "list=x&step=0&page=0", "page=99999", "step=%E2%85%A7"],
)
def test_any_filter_is_answered(ward, query):
    ward.east.open(f"/en/hospital/cases/?{query}")


def test_messages_go_both_ways(ward):
    page = ward.east.open(ward.url())
    data = {"body": f"{CANARY} <b>hello</b>", "sent_key": page.value("sent_key")}
    for _ in range(2):
        assert ward.press("/messages", data).status_code == 303

    text = ward.east.open(ward.url()).text
    assert text.count(f"{CANARY} <b>hello</b>") == 1
    refused = ward.press("/messages", {"body": "  ", "sent_key": "x"})
    assert refused.status_code == 422


def test_consent_taken_back_while_the_page_is_open_ends_it_with_a_sentence(ward):
    token = ward.east.open(ward.url()).value("csrf_token")
    work = ward.work()
    with work.session:
        share = (
            work.session.query(Consent)
            .filter_by(inquiry_id=ward.inquiry, purpose="share")
            .one()
        )
        take_back_consent(work, ward.desk.tools.keys, ward.inquiry, share.place)
        work.session.commit()

    answer = ward.east.client.post(
        ward.url("/accept"), data={"csrf_token": token, "version": "1"}
    )

    assert answer.status_code == 410
    page = ward.east.open(ward.url(), status=410)
    assert "took back the consent that your hospital sees it" in page.text
    assert CANARY not in page.text
    for rest in ("/times", "/estimate", "/letter", "/follow-up", "/documents"):
        assert ward.east.client.get(ward.url(rest)).status_code in {404, 410}
