"""The eligibility check as pages: nothing kept, nothing refused, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from directory.knowledge.queries import eligibility_rules
from directory.knowledge.rules.guide import Rule
from directory.knowledge.rules.precheck import MYELOMA, Choice
from directory.web.public import precheck_words
from tests.adapters.paper_reading import read_sheet
from tests.browser import Browser, Page
from tests.browser import read as read_page
from tests.web.making import make_app

__all__ = ["make_app"]

PDF = "/en/pre-check/answers.pdf"
LANGUAGES = ["en", "zh", "ru", "ar"]


def send(
    browser: Browser, language: str = "en", status: int = 200, **data: Any
) -> Page:
    """Post as a page of the check does, and read what follows strictly."""
    url = f"/{language}/pre-check"
    response: TestResponse = browser.client.post(url, data={"illness": "mm", **data})
    assert response.status_code == status, response.text[:500]
    return read_page(url, response)


def hidden(page: Page) -> dict[str, str]:
    """Return the answers that a page of the check holds."""
    return {
        field.get("name", ""): field.get("value", "")
        for field in page.all("input", type="hidden")
        if field.get("name") not in {"csrf_token", "at", "change"}
    }


@pytest.fixture
def rules(tools) -> tuple[Rule, ...]:
    with tools.reading() as session:
        return eligibility_rules(session)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_check_is_good(browser, rules, language):
    assert browser.open(f"/{language}/pre-check").language
    held: dict[str, Any] = {}
    for number, rule in enumerate(rules):
        page = send(browser, language, **held, at=rule.id, go="show")
        assert len(list(page.all("input", type="radio", name=rule.id))) in {3, 4}
        held[rule.id] = list(Choice)[number % 4].value
        if held[rule.id] == "usually_not_now" and not rule.answers.usually_not_now:
            held[rule.id] = "unknown"
    summary = send(browser, language, **held, go="summary")
    outcome = send(browser, language, **held, go="outcome")
    elsewhere = send(browser, language, illness="gastric", go="start")

    assert hidden(summary) == {"illness": "mm", **held}
    assert outcome.title == summary.title
    assert elsewhere.heading


def test_the_first_page_is_public_and_answers_are_nobodys(browser):
    first = browser.client.get("/en/pre-check").headers
    answered = browser.client.post("/en/pre-check", data={"illness": "mm"})

    assert "public" in first["Cache-Control"]
    assert "Set-Cookie" not in first
    assert answered.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answered.headers
    assert 'name="robots" content="noindex"' in answered.text
    assert "canonical" not in answered.text


def test_answers_in_an_address_are_not_read(browser):
    page = browser.open("/en/pre-check?illness=mm&E01=likely_ok&go=outcome")

    assert page.heading == "Questions before you ask"
    assert hidden(page) == {}


def test_one_answer_leads_to_the_next_question_and_back(browser, rules):
    page = send(browser, go="start")
    assert page.heading == rules[0].question["en"]

    page = send(browser, at="E01", E01="likely_ok", go="next")
    assert page.heading == rules[1].question["en"]
    assert "Question 2 of 23" in page.text
    assert hidden(page) == {"illness": "mm", "E01": "likely_ok"}

    page = send(browser, at="E02", E01="likely_ok", go="back")
    assert page.heading == rules[0].question["en"]
    chosen = [f for f in page.all("input", name="E01") if "checked" in f.attrib]
    assert [field.get("value") for field in chosen] == ["likely_ok"]


def test_changing_one_answer_returns_to_all_of_them(browser):
    page = send(browser, E01="likely_ok", E02="discuss", go="change-E02")
    assert page.value("change") == "1"

    page = send(
        browser, E01="likely_ok", E02="likely_ok", at="E02", change="1", go="next"
    )
    assert page.heading == "Your answers"
    assert hidden(page)["E02"] == "likely_ok"


def test_no_answer_asks_again_and_loses_nothing(browser):
    page = send(browser, status=422, at="E02", E01="discuss", go="next")

    assert page.title.startswith("Error:")
    assert "Choose one answer" in page.text
    assert hidden(page) == {"illness": "mm", "E01": "discuss"}


def test_no_illness_asks_for_one(browser):
    page = send(browser, status=422, illness="", go="start")

    assert "Choose the illness" in page.text


@pytest.mark.parametrize(
    "odd",
    [
        {"E99": "likely_ok"},
        {"E02": "yes please"},
        {"at": "E77", "go": "next"},
        {"go": "change-E77"},
        {"go": "win"},
        {"E02": "<script>alert(1)</script>", "go": "outcome"},
        {"x" * 3000: "y", "go": "summary"},
        {"at": "E01'--", "go": "back"},
    ],
)
def test_what_no_page_sent_is_left_out_and_good_answers_stay(browser, odd):
    page = send(browser, status=400, **{"E01": "likely_ok", **odd})

    assert hidden(page)["E01"] == "likely_ok"
    assert "left out" in page.text
    assert "<script>alert" not in page.response.text


def test_an_unknown_illness_is_the_first_page_again(browser):
    page = send(browser, status=400, illness="mumps", E01="likely_ok", go="next")

    assert page.heading == "Questions before you ask"
    assert "left out" in page.text


def test_an_outcome_of_nothing_is_the_first_question(browser, rules):
    page = send(browser, status=400, go="outcome")

    assert page.heading == rules[0].question["en"]


def test_the_outcome_gives_reasons_with_their_sources_and_no_refusal(browser, rules):
    held: dict[str, Any] = {rule.id: "likely_ok" for rule in rules}
    good = send(browser, **held, go="outcome")
    grave = send(browser, **{**held, "E16": "usually_not_now"}, go="outcome")
    infection = next(rule for rule in rules if rule.id == "E16")

    assert good.heading == "Your case is likely to be reviewed"
    assert grave.heading == "Probably not now: ask your doctor"
    assert "no refusal" in grave.text
    assert infection.meaning["en"] in grave.text
    assert infection.source is not None
    assert infection.source.url in {a.get("href") for a in grave.all("a")}
    assert "What to ask your doctor" in grave.text
    assert "/en/plan/records" in grave.links()


def test_each_reason_says_whether_a_label_decides_it(browser):
    label = send(browser, E04="discuss", go="outcome")
    trial = send(browser, E10="discuss", go="outcome")
    nobody = send(browser, E22="discuss", go="outcome")

    assert "This decides whether the Chinese labels fit" in label.text
    assert "The Chinese labels do not decide this" in trial.text
    assert "general practice" in nobody.text


def test_other_illnesses_are_led_on_and_asked_nothing(browser):
    first = browser.open("/en/pre-check")
    keys = [field.get("value", "") for field in first.all("input", name="illness")]

    assert keys[0] == MYELOMA
    assert keys[-2:] == ["other", "not-sure"]
    for key in keys[1:]:
        page = send(browser, illness=key, go="start")
        assert page.heading == "These questions are about another illness"
        assert not list(page.all("input", type="radio"))
        assert page.value("diagnosis") == key


def test_answers_go_into_an_inquiry_by_one_button(browser):
    held: dict[str, Any] = {
        "E05": "likely_ok",
        "E06": "likely_ok",
        "E10": "discuss",
        "E04": "discuss",
    }
    page = send(browser, **held, go="outcome")
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/carry"))
    fields = [(f.get("name"), f.get("value")) for f in form.iter("input")]

    assert ("diagnosis", "mm") in fields
    assert ("drug_classes", "proteasome-inhibitor") in fields
    assert ("performance", "2") in fields
    assert "lines" not in dict(fields)
    response = browser.client.post("/en/inquiries/carry", data=dict(fields))
    assert response.status_code == 303
    assert browser.client.get_cookie("carried") is not None


def test_only_answers_of_the_inquiry_are_carried(rules):
    known = {rule.id for rule in rules}

    assert {rule for rule, _choice in precheck_words.EXACT} <= known
    assert set(precheck_words.RECORDS) == known - {"E22"}
    never = precheck_words.carried(
        "mm", {"E03": Choice.USUALLY_NOT_NOW, "E05": Choice.LIKELY_OK}
    )
    assert ("lines", "0") not in never


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_a_tagged_pdf(browser, language):
    response = browser.client.post(
        f"/{language}/pre-check/answers.pdf",
        data={"illness": "mm", "E02": "discuss", "E16": "usually_not_now"},
    )

    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    paper = read_sheet(response.data)
    assert paper.is_tagged
    assert "FUMANBA-1" in paper.words.replace(" ", "")


def test_a_pdf_of_nothing_is_a_page_that_helps(browser):
    response = browser.client.post("/en/pre-check/answers.pdf", data={"illness": "mm"})

    assert response.status_code == 400
    assert "Nothing is answered yet" in response.text


@pytest.mark.parametrize("reason", ["missing", "busy", "too-long", "failed"])
def test_answers_stay_where_no_pdf_can_be_made(make_app, reason):
    app = make_app()
    app.extensions["directory"].paper.reason = reason

    answered = app.test_client().post(PDF, data={"illness": "mm", "E02": "discuss"})

    assert answered.status_code == 503
    page = read_page(PDF, answered)
    assert "No PDF can be made here now" in page.text
    assert hidden(page)["E02"] == "discuss"


def test_many_pdfs_from_one_address_are_held_up_and_keep_the_answers(make_app):
    client = make_app(rate_limits="on").test_client()
    given = {"illness": "mm", "E02": "discuss"}
    answered = [client.post(PDF, data=given) for _each in range(31)]

    assert [each.status_code for each in answered] == [200] * 30 + [429]
    assert answered[-1].headers["Retry-After"]
    assert hidden(read_page(PDF, answered[-1]))["E02"] == "discuss"


def test_far_too_much_is_refused_in_words(browser):
    answered = browser.client.post(
        "/en/pre-check", data={"illness": "mm", "E02": "x" * 3_000_000}
    )

    assert answered.status_code == 413
    assert "<h1" in answered.text


def test_nothing_of_an_answer_is_logged(browser, capfd):
    send(browser, E02="discuss", E16="usually_not_now", go="outcome")

    logged = "".join(capfd.readouterr())
    assert "/pre-check" in logged
    for word in ("E02", "E16", "discuss", "usually_not_now", "illness"):
        assert word not in logged
