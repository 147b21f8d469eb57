"""A hospital says whether it takes patients; readers see it until it expires."""

from __future__ import annotations

import pytest

from directory.submissions.queries.capacity import center_capacity

SLUG = "nanfang-hospital"
ADDRESS = f"/en/hospital/capacity/{SLUG}"


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


def stands(desk):
    with desk.session() as session:
        return center_capacity(session, SLUG, today=desk.tools.clock().date())


def test_what_is_said_counts_for_fourteen_days(desk, office):
    answer = office.send(ADDRESS, {"state": "waiting-list", "wait_weeks": "6"})

    assert answer.status_code == 303
    assert (stands(desk).state, stands(desk).wait_weeks) == ("waiting-list", 6)
    assert "shown until" in office.open(ADDRESS).text
    desk.clock.move(days=14)
    assert stands(desk) is None


def test_it_can_be_taken_back(desk, office):
    office.send(ADDRESS, {"state": "full"})
    token = office.open(ADDRESS).value("csrf_token")

    answer = office.client.post(f"{ADDRESS}/none", data={"csrf_token": token})

    assert answer.status_code == 303
    assert stands(desk) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose what holds now"),
        ({"state": "maybe"}, "Not a valid choice"),
        ({"state": "open", "wait_weeks": "999"}, "from 0 to 104"),
        ({"state": "open", "wait_weeks": "soon"}, "Not a valid"),
        ({"state": "full", "wait_weeks": "3"}, "Leave it empty"),
    ],
)
def test_what_does_not_fit_is_told_at_the_field(desk, office, typed, said):
    page = office.post(ADDRESS, typed, status=422)

    assert said.lower() in page.text.lower()
    assert stands(desk) is None


def test_what_was_typed_is_still_there(office):
    page = office.post(ADDRESS, {"state": "open", "wait_weeks": "999"}, status=422)

    assert page.value("wait_weeks") == "999"


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_page_is_sound_in_every_language(office, language):
    office.open(f"/{language}/hospital/capacity/{SLUG}")
