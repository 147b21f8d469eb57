"""What came in a flood stands on one page, to be let in or closed at once."""

from __future__ import annotations

import pytest

from directory.cases.actions.opening import HELD_MARK
from directory.cases.model import CaseMark
from directory.core.text import Language
from tests.web.facilitator.office import Office, open_office


@pytest.fixture
def office(desk) -> Office:
    """Return an office whose one case is held."""
    found = open_office(desk)
    with desk.tools.sessions.begin() as session:
        session.add(CaseMark(case_id=found.case, kind=HELD_MARK, digest=b"h" * 32))
    return found


def press(office: Office, do: str):
    """Tick the one case and press a button."""
    page = office.browser.open("/facilitator/held")
    return office.browser.client.post(
        "/facilitator/held",
        data={
            "csrf_token": page.value("csrf_token"),
            "cases": f"{office.case}:{office.row().version}",
            "do": do,
        },
    )


@pytest.mark.parametrize("language", Language)
def test_held_cases_stand_there_with_a_way_to_look(office, language):
    page = office.browser.open(f"/{language.value}/facilitator/held")

    assert office.row().reference in page.text


def test_the_inbox_says_that_one_is_held_and_where(office):
    page = office.browser.open("/facilitator/")

    assert page.link("Look through them") == "/facilitator/held"


def test_letting_in_empties_the_page(office):
    assert press(office, "let-in").status_code == 303

    words = office.browser.open("/facilitator/held").text
    assert "1 case let in." in words
    assert "No case is held." in words


def test_closing_closes(office):
    assert press(office, "close").status_code == 303

    assert office.row().closing == "out-of-scope"


@pytest.mark.parametrize(
    "data",
    [
        {"do": "let-in"},
        {"do": "let-in", "cases": "nonsense"},
        {"do": "let-in", "cases": ":99999999999999"},
    ],
)
def test_strange_posts_are_refused_and_change_nothing(office, data):
    page = office.browser.post("/facilitator/held", data, 422)

    assert office.row().reference in page.text


def test_a_button_that_is_none_does_nothing(office):
    assert press(office, "other").status_code == 400
    assert office.row().state != "closed"
