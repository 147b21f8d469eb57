"""A center that is proposed: the patient reads why, and what is agreed to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.cases.model import Referral
from directory.cases.rules.routing import Reason, as_json
from directory.cases.rules.rule_checks import Outcome
from directory.cases.rules.rule_documents import Verdict
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import ReferralState, State
from directory.core.text import Language
from directory.inquiries.model import ConsentWording
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.consents import NAME
from directory.web.inquiries.wordings import SHARE_WITH_CENTER
from tests.browser import read
from tests.web.inquiries.case import Sent, seated
from tests.web.inquiries.pages import press

MINE = "/inquiries/mine"


@pytest.fixture
def sent(browser, tools, clock) -> Sent:
    """Return a case that was just sent and is open in the browser."""
    return seated(browser, tools, clock)


def post(sent, url, on=MINE, **data):
    return press(sent.browser, url, on, **data)


REASONS = (
    Reason(
        "adults",
        Verdict.MUST,
        Outcome.YES,
        {"about": "audience", "audience": "adult"},
        0,
    ),
    Reason(
        "icu",
        Verdict.PREFER,
        Outcome.UNKNOWN,
        {"about": "capability", "key": "icu", "value": "not-stated"},
        3,
    ),
    Reason(
        "busy",
        Verdict.AVOID,
        Outcome.YES,
        {"about": "load", "load": 9, "at_least": 5},
        2,
    ),
)


def proposed(sent):
    """Let a center be proposed that the patient is asked about."""
    with sent.work() as work:
        case = work.session.query(type(sent.case)).one()
        work.session.add(
            Referral(
                id="9" * 32,
                case_id=case.id,
                center="west-invented",
                organization_id=sent.hospitals["west-invented"],
                place=2,
                state=ReferralState.PROPOSED.value,
                version=1,
                due_at=work.now + timedelta(days=7),
                made_at=work.now,
                lacks=[],
                reasons=seal_words(
                    data_key_of(work.session, sent.tools.keys, case.inquiry_id),
                    "referral",
                    "reasons",
                    "9" * 32,
                    as_json(REASONS),
                ),
            )
        )
        case.state = State.PATIENT.value
    return "9" * 32


def test_a_center_that_was_proposed_sees_the_case_after_a_word_of_the_patient(sent):
    referral = proposed(sent)
    page = sent.browser.open(MINE)
    assert "May West Invented" in page.text
    assert "It is your turn" in page.text
    assert "Treats adults" in page.text
    assert "Not stated: icu" in page.text
    assert "open referral" not in page.text.lower()
    # What stands on the page is what is kept as agreed to.
    shown = SHARE_WITH_CENTER.replace(NAME, "West Invented")
    assert shown in " ".join(page.text.split())

    response = post(sent, f"{MINE}/centers/{referral}/agree")

    assert response.status_code == 303
    assert sent.referral("west-invented").state == "offered"
    assert "The patient agreed that" in sent.browser.open(MINE).text
    consents = sent.browser.open(f"{MINE}/consents").text
    assert "Consent 4" in consents
    with sent.tools.reading() as session:
        kept = session.scalars(select(ConsentWording.text)).all()
    assert str(SHARE_WITH_CENTER) in kept
    assert "How to reach me is not shown there" in str(SHARE_WITH_CENTER)


def test_a_center_that_was_proposed_is_refused(sent):
    referral = proposed(sent)

    response = post(sent, f"{MINE}/centers/{referral}/refuse")

    assert response.status_code == 303
    assert sent.referral("west-invented").state == "refused"
    again = post(sent, f"{MINE}/centers/{referral}/agree")
    assert "no longer possible" in read(MINE, again).text
    assert sent.referral("west-invented").state == "refused"


def test_no_center_sees_it_while_nothing_may_be_sent_to_china(sent):
    referral = proposed(sent)
    post(sent, f"{MINE}/consents/2", on=f"{MINE}/consents")

    response = post(sent, f"{MINE}/centers/{referral}/agree")

    assert "Agree to that first" in read(MINE, response).text
    assert sent.referral("west-invented").state == "proposed"
    post(sent, f"{MINE}/consents/transfer", on=f"{MINE}/consents")
    post(sent, f"{MINE}/centers/{referral}/agree")
    assert sent.referral("west-invented").state == "offered"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", ["", "/end", "/consents", "/messages"])
def test_pages_with_something_to_decide_read_well(sent, language, path):
    proposed(sent)
    sent.becomes(ReferralState.NEEDS_MORE, lacks=["marrow", "imaging"])

    page = sent.browser.open(f"/{language.value}{MINE}{path}")

    assert "%(" not in page.text
