"""Times, estimates, letters and follow-up through their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import icalendar
import pytest

from directory.cases.actions import consulting, quoting
from directory.cases.queries.care import Care, patients_care
from directory.core.paper import NoPaper
from directory.web.context import EXTENSION
from tests.cases.giving import TEMPLATE, VALUES
from tests.inquiries.invented import CANARY
from tests.web.test_naughty import NAUGHTY

LANGUAGES = ["en", "zh", "ru", "ar"]
REST = ["/times", "/estimate", "/letter", "/follow-up"]

ESTIMATE = {
    "currency": "CNY",
    "rows-0-kind": "product",
    "rows-0-low": "1 166 000",
    "rows-0-included": "yes",
    "rows-1-kind": "ward-days",
    "rows-1-low": "1200",
    "rows-1-high": "1800.50",
    "rows-1-quantity": "30",
    "rows-1-unit": "day",
    "rows-1-included": "yes",
    "rows-2-kind": "lodging",
    "rows-2-included": "no",
    "rows-3-kind": "tests",
    "rows-3-included": "yes",
    "valid_until": "2027-01-31",
    "deposit": "200000",
    "deposit_when": "Before collection",
    "refund": f"{CANARY}: what was not used.",
}


@pytest.fixture
def ready(ward):
    ward.accept()
    return ward


def care(ward) -> Care:
    with ward.desk.session() as session:
        (found,) = patients_care(
            session, ward.desk.tools.keys, ward.inquiry, now=ward.desk.clock.now
        )
        return found


def local(ward, **ahead: float) -> str:
    """Return a time of the hospital's clock, as a browser sends it."""
    there = ward.desk.clock.now + timedelta(hours=8) + timedelta(**ahead)
    return f"{there:%Y-%m-%dT%H:00}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_sound_in_every_language(ready, language):
    keep_template(ready)
    for rest in REST:
        ready.east.open(ready.url(rest, language))
    ready.east.open(f"/{language}/hospital/cases/letter-template")


def test_times_are_of_the_hospitals_clock(ready):
    answer = ready.send(
        "/times",
        {
            "slot_1": local(ready, days=2),
            "slot_3": local(ready, days=3),
            "minutes": "45",
            "has_interpreter": "y",
            "how": f"{CANARY} room",
        },
    )

    assert answer.status_code == 303
    call = care(ready).call
    first = (ready.desk.clock.now + timedelta(days=2)).replace(minute=0, second=0)
    assert call.slots == (first, first + timedelta(days=1))
    text = ready.east.open(ready.url()).text
    assert "(UTC+8) at the hospital" in text
    assert "(UTC+5) where the patient is" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Offer at least one time"),
        ({"slot_2": "2020-01-01T10:00"}, "This time has passed"),
        ({"slot_1": "2030-01-01T10:00"}, "more than a year ahead"),
        ({"slot_1": "tomorrow"}, "Not a valid datetime"),
        (
            {"slot_1": "2026-12-01T10:00", "slot_2": "2026-12-01T10:30"},
            "overlaps with one above",
        ),
        ({"slot_1": "2026-12-01T10:00", "minutes": "1000"}, "from 5 to 240"),
        ({"slot_1": "2026-12-01T10:00", "minutes": "-5"}, "whole number"),
        ({"slot_1": "2026-12-01T10:00", "how": "x" * 1001}, "Up to 1000 characters"),
    ],
)
def test_times_that_cannot_be_offered_are_told_at_their_field(ready, data, said):
    page = ready.refused("/times", {"minutes": "45", **data})

    assert said in page.text
    assert page.title.startswith("Error:")
    assert care(ready).calls == ()


def chosen(ward) -> str:
    ward.send("/times", {"slot_1": local(ward, hours=2), "minutes": "45"})
    call = care(ward).call
    work = ward.work()
    consulting.choose_time(
        work, ward.desk.tools.keys, ward.inquiry, call.id, call.slots[0]
    )
    work.session.commit()
    work.session.close()
    return call.id


def test_the_appointment_names_nobody(ready):
    call = chosen(ready)

    answer = ready.east.client.get(ready.url(f"/calls/{call}/appointment.ics"))

    assert answer.mimetype == "text/calendar"
    (event,) = icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event.decoded("dtstart") == care(ready).call.chosen_at
    assert event["summary"] == f"Video consultation, case {ready.case().reference}"
    assert CANARY not in answer.get_data(as_text=True)


def test_how_to_join_the_plan_and_canceling_have_their_pages(ready):
    call = chosen(ready)
    for rest in ("how", "plan", "cancel"):
        for language in LANGUAGES:
            ready.east.open(ready.url(f"/calls/{call}/{rest}", language))
    early = ready.refused(f"/calls/{call}/plan", {"summary": f"{CANARY} early"})
    assert "has not been held yet" in early.text
    empty = ready.refused(f"/calls/{call}/how", {"how": "  "})
    assert "Say how to join" in empty.text

    assert ready.send(f"/calls/{call}/how", {"how": "Room 5"}).status_code == 303
    assert care(ready).call.how == "Room 5"
    assert ready.send(f"/calls/{call}/cancel").status_code == 303
    assert care(ready).call is None
    assert ready.east.post(
        ready.url(f"/calls/{call}/cancel"), {"version": "99"}, status=422
    )


def test_an_estimate_is_sent_line_by_line(ready):
    assert ready.send("/estimate", ESTIMATE).status_code == 303

    quote = care(ready).quote
    assert (quote.low, str(quote.high)) == (1202000, "1220015.00")
    assert [line.kind.value for line in quote.body.lines] == [
        "product",
        "ward-days",
        "lodging",
    ]
    text = ready.east.open(ready.url()).text
    assert "CN¥1,202,000 – CN¥1,220,015" in text
    assert "Amount not stated" in text


def test_lines_are_added_without_a_script(ready):
    page = ready.east.post(ready.url("/estimate"), {**ESTIMATE, "more": "1"})

    assert page.value("rows-0-low") == "1 166 000"
    assert page.value("rows-6-low") == ""
    assert care(ready).quotes == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"rows-0-low": "1.000,5"}, "Write it without commas"),
        ({"rows-0-low": "-5"}, "Enter an amount in digits"),
        ({"rows-0-low": "9" * 30}, "This is too large"),
        ({"rows-0-low": "9" * 300}, "This is too large"),
        ({"rows-0-low": "", "rows-0-note": "The product"}, "Enter an amount, or say"),
        ({"rows-1-high": "5"}, "not less than its beginning"),
        ({"rows-1-quantity": "0"}, "at least some"),
        ({"rows-0-kind": "gift"}, "Not a valid choice"),
        ({"currency": "XXX"}, "Not a valid choice"),
        ({"currency": "JPY"}, "does not have so many decimals"),
        ({"valid_until": "2020-01-01"}, "This day has passed"),
        ({"valid_until": "2099-01-01"}, "two years at most"),
        ({"valid_until": "soon"}, "Not a valid date"),
        ({"deposit": "9999999"}, "larger than the whole sum"),
        ({"deposit_when": ""}, "when the deposit is to be paid"),
        ({"refund": "   "}, "Say what is paid back"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(ready, data, said):
    page = ready.refused("/estimate", {**ESTIMATE, **data})

    assert said in page.text
    assert page.value("rows-1-unit") == "day"
    assert care(ready).quotes == ()


def test_an_estimate_without_lines_is_none(ready):
    page = ready.refused(
        "/estimate", {"currency": "CNY", "valid_until": "2027-01-31", "refund": "None"}
    )

    assert "Nothing is included" in page.text


def test_two_hundred_lines_are_too_many(ready):
    rows = {f"rows-{n}-low": "1" for n in range(200)}

    page = ready.refused("/estimate", {**ESTIMATE, **rows})

    assert "60 lines at most" in page.text
    assert care(ready).quotes == ()


def test_an_estimate_is_taken_back_after_asking_once(ready):
    ready.send("/estimate", ESTIMATE)
    quote = care(ready).quote.id
    rest = f"/estimates/{quote}/take-back"
    for language in LANGUAGES:
        ready.east.open(ready.url(rest, language))

    assert ready.send(rest).status_code == 303

    assert care(ready).quote is None
    work = ready.work()
    with pytest.raises(quoting.QuoteChangedError):
        quoting.agree_to_quote(work, ready.desk.tools.keys, ready.inquiry, quote)
    work.session.close()


def keep_template(ward, **changes: str):
    url = "/en/hospital/cases/letter-template"
    version = ward.east.open(url).value("version")
    return ward.east.send(url, {**TEMPLATE, **changes, "version": version})


def test_a_template_is_kept_and_kept_for_one(ready):
    assert keep_template(ready).status_code == 303

    again = ready.east.post(
        "/en/hospital/cases/letter-template",
        {**TEMPLATE, "title_en": "Mine", "version": "0"},
        status=422,
    )
    assert "Somebody changed the template" in again.text
    assert again.value("title_en") == "Mine"


def test_places_that_nobody_can_fill_in_are_told_at_their_field(ready):
    page = ready.east.post(
        "/en/hospital/cases/letter-template",
        {**TEMPLATE, "body_en": "Dear {passprot}", "version": "0"},
        status=422,
    )

    assert "Nobody can fill in {passprot}" in page.text


def test_without_a_template_one_is_asked_for(ready):
    answer = ready.east.client.get(ready.url("/letter"))

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/letter-template")


def test_a_letter_is_looked_at_and_then_given_out(ready):
    keep_template(ready)
    page = ready.east.open(ready.url("/letter"))
    data = {
        **VALUES,
        "version": page.value("version"),
        "template_version": page.value("template_version"),
        "number": page.value("number"),
    }

    preview = ready.east.post(ready.url("/letter"), data)
    assert f"We invite {VALUES['patient_name']}" in preview.text
    assert care(ready).letters == ()
    answer = ready.east.send(ready.url("/letter"), {**data, "give": "1"})

    assert answer.status_code == 303
    (letter,) = care(ready).letters
    assert (letter.number, letter.values) == (1, VALUES)
    assert "Invitation letter 1" in ready.east.open(ready.url()).text
    second = ready.east.post(ready.url("/letter"), {**data, "give": "1"}, status=422)
    assert "This case changed" in second.text


def test_a_letter_is_taken_back_for_all_to_see(ready):
    test_a_letter_is_looked_at_and_then_given_out(ready)
    rest = f"/letters/{care(ready).letters[0].id}/take-back"
    for language in LANGUAGES:
        ready.east.open(ready.url(rest, language))

    assert ready.send(rest).status_code == 303

    assert care(ready).letters[0].taken_back_at is not None
    assert "It must not be used any more" in ready.east.open(ready.url()).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"passport": "n 1"}, "capital letters and digits"),
        ({"arrive": "2020-01-01"}, "This day has passed"),
        ({"arrive": "never"}, "Not a valid date"),
        ({"patient_name": " "}, "This is missing"),
        ({"patient_name": "x" * 201}, "cannot be longer than 200"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_told_at_its_field(ready, data, said):
    keep_template(ready)

    page = ready.refused("/letter", {**VALUES, **data, "give": "1"})

    assert said in page.text
    assert care(ready).letters == ()


def test_a_schedule_is_worked_out_chosen_and_kept(ready):
    ready.accept(step=9)
    page = ready.east.post(
        ready.url("/follow-up"), {"infusion": "2026-11-20", "days": "1"}
    )
    fields = {
        e.get("name"): e.get("value", "")
        for e in page.all("input")
        if e.get("type") != "checkbox" or e.get("checked") is not None
    }
    assert "2026-12-20" in fields.values()
    own = next(name[:-5] for name, kind in fields.items() if kind == "own")
    fields |= {
        "infusion": "2026-11-20",
        f"{own}-words": f"{CANARY}: call us",
        f"{own}-day": "2026-12-01",
    }
    fields.pop("days", None)

    answer = ready.east.client.post(ready.url("/follow-up"), data=fields)

    assert answer.status_code == 303
    found = care(ready)
    assert found.infusion.isoformat() == "2026-11-20"
    assert sum(line.kind == "yearly-contact" for line in found.follow_up) == 15
    assert [line.words["en"] for line in found.follow_up if line.is_own] == [
        f"{CANARY}: call us"
    ]
    for language in LANGUAGES:
        ready.east.open(ready.url("/follow-up", language))
    first = found.follow_up[0].id
    assert ready.press(f"/follow-up/{first}/done").status_code == 303
    assert care(ready).follow_up[0].done_at is not None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"infusion": ""}, "Enter a day"),
        ({"infusion": "soon"}, "Not a valid date"),
        ({"infusion": "2020-01-01"}, "within the last year"),
        ({"line-0-chosen": "1", "line-0-day": "x"}, "Enter a day"),
        ({"line-0-chosen": "1", "line-0-day": "2020-01-01"}, "The day lies between"),
        ({"line-0-kind": "surgery", "line-0-chosen": "1"}, "not in the guide any more"),
        ({"line-0-kind": "own", "line-0-chosen": "1"}, "Write what is to be done"),
        ({}, "Choose at least one line"),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_told_at_its_field(ready, data, said):
    given = {
        "infusion": "2026-11-20",
        "line-0-kind": "response",
        "line-0-day": "2026-12-20",
        **data,
    }

    page = ready.refused("/follow-up", given)

    assert said in page.text
    assert care(ready).follow_up == ()


def test_nothing_is_given_before_accepting(ward):
    text = ward.east.open(ward.url()).text
    assert "Offer times" not in text

    page = ward.refused("/estimate", ESTIMATE)

    assert "This case changed" in page.text


def test_where_no_pdf_can_be_made_the_letter_is_not_given_out(ready):
    tools = replace(ready.desk.tools, paper=NoPaper())
    ready.desk.app.extensions[EXTENSION] = tools
    keep_template(ready)

    page = ready.east.open(ready.url("/letter"))
    data = {
        **VALUES,
        "version": page.value("version"),
        "template_version": "1",
        "number": "1",
        "give": "1",
    }
    refused = ready.east.post(ready.url("/letter"), data, status=422)

    assert "The PDF cannot be made at this moment" in refused.text
    assert refused.value("passport") == VALUES["passport"]
    assert care(ready).letters == ()


@pytest.mark.parametrize("words", NAUGHTY.values(), ids=NAUGHTY.keys())
def test_whatever_is_typed_in_an_estimate_comes_back(ready, words):
    given = {**ESTIMATE, "rows-0-note": words, "refund": f"x{words}", "deposit": words}

    answer = ready.send("/estimate", given)

    assert answer.status_code in {303, 422}
    ready.east.open(ready.url())
