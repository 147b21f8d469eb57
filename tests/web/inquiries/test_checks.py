"""Checks after treatment, as the patient sees them and says that they were done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.cases.actions.following_up import plan_follow_up
from directory.cases.model import FollowUp, Move
from directory.cases.rules.follow_up import OWN, Planned
from directory.cases.rules.states import ReferralState, Step
from tests.browser import read
from tests.web.inquiries.case import Sent, seated
from tests.web.inquiries.pages import press

MINE = "/inquiries/mine"


@pytest.fixture
def sent(browser, tools, clock) -> Sent:
    """Return a case after the infusion, with two checks planned."""
    made = seated(browser, tools, clock)
    made.becomes(ReferralState.ACCEPTED)
    with made.work() as work:
        made_case = work.session.query(type(made.case)).one()
        made_case.step = Step.FOLLOW_UP.value
    assert made.tools.keys is not None
    with made.hospital() as work:
        today = work.now.date()
        plan_follow_up(
            work,
            made.tools.keys,
            made.referral().id,
            today - timedelta(days=40),
            [
                Planned(OWN, today - timedelta(days=2), "Invented blood test"),
                Planned(OWN, today + timedelta(days=20), "Invented scan"),
            ],
        )
    return made


def lines(sent: Sent) -> list[FollowUp]:
    with sent.tools.reading() as session:
        found = session.query(FollowUp).filter(FollowUp.kind == OWN)
        return found.order_by(FollowUp.due_on).all()


def test_a_patient_says_that_a_check_was_done(sent):
    page = sent.browser.open(MINE)
    assert "Invented blood test" in page.text
    assert "overdue" in page.text
    first = lines(sent)[0]

    response = press(sent.browser, f"{MINE}/checks/{first.id}/done", MINE)

    assert response.status_code == 303
    assert [line.done_at is not None for line in lines(sent)] == [True, False]
    page = sent.browser.open(MINE)
    assert "done" in page.text
    assert "overdue" not in page.text
    again = press(sent.browser, f"{MINE}/checks/{first.id}/done", MINE)
    assert again.status_code == 303
    with sent.tools.reading() as session:
        assert session.query(Move).filter_by(kind="follow-up.done").count() == 1


def test_a_check_of_nobody_is_not_there(sent):
    response = press(sent.browser, f"{MINE}/checks/{'0' * 32}/done", MINE)

    assert response.status_code == 404


def test_a_center_that_gave_the_case_back_is_said_so(sent):
    first = lines(sent)[0]
    token = sent.browser.open(MINE)
    sent.becomes(ReferralState.DECLINED, decline="capacity")

    response = sent.browser.client.post(
        f"{MINE}/checks/{first.id}/done",
        data={"csrf_token": token.value("csrf_token")},
    )

    assert "no longer possible" in read(MINE, response).text
    assert lines(sent)[0].done_at is None
