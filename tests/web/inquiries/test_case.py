"""Your inquiry, as it goes on: what comes next, messages, times, estimates, files."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from directory.cases.actions.looks import look_into
from directory.cases.rules.looks import LookCode
from directory.cases.rules.messages import LONGEST
from directory.cases.rules.quotes import Line, LineKind, QuoteBody
from directory.cases.rules.states import ReferralState, State, Step
from directory.core.actor import Role
from directory.core.paper import PaperUnavailableError
from directory.core.text import Language
from directory.exports.cases import FORMAT, SHAPE, VERSION
from directory.web.context import EXTENSION
from tests.browser import read
from tests.cases.giving import QUOTE
from tests.web.inquiries.case import Sent, seated
from tests.web.inquiries.pages import ILLNESS, go, press
from tests.web.test_naughty import NAUGHTY

MINE = "/inquiries/mine"
MESSAGES = "/inquiries/mine/messages"


@pytest.fixture
def sent(browser, tools, clock) -> Sent:
    """Return a case that was just sent and is open in the browser."""
    return seated(browser, tools, clock)


def keys_on(page):
    """Return what each message form of a page carries."""
    return [element.get("value") for element in page.all("input", name="sent_key")]


def stored(sent, table="case_message"):
    with sent.tools.reading() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def post(sent, url, on=MINE, **data):
    return press(sent.browser, url, on, **data)


def write(sent, words, thread="office"):
    page = sent.browser.open(MESSAGES)
    return sent.browser.client.post(
        f"{MESSAGES}/{thread}",
        data={
            "csrf_token": page.value("csrf_token"),
            "body": words,
            "sent_key": keys_on(page)[0],
        },
    )


def test_the_page_says_what_happens_next_and_by_when(sent):
    page = sent.browser.open(MINE)

    assert "Step 1 of 9: First inquiry and sending records" in page.text
    assert "It is the facilitator's turn" in page.text
    assert "(UTC+5)" in page.text
    assert "The inquiry was received." in page.text
    assert "East Invented" in page.text


def test_the_steps_are_a_list_that_says_where_one_is(sent):
    page = sent.browser.open(MINE)

    steps = [li for li in page.all("li") if "way__step" in li.get("class", "")]
    assert len(steps) == 9
    assert [li.get("aria-current") for li in steps] == ["step", *[None] * 8]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "path",
    ["", "/history", "/messages", "/estimates", "/consents", "/export", "/answers"],
)
def test_every_page_reads_well_in_every_language(sent, language, path):
    sent.accepted(Step.ESTIMATE)
    sent.times()
    sent.quote()
    sent.says("An invented <b>message</b>")
    url = f"/{language.value}{MINE}{path}"
    if path == "/answers":
        token = sent.browser.open(f"/{language.value}{MINE}").value("csrf_token")
        page = read(url, sent.browser.client.post(url, data={"csrf_token": token}))
    else:
        page = sent.browser.open(url)

    assert "%(" not in page.text
    assert str(ILLNESS["question"]) not in page.title


@pytest.mark.parametrize("language", list(Language))
def test_a_page_of_times_reads_well_in_every_language(sent, language):
    sent.accepted()
    call = sent.times()

    page = sent.browser.open(f"/{language.value}{MINE}/calls/{call}")

    assert "UTC+5" in page.text


def test_nobody_without_the_code_sees_any_of_it(sent):
    sent.accepted(Step.ESTIMATE)
    call = sent.times()
    sent.browser.client = sent.browser.app.test_client()

    for path in (
        *("", "/history", "/messages", "/estimates", "/consents", "/export"),
        *(f"/calls/{call}", f"/calls/{call}.ics"),
    ):
        response = sent.browser.client.get(MINE + path)
        assert response.headers["Location"] == "/inquiries/track?ended=1"


def test_a_message_is_sent_once_however_often(sent):
    page = sent.browser.open(MESSAGES)
    data = {
        "csrf_token": page.value("csrf_token"),
        "body": "Is this the place to ask?",
        "sent_key": keys_on(page)[0],
    }

    answers = [
        sent.browser.client.post(f"{MESSAGES}/office", data=data) for _ in range(3)
    ]

    assert [each.status_code for each in answers] == [303] * 3
    assert stored(sent) == 1
    assert sent.browser.open(MESSAGES).text.count("Is this the place to ask?") == 1


def test_two_tabs_send_one_message(sent):
    first, second = sent.browser.open(MESSAGES), sent.browser.open(MESSAGES)

    for page in (first, second):
        sent.browser.client.post(
            f"{MESSAGES}/office",
            data={
                "csrf_token": page.value("csrf_token"),
                "body": "Once",
                "sent_key": keys_on(page)[0],
            },
        )

    assert stored(sent) == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * (LONGEST + 1)])
def test_a_message_that_is_refused_is_still_there(sent, words):
    response = write(sent, words)

    page = read(f"{MESSAGES}/office", response)
    assert response.status_code == 422
    assert page.title.startswith("Error:")
    assert stored(sent) == 0
    if words.strip():
        assert words in page.text


def test_a_message_without_its_token_is_still_there(sent):
    response = sent.browser.client.post(
        f"{MESSAGES}/office", data={"body": "Do not lose this", "sent_key": "a" * 32}
    )

    assert response.status_code == 400
    assert "Do not lose this" in read(f"{MESSAGES}/office", response).text
    assert stored(sent) == 0


@pytest.mark.parametrize("words", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_written_comes_back_as_words(sent, words):
    response = write(sent, words)

    assert response.status_code in {303, 422}
    page = sent.browser.open(MESSAGES)
    assert not list(page.all("script", src=None)) or "alert(1)" not in str(
        [element.text for element in page.all("script")]
    )


def test_a_message_of_a_hospital_is_new_until_it_was_read(sent):
    sent.accepted()
    sent.says("Please fast before the test (invented)")
    assert "1 new" in sent.browser.open(MINE).text

    thread = sent.referral().id
    post(sent, f"{MESSAGES}/{thread}/read", on=MESSAGES)

    assert "1 new" not in sent.browser.open(MINE).text
    assert "Please fast" in sent.browser.open(MESSAGES).text


def test_words_are_kept_when_consent_ended_meanwhile(sent):
    sent.accepted()
    thread = sent.referral().id
    sent.browser.open(MESSAGES)
    sent.becomes(ReferralState.ENDED)

    response = write(sent, "Do not lose this either", thread)

    assert response.status_code == 409
    page = read(f"{MESSAGES}/{thread}", response)
    assert "Do not lose this either" in page.text
    assert "nobody may read it any more" in page.text
    assert stored(sent) == 0


def test_a_conversation_of_another_case_is_none(sent):
    response = write(sent, "Hello", "0" * 32)

    assert response.status_code == 409
    assert stored(sent) == 0


def test_a_time_is_chosen_and_taken_to_a_calendar(sent):
    sent.accepted()
    call = sent.times()
    page = sent.browser.open(f"{MINE}/calls/{call}")
    slot = next(iter(page.all("input", type="radio"))).get("value")

    go(sent.browser, f"{MINE}/calls/{call}", {"slot": slot}, f"{MINE}/calls/{call}")

    assert sent.call().state == "chosen"
    page = sent.browser.open(f"{MINE}/calls/{call}")
    assert "https://call.example.org/<b>invented</b>" in page.text
    file = sent.browser.client.get(f"{MINE}/calls/{call}.ics")
    assert file.status_code == 200
    words = file.get_data(as_text=True)
    assert "Asia/Almaty" in words
    assert "CAR-T" not in words
    assert "call.example.org" not in words
    assert file.headers["Cache-Control"] == "no-store"


def test_that_no_time_fits_can_be_said(sent):
    sent.accepted()
    call = sent.times()

    go(sent.browser, f"{MINE}/calls/{call}", {"slot": "none"}, f"{MINE}/calls/{call}")

    assert sent.call().state == "none-fits"
    assert "none of the times fits" in sent.browser.open(f"{MINE}/calls/{call}").text


@pytest.mark.parametrize("slot", ["", "2020-01-01T00:00:00+00:00", "x", "'--"])
def test_a_time_that_was_not_offered_is_refused(sent, slot):
    sent.accepted()
    call = sent.times()

    page = sent.browser.post(f"{MINE}/calls/{call}", {"slot": slot}, 422)

    assert page.title.startswith("Error:")
    assert sent.call().state == "offered"


def test_a_time_that_passed_while_the_page_was_open_is_refused(sent, clock):
    sent.accepted()
    call = sent.times()
    page = sent.browser.open(f"{MINE}/calls/{call}")
    slot = next(iter(page.all("input", type="radio"))).get("value")
    token = page.value("csrf_token")
    for _ in range(6):
        clock.move(minutes=15)
        sent.browser.open(MINE)
    with sent.work() as work:
        passed = work.now.replace(minute=0).isoformat()
        row = work.session.query(type(sent.call())).one()
        row.slots = [passed, slot]

    response = sent.browser.client.post(
        f"{MINE}/calls/{call}", data={"csrf_token": token, "slot": passed}
    )

    assert response.status_code == 422
    assert sent.call().state == "offered"


def test_a_call_of_nobody_is_no_page(sent):
    sent.browser.open(f"{MINE}/calls/{'0' * 32}", 404)
    sent.browser.open(f"{MINE}/calls/{'0' * 32}.ics", 404)


def test_estimates_stand_side_by_side_and_one_is_agreed_to(sent):
    sent.accepted(Step.ESTIMATE)
    quote = sent.quote()
    page = sent.browser.open(f"{MINE}/estimates")
    assert "CN¥1,166,000" in page.text
    assert "not in the sum" in page.text
    assert "January 31, 2027" in page.text
    assert "Flights." in page.text

    response = post(sent, f"{MINE}/estimates/{quote}", on=f"{MINE}/estimates")

    assert response.status_code == 303
    assert sent.estimate().state == "agreed"


def test_an_estimate_that_was_replaced_cannot_be_agreed_to(sent):
    sent.accepted(Step.ESTIMATE)
    first = sent.quote()
    token = sent.browser.open(f"{MINE}/estimates").value("csrf_token")
    sent.quote(QUOTE.model_copy(update={"deposit": Decimal(100000)}))

    response = sent.browser.client.post(
        f"{MINE}/estimates/{first}", data={"csrf_token": token}
    )

    page = read(f"{MINE}/estimates/{first}", response)
    assert "no longer possible" in page.text
    assert "Replaced by a newer one" in page.text


def test_what_a_center_needs_is_said_and_sent(sent):
    sent.becomes(ReferralState.NEEDS_MORE, lacks=["marrow"])
    page = sent.browser.open(MINE)
    assert "needs more before it can answer" in page.text
    assert "Bone marrow report" in page.text

    response = post(sent, f"{MINE}/centers/{sent.referral().id}/sent")

    assert response.status_code == 303
    assert sent.referral().state == "offered"
    assert "was asked again" in sent.browser.open(MINE).text


def test_a_closed_case_says_so_and_takes_nothing_more(sent):
    with sent.work() as work:
        row = work.session.query(type(sent.case)).one()
        row.state, row.due_at = State.CLOSED.value, None
        row.closing, row.closed_at = "cost", work.now

    page = sent.browser.open(MINE)
    assert "It ended at step 1 of 9" in page.text
    assert "The cost" in page.text
    assert not list(sent.browser.open(MESSAGES).all("textarea"))


def test_the_whole_case_is_taken_along_as_json(sent):
    sent.accepted(Step.ESTIMATE)
    sent.times()
    sent.quote()
    sent.says("An invented <b>message</b>")

    response = post(sent, f"{MINE}/export/case.json", on=f"{MINE}/export")

    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "no-store"
    found = json.loads(response.get_data())
    assert list(found) == list(SHAPE)
    assert (found["format"], found["version"]) == (FORMAT, VERSION)
    assert found["illness"]["question"] == ILLNESS["question"]
    assert found["messages"][1]["messages"][0]["body"] == "An invented <b>message</b>"
    assert found["care"][0]["quotes"][0]["body"]["lines"][0]["low"] == "1166000"
    assert found["consents"][0]["purpose"] == "health-data"
    assert "The inquiry was received." in {
        line["sentence"] for line in found["timeline"]
    }
    assert sent.inquiry() not in response.get_data(as_text=True)


def test_taking_it_along_is_written_down(sent):
    post(sent, f"{MINE}/export/case.json", on=f"{MINE}/export")

    with sent.tools.reading() as session:
        events = session.scalars(text("SELECT event FROM audit_entry")).all()
    assert "inquiry.opened" in events


class Sheet:
    """Keeps what it was to set."""

    def __init__(self) -> None:
        self.html = ""

    def pdf(self, html: str, *, title: str, language: Language) -> bytes:
        self.html = html
        return b"%PDF-1.7 " + title.encode() + language.value.encode()

    def is_available(self) -> bool:
        return True


@pytest.mark.parametrize("language", list(Language))
def test_the_whole_case_is_taken_along_on_paper(sent, language):
    sent.accepted(Step.ESTIMATE)
    sent.times()
    sent.quote()
    sent.says("An invented <b>message</b>\nof two lines")
    sheet = Sheet()
    sent.browser.app.extensions[EXTENSION] = replace(sent.tools, paper=sheet)
    page = f"/{language.value}{MINE}/export"

    response = press(sent.browser, f"{page}/case.pdf", page)

    assert response.mimetype == "application/pdf"
    assert response.get_data().startswith(b"%PDF-1.7")
    assert "An invented &lt;b&gt;message&lt;/b&gt;" in sheet.html
    assert (
        "1,166,000" in sheet.html or "1\u202f166" in sheet.html or "166" in sheet.html
    )
    assert str(ILLNESS["question"]) in sheet.html
    assert "%(" not in sheet.html


def test_without_what_makes_pdf_the_page_says_what_to_do(sent):
    response = post(sent, f"{MINE}/export/case.pdf", on=f"{MINE}/export")

    assert response.status_code == 503
    page = read(f"{MINE}/export/case.pdf", response)
    assert "No PDF can be made here now" in page.text
    assert PaperUnavailableError.code == "paper.unavailable"


def test_differing_currencies_are_shown_as_given(sent):
    sent.accepted(Step.ESTIMATE)
    sent.quote(
        QuoteBody(
            lines=(Line(kind=LineKind.PRODUCT, low=Decimal("150000.50")),),
            refund="None (invented).",
        ),
        "USD",
    )

    page = sent.browser.open(f"{MINE}/estimates")

    assert "$150,000.50" in page.text
    assert "none stated" in page.text


def test_each_consent_says_what_follows_and_is_taken_back_on_its_own(sent):
    sent.accepted()
    page = sent.browser.open(f"{MINE}/consents")
    assert "the whole inquiry is taken back with it" in page.text
    assert "loses sight of the case at once" in page.text
    assert "2026-11" in page.text

    post(sent, f"{MINE}/consents/3", on=f"{MINE}/consents")

    assert sent.referral().state == "ended"
    assert "Since the consent was taken back" in sent.browser.open(MINE).text


@pytest.mark.parametrize("code", ["cost", "patient-chose-elsewhere", "withdrew"])
def test_a_case_is_closed_by_the_patient_with_a_reason(sent, code):
    sent.browser.open(f"{MINE}/end")

    go(sent.browser, f"{MINE}/end", {"code": code}, MINE)

    assert sent.case.closing == code
    assert "The patient closed the case" in sent.browser.open(MINE).text
    assert "closed already" in sent.browser.open(f"{MINE}/end").text


@pytest.mark.parametrize("code", ["", "no-reply", "duplicate", "<script>"])
def test_a_case_is_not_closed_without_a_reason_that_patients_have(sent, code):
    page = sent.browser.post(f"{MINE}/end", {"code": code}, 422)

    assert page.title.startswith("Error:")
    assert sent.case.state != "closed"


def test_who_looked_in_is_said_plainly(sent):
    with sent.work(Role.ADMIN) as work:
        look_into(
            work,
            sent.tools.keys,
            sent.case.reference,
            LookCode.COMPLAINT,
            "Somebody complained of <b>silence</b> (invented)",
        )

    page = sent.browser.open(f"{MINE}/consents")

    assert "A complaint about how the case is treated" in page.text
    assert "Somebody complained of <b>silence</b> (invented)" in page.text
    assert "looked into it and wrote down why" in sent.browser.open(MINE).text
