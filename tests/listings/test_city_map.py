"""Where centers stand on the map of a city."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from directory.listings.rules.city_map import (
    APART,
    EARTH_KM,
    HIGHEST,
    RADIUS,
    RING,
    RING_KM,
    WIDEST_SCALE,
    WIDTH,
    city_map,
    distance_km,
    offset_km,
)
from directory.listings.rules.document import Place
from tests.conftest import ROOT

CITIES = {
    one["slug"]: (one["place"]["latitude"], one["place"]["longitude"])
    for one in yaml.safe_load((ROOT / "seed/listings/cities.yaml").read_text())[
        "cities"
    ]
}


def place(latitude: float, longitude: float) -> Place:
    return Place(latitude=latitude, longitude=longitude, note="invented")


def on_a_globe_km(one: Place, other: Place) -> float:
    """Return the length of the great circle between two places."""
    high, low = radians(one.latitude), radians(other.latitude)
    east = radians(one.longitude - other.longitude)
    half = sin((high - low) / 2) ** 2 + cos(high) * cos(low) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


latitudes = st.floats(-55, 55, allow_nan=False)
longitudes = st.floats(-180, 180, allow_nan=False)
near = st.floats(-0.25, 0.25, allow_nan=False)


@st.composite
def cities(draw, most: int = 45) -> tuple[Place, list[Place]]:
    middle = place(draw(latitudes), draw(longitudes))
    offsets = draw(st.lists(st.tuples(near, near), max_size=most))
    return middle, [
        place(
            middle.latitude + up,
            (middle.longitude + along + 180) % 360 - 180,
        )
        for up, along in offsets
    ]


@given(cities(most=6))
def test_distances_from_the_middle_are_right_within_one_percent(city):
    middle, places = city
    for one in places:
        assert distance_km(one, middle) == pytest.approx(
            on_a_globe_km(one, middle), rel=0.01, abs=0.01
        )


@given(st.sampled_from(sorted(CITIES)), st.lists(st.tuples(near, near), max_size=6))
def test_distances_on_the_maps_of_the_cities_are_right_within_one_percent(
    city, offsets
):
    latitude, longitude = CITIES[city]
    middle = place(latitude, longitude)
    places = [place(latitude + up, longitude + along) for up, along in offsets]
    drawn = city_map(middle, places)

    for one, mark in zip(places, drawn.marks, strict=True):
        for other, second in zip(places, drawn.marks, strict=True):
            shown = mark.dot.to(second.dot) / drawn.unit_per_km
            # Places are drawn to a tenth of a unit.
            rounded = 0.3 / drawn.unit_per_km
            assert shown == pytest.approx(
                on_a_globe_km(one, other), rel=0.01, abs=rounded
            )


@given(cities())
def test_no_mark_hides_another_and_none_leaves_the_map(city):
    drawn = city_map(*city)

    for number, mark in enumerate(drawn.marks):
        assert RADIUS <= mark.at.x <= WIDTH - RADIUS
        assert RADIUS <= mark.at.y <= drawn.height - RADIUS
        for other in drawn.marks[:number]:
            assert mark.at.to(other.at) >= APART


@given(cities(most=12))
def test_a_mark_stands_at_its_place_unless_another_is_near(city):
    drawn = city_map(*city)

    for number, mark in enumerate(drawn.marks):
        others = [m for index, m in enumerate(drawn.marks) if index != number]
        alone = all(mark.dot.to(other.dot) >= APART for other in others)
        assert mark.is_moved is not alone


@given(cities(most=12))
def test_east_is_at_the_right_and_north_is_above(city):
    middle, places = city
    drawn = city_map(middle, places)

    for one, mark in zip(places, drawn.marks, strict=True):
        east, north = offset_km(one, middle)
        assert mark.dot.x - drawn.middle.x == pytest.approx(
            east * drawn.unit_per_km, abs=0.2
        )
        assert drawn.middle.y - mark.dot.y == pytest.approx(
            north * drawn.unit_per_km, abs=0.2
        )


@given(cities(most=12))
def test_the_scale_bar_is_long_enough_and_is_the_distance_of_rings(city):
    drawn = city_map(*city)

    assert drawn.ring_km in RING_KM
    assert RING <= drawn.bar <= WIDTH
    assert drawn.unit_per_km <= WIDEST_SCALE
    if drawn.rings:
        assert drawn.rings[0] == pytest.approx(drawn.bar, abs=0.1)


def test_sixty_centers_at_one_place_all_find_room():
    middle = place(39.9, 116.4)
    drawn = city_map(middle, [place(39.95, 116.45)] * 60)

    assert drawn.height > HIGHEST
    for number, mark in enumerate(drawn.marks):
        assert all(mark.at.to(other.at) >= APART for other in drawn.marks[:number])


def test_a_city_without_places_is_a_map_of_its_middle():
    drawn = city_map(place(39.9, 116.4), [])

    assert drawn.marks == ()
    assert drawn.middle.x == WIDTH / 2


def test_two_places_beside_each_other_keep_their_dots_in_sight():
    middle = place(39.084, 117.201)
    drawn = city_map(middle, [place(39.119, 117.188), place(39.116, 117.189)])

    assert all(mark.is_moved for mark in drawn.marks)
    for mark in drawn.marks:
        for other in drawn.marks:
            assert mark.at.to(other.dot) > RADIUS


@pytest.mark.parametrize(
    ("longitude", "west_or_east"), [(179.95, -179.95), (-179.95, 179.95)]
)
def test_a_city_at_the_line_of_the_day_is_not_torn_apart(longitude, west_or_east):
    one, other = place(0, longitude), place(0, west_or_east)

    assert distance_km(one, other) == pytest.approx(11.1, abs=0.1)
