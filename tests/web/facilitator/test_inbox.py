"""Lists and the board, in four languages, with hundreds of cases."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from directory.cases.queries.inbox import PER_PAGE, Sort, Tab
from directory.core.actor import Role
from tests.web.facilitator.office import open_office
from tests.web.test_naughty import NAUGHTY

URL = "/en/facilitator/"


@pytest.fixture
def office(desk):
    return open_office(desk)


def boxes(page):
    return [
        each.get("value")
        for each in page.all("input", name="case")
        if ":" in each.get("value", "")
    ]


def assign(browser, page, **given):
    return browser.client.post(
        f"{URL}assign", data={"csrf_token": page.value("csrf_token"), **given}
    )


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("path", ["", "board", "templates", "templates/new", "profile"])
def test_pages_open_in_every_language(office, language, path):
    page = office.browser.open(f"/{language}/facilitator/{path}")

    assert page.heading
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize("sort", ["due", "-assignee"])
def test_every_list_opens(office, tab, sort):
    page = office.browser.open(f"{URL}?tab={tab.value}&sort={sort}")

    assert page.heading == "Cases"


def test_one_case_is_found_by_its_number(office):
    reference = office.row().reference

    page = office.browser.open(f"{URL}?case={reference.lower()}")

    assert page.link(reference)
    assert office.browser.open(f"{URL}?case=0000-0000").text


def test_taking_one_from_the_list_is_one_press(office):
    page = office.browser.open(URL)

    answer = assign(office.browser, page, take=boxes(page)[0])

    assert answer.status_code == 303
    assert office.row().assignee_id == office.desk.seat(office.browser).person


def test_several_are_assigned_and_those_that_changed_are_named(office):
    office.more(2)
    page = office.browser.open(URL)
    mate = office.person(office.mate)
    # Somebody else takes one of them meanwhile.
    assert office.press("/take", browser=office.mate).status_code == 303

    answer = assign(office.browser, page, case=boxes(page), person=mate.public_id)

    assert answer.status_code == 303
    after = office.browser.open(answer.headers["Location"])
    assert "2 cases assigned." in after.text
    assert "These had changed since you opened the page" in after.text
    assert office.row().reference in after.text


def test_two_who_take_the_same_list_share_no_case(office):
    mine, theirs = office.browser.open(URL), office.mate.open(URL)

    assign(office.browser, mine, take=boxes(mine)[0])
    answer = assign(office.mate, theirs, take=boxes(theirs)[0])

    after = office.mate.open(answer.headers["Location"])
    assert "These had changed" in after.text
    assert office.row().assignee_id == office.desk.seat(office.browser).person


def test_nothing_ticked_is_said(office):
    page = office.browser.open(URL)

    answer = assign(office.browser, page)

    assert (
        "Tick at least one case" in office.browser.open(answer.headers["Location"]).text
    )


def test_a_case_of_others_cannot_be_taken(desk, office):
    theirs = boxes(office.browser.open(URL))
    stranger = open_office(desk)
    page = stranger.browser.open(URL)

    answer = assign(stranger.browser, page, case=[*boxes(page), *theirs])

    assert answer.status_code == 404
    assert office.row().assignee_id is None
    assert office.row().reference not in page.text


def test_nobody_of_another_office_is_given_a_case(desk, office):
    page = office.browser.open(URL)
    other = office.person(desk.sit(Role.FACILITATOR))

    answer = assign(office.browser, page, case=boxes(page), person=other.public_id)

    assert answer.status_code == 404
    assert office.row().assignee_id is None


def test_the_list_stays_as_it_was_asked_for(office):
    page = office.browser.open(f"{URL}?tab=team&sort=-opened&step=1")
    hidden = {
        each.get("name"): each.get("value")
        for each in page.all("input", type="hidden")
        if each.get("name", "").startswith("asked-")
    }

    answer = assign(office.browser, page, take=boxes(page)[0], **hidden)

    for part in ("tab=team", "sort=-opened", "step=1"):
        assert part in answer.headers["Location"]


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_strange_questions_get_an_answer(office, naughty):
    asked = dict.fromkeys(
        ("tab", "step", "state", "center", "person", "case", "sort", "page"), naughty
    )

    for path in ("", "board"):
        answer = office.browser.client.get(f"{URL}{path}", query_string=asked)
        assert answer.status_code == 200
    page = office.browser.open(URL)
    sent = assign(office.browser, page, case=[naughty], **{"asked-tab": naughty})
    assert sent.status_code == 303


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "1e9", "２"])
def test_a_page_that_is_not_there_is_a_page(office, page):
    office.browser.open(f"{URL}?tab=team&page={page}")


def test_hundreds_of_cases_are_paged_by_few_statements(office):
    few = statements(office)
    office.more(300)
    page = office.browser.open(f"{URL}?tab=team")
    many = statements(office)

    assert "301 cases." in page.text
    assert len(boxes(page)) == PER_PAGE
    assert many == few
    assert many <= 20
    last = office.browser.open(f"{URL}?tab=team&page=13")
    assert len(boxes(last)) == 301 - 12 * PER_PAGE


def statements(office):
    """Return how many statements the list takes, signing in included."""
    said = []

    def note(*given):
        said.append(given[2])

    engine = office.desk.tools.engine
    office.browser.open(f"{URL}?tab=team")
    event.listen(engine, "before_cursor_execute", note)
    try:
        office.browser.client.get(f"{URL}?tab=team")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(said)


@pytest.mark.parametrize("sort", Sort)
def test_headings_sort_and_say_so(office, sort):
    page = office.browser.open(f"{URL}?tab=team&sort=-{sort.value}")

    ways = [each.get("aria-sort") for each in page.all("th") if each.get("aria-sort")]
    assert ways.count("descending") == 1


def test_a_board_has_a_column_for_each_step(office):
    page = office.browser.open(f"{URL}board")

    assert len(page.by_class("board__column")) == 9
    assert page.link(office.row().reference)


def test_hospitals_and_visitors_are_kept_out(desk, office):
    desk.sit(Role.HOSPITAL_COORDINATOR).open(URL, 403)
    assert desk.passer_by().client.get(URL).status_code == 303
    unproved = desk.sit(Role.FACILITATOR, second_factor=False).client.get(URL)
    assert "second-factor" in unproved.headers["Location"]


TEMPLATE = {
    "name": "Hello",
    "language": "en",
    "body": "About {reference}",
    "other_language": "",
    "other_body": "",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"body": ""}, "Write the words"),
        ({"body": "Dear {name}"}, "There is no place of this name: {name}"),
        ({"other_language": "en", "other_body": "x"}, "Choose two different languages"),
        ({"other_language": "ru"}, "Write something"),
        ({"body": "x" * 4001}, "Up to 4000 characters"),
    ],
)
def test_a_template_is_refused_at_its_field(office, change, said):
    page = office.browser.post(f"{URL}templates/new", TEMPLATE | change, 422)

    assert said in page.text
    assert page.title.startswith("Error:")


def test_a_template_is_written_changed_and_taken_away(office):
    office.browser.send(f"{URL}templates/new", TEMPLATE)
    page = office.mate.open(f"{URL}templates")
    assert "About XXXX-XXXX" in page.text
    url = next(link for link in page.links() if len(link) > 50)

    assert office.mate.send(url, TEMPLATE | {"body": "Anew"}).status_code == 303
    after = office.browser.open(f"{URL}templates")
    assert "Anew" in after.text
    open_office(office.desk).browser.open(url, 404)
    office.browser.client.post(
        f"{url}/remove", data={"csrf_token": after.value("csrf_token")}
    )
    assert "None yet." in office.browser.open(f"{URL}templates").text


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_a_template_of_strange_words_gets_an_answer(office, naughty):
    answer = office.browser.send(
        f"{URL}templates/new",
        TEMPLATE | {"name": naughty[:100], "body": naughty[:3000]},
    )

    assert answer.status_code in {303, 422}
    office.browser.open(f"{URL}templates")


def test_an_office_is_led_to_its_own_public_page(desk):
    browser = desk.keeper("cancerfax", Role.FACILITATOR)

    page = browser.open(f"{URL}profile")

    assert "/en/facilitators/cancerfax" in page.links()
    assert "/en/facilitator/interests/cancerfax" in page.links()
