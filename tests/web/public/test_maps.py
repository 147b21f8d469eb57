"""Maps of the cities, with the list beside them."""

from __future__ import annotations

import pytest

from directory.listings.queries import center_pages
from tests.browser import Page, words
from tests.conftest import NOW

SVG = "{http://www.w3.org/2000/svg}"
"""How the parser writes names of elements of drawings."""

CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")


@pytest.fixture(scope="session")
def centers(tools):
    with tools.reading() as session:
        return center_pages(session, today=NOW.date())


def marks(page: Page) -> list[tuple[str, str]]:
    """Return the name and the address of each mark."""
    picture = page.by_class("map")[0]
    return [
        (each.get("aria-label") or "", each.get("href") or "")
        for each in picture.iter(f"{SVG}a")
    ]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("city", CITIES)
def test_every_city_has_a_good_map_in_every_language(browser, city, language):
    page = browser.open(f"/{language}/map/{city}")

    assert len(page.by_class("map")) == 1


@pytest.mark.parametrize("city", CITIES)
def test_every_center_is_in_the_list_and_on_the_map_if_its_place_is_known(
    browser, centers, city
):
    page = browser.open(f"/en/map/{city}")
    here = [one for one in centers if one.city == city]
    placed = {f"/en/centers/{one.slug}" for one in here if one.place}
    listed = [
        each.get("href") for part in page.by_class("places") for each in part.iter("a")
    ]

    assert {address for _name, address in marks(page)} == placed
    assert sorted(listed) == sorted(f"/en/centers/{one.slug}" for one in here)


@pytest.mark.parametrize("city", CITIES)
def test_marks_have_the_numbers_and_names_of_the_list(browser, city):
    page = browser.open(f"/en/map/{city}")
    first = page.by_class("places")[0]
    listed = [
        (
            words(next(each for each in one.iter("span"))),
            words(next(one.iter("a"))),
        )
        for one in first.iter("li")
    ]

    assert [f"{number}: {name}" for number, name in listed] == [
        name for name, _address in marks(page)
    ]


def test_numbers_run_from_north_to_south(browser, centers):
    by_slug = {one.slug: one for one in centers}
    page = browser.open("/en/map/beijing")
    latitudes = [
        by_slug[address.rpartition("/")[2]].place.latitude
        for _name, address in marks(page)
    ]

    assert latitudes == sorted(latitudes, reverse=True)


def test_a_center_without_coordinates_says_so(browser):
    page = browser.open("/en/map/shanghai")

    assert "Not on the map For these we have no coordinates" in page.text
    assert "Liquan" in words(page.by_class("places")[1])


def test_the_map_says_what_it_is_not(browser):
    text = browser.open("/en/map/tianjin").text

    assert "Places are approximate" in text
    assert "Streets, water and districts are left out" in text
    assert "Not drawn, since we have no coordinates for them" in text


def test_the_scale_is_on_the_map(browser):
    picture = browser.open("/en/map/guangzhou").by_class("map")[0]

    assert "2 km" in words(picture)


def test_the_maps_lead_to_the_four_cities(browser):
    page = browser.open("/en/map")

    assert {f"/en/map/{city}" for city in CITIES} <= set(page.links())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_another_city_is_not_found_and_the_four_are_offered(browser, language):
    page = browser.open(f"/{language}/map/shenzhen", status=404)

    assert {f"/{language}/map/{city}" for city in CITIES} <= set(page.links())
    assert "shenzhen" in page.text


def test_results_of_one_city_lead_to_its_map(browser):
    assert "/en/map/beijing" in browser.open("/en/centers?city=beijing").links()
    assert "/en/map/beijing" not in browser.open("/en/centers").links()


def test_maps_and_licenses_are_in_the_site_map(browser):
    said = browser.client.get("/sitemap.xml").get_data(as_text=True)

    for path in ("map", "map/tianjin", "therapies/approvals", "therapies/compare"):
        assert f"/zh/{path}</loc>" in said
