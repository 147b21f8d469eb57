"""Plans and lists as pages, as paper and in calendars."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from icalendar import Calendar

from tests.adapters.paper_reading import read_sheet

LANGUAGES = ["en", "zh", "ru", "ar"]


@pytest.fixture
def day(tools) -> date:
    """Return a day of arrival, sixty days from the site's own today."""
    today: date = tools.clock().date()
    return today + timedelta(days=60)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_good(browser, language, day):
    browser.open(f"/{language}/plan")
    browser.open(f"/{language}/plan/records")
    for more in ("", "&city=beijing&companion=yes&records=yes", "&companion=no"):
        page = browser.open(f"/{language}/plan?day={day}{more}")
        assert len(page.by_class("plan__bar")) == 4


def test_a_plan_says_days_that_follow_and_no_promise(browser, day):
    page = browser.open(f"/en/plan?day={day}&city=beijing&companion=no&records=no")
    times = {each.get("datetime") for each in page.all("time")}

    for days in (0, 21, 24, 28, 31):
        assert (day + timedelta(days=days)).isoformat() in times
    assert "planning aid, not a promise" in page.text
    assert "not stated by a source" in page.text
    assert "/en/centers?city=beijing" in page.links()
    assert "You said that nobody can come along" in page.text
    assert "/en/plan/records" in page.links()


def test_an_address_with_answers_is_not_indexed(browser, day):
    assert "noindex" in browser.client.get(f"/en/plan?day={day}").text
    assert "noindex" not in browser.client.get("/en/plan").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the earliest day"),
        ("soon", "Enter a day of the calendar"),
        ("2027-02-30", "Enter a day of the calendar"),
        ("03/04/2027", "Enter a day of the calendar"),
        ("99999-01-01", "Enter a day of the calendar"),
        ("2001-01-01", "This day is over"),
        ("0001-01-01", "This day is over"),
        ("9999-12-31", "within the next two years"),
    ],
)
def test_an_absurd_day_is_asked_about_and_the_rest_stays(browser, typed, said):
    page = browser.open(f"/en/plan?day={typed}&city=shanghai&companion=no", status=400)

    assert page.title.startswith("Error:")
    assert said in page.text
    assert page.value("day") == typed
    chosen = [f.get("value") for f in page.all("option") if "selected" in f.attrib]
    assert chosen == ["shanghai"]
    kept = [
        f.get("value")
        for f in page.all("input", name="companion")
        if "checked" in f.attrib
    ]
    assert kept == ["no"]


@pytest.mark.parametrize(
    "typed", ["٢٠٢٧-٠٣-٠١", "2027/3/1", "2027年3月1日", " 2027.03.01 ", "2027–03–01"]
)
def test_a_day_is_read_however_it_is_written(browser, typed):
    page = browser.open(f"/en/plan?day={quote(typed)}")

    assert "March 1, 2027" in page.text
    assert "day=2027-03-01" in page.response.text


@pytest.mark.parametrize("name", ["city", "companion", "records"])
def test_an_answer_that_nobody_offered_is_asked_about(browser, day, name):
    page = browser.open(f"/en/plan?day={day}&{name}=atlantis", status=400)

    assert "Choose one of the answers" in page.text


@pytest.mark.parametrize("kind", ["pdf", "ics"])
def test_a_file_of_no_day_is_the_page_that_asks(browser, kind):
    assert "Enter the earliest day" in browser.client.get(f"/en/plan/plan.{kind}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_is_a_tagged_pdf_that_says_where_it_is(browser, language, day):
    response = browser.client.get(f"/{language}/plan/plan.pdf?day={day}&city=beijing")
    paper = read_sheet(response.data)

    assert paper.is_tagged
    assert f"plan?day={day}" in "".join(paper.words.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_records_is_a_tagged_pdf(browser, language):
    paper = read_sheet(browser.client.get(f"/{language}/plan/records.pdf").data)

    assert paper.is_tagged
    assert "DICOM" in paper.words


def test_days_in_a_calendar_say_nothing_of_illness(browser, day):
    response = browser.client.get(f"/en/plan/plan.ics?day={day}&companion=no")
    whole = Calendar.from_ical(response.text)
    events = list(whole.walk("VEVENT"))

    assert response.mimetype == "text/calendar"
    assert [each.decoded("dtstart") for each in events] == [
        day,
        day + timedelta(days=21),
        day + timedelta(days=24),
    ]
    assert len({str(each["uid"]) for each in events}) == 3
    for word in ("CAR-T", "cell", "infusion", "hospital", "treatment"):
        assert word not in response.text
    assert f"day={day}" in response.text.replace("\r\n ", "")


def test_every_record_with_a_name_can_be_ticked(browser):
    page = browser.open("/en/plan/records")
    boxes = list(page.all("input", type="checkbox"))

    assert len(boxes) >= 15
    assert all("checked" not in each.attrib for each in boxes)


@pytest.mark.parametrize(
    ("slug", "shape"), [("process", "path"), ("visa", "visas"), ("follow-up", "path")]
)
def test_guides_of_the_way_have_their_pictures(browser, slug, shape):
    for language in LANGUAGES:
        assert len(browser.open(f"/{language}/guides/{slug}").by_class(shape)) == 1


def test_the_line_has_nine_steps_and_marks_what_is_not_stated(browser):
    page = browser.open("/en/guides/process")

    assert len(page.by_class("path__step")) == 9
    assert len(page.by_class("path__known")) == 3
    assert page.text.count("How long: not stated") == 6
