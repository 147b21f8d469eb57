"""A hospital looks at what grew old, and says by one press that it still holds."""

from __future__ import annotations

import pytest

from directory.core.actor import Role
from directory.listings.queries import center_page
from directory.listings.rules.document import Basis
from directory.listings.rules.views import borne

SLUG = "nanfang-hospital"


@pytest.fixture
def office(desk):
    desk.clock.move(days=91)
    return desk.keeper(SLUG)


def due_fields(page):
    return [box.get("value") for box in page.all("input", type="checkbox")]


def test_everything_that_may_be_renewed_is_marked_at_first(office):
    page = office.open(f"/en/hospital/recheck/{SLUG}")

    assert due_fields(page)
    assert all(
        box.get("checked") is not None for box in page.all("input", type="checkbox")
    )
    assert "Overdue" in page.text


def test_one_press_renews_and_readers_see_it(desk, office):
    address = f"/en/hospital/recheck/{SLUG}"
    page = office.open(address)
    fields = due_fields(page)

    answer = office.send(address, {"number": page.value("number"), "fields": fields})

    assert answer.status_code == 303
    assert "new day" in office.open(address).text
    with desk.session() as session:
        shown = center_page(session, SLUG, today=desk.tools.clock().date())
    assert shown.version == 2
    renewed = [one for one in borne(shown) if one.field in fields]
    assert renewed
    assert {(one.basis, one.is_overdue) for one in renewed} == {(Basis.ATTESTED, False)}


def test_nothing_chosen_says_so_and_keeps_the_marks_away(office):
    address = f"/en/hospital/recheck/{SLUG}"
    page = office.post(address, {"number": "1"}, status=422)

    assert "Choose at least one fact" in page.text
    assert not any(
        box.get("checked") is not None for box in page.all("input", type="checkbox")
    )


def test_a_listing_that_moved_on_is_shown_as_it_stands(office):
    address = f"/en/hospital/recheck/{SLUG}"
    fields = due_fields(office.open(address))
    page = office.post(address, {"number": "7", "fields": fields}, status=409)

    assert "was changed since" in page.text
    assert page.value("number") == "1"


@pytest.mark.parametrize("typed", ["x", "", "-1", "9" * 40])
def test_a_number_that_is_none_is_refused_in_words(office, typed):
    address = f"/en/hospital/recheck/{SLUG}"

    assert office.send(
        address, {"number": typed, "fields": "nonsense"}
    ).status_code in {
        409,
        422,
    }


def test_the_list_says_what_is_due(office):
    page = office.open("/en/hospital/recheck")

    assert f"/en/hospital/recheck/{SLUG}" in page.links()
    assert "Overdue" in page.text


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_are_sound_in_every_language(office, language):
    office.open(f"/{language}/hospital/recheck")
    office.open(f"/{language}/hospital/recheck/{SLUG}")


def test_another_hospital_finds_no_such_page(desk, office):
    other = desk.sit(Role.HOSPITAL_EDITOR)

    assert other.client.get(f"/en/hospital/recheck/{SLUG}").status_code == 404
    assert other.client.get(f"/en/hospital/capacity/{SLUG}").status_code == 404


def test_who_has_not_signed_in_is_asked_to(desk, office):
    answer = desk.passer_by().client.get(f"/en/hospital/recheck/{SLUG}")

    assert answer.status_code == 303
    assert "/account/" in answer.headers["Location"]
