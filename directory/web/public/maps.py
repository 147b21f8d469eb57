"""A map of each city, drawn from the coordinates of its centers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.listings.queries import CenterPage, center_pages, city_profiles, counts
from directory.listings.rules.city_map import Mark, city_map, distance_km
from directory.web import keeping
from directory.web.context import session, today
from directory.web.public.blueprint import bp

SHOWN = frozenset({"sourced-treatment", "sourced-trial"})
"""Evidence levels at which a source shows that CAR-T is given."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A center on the map.

    Args:
        number: On its mark and in the list, from 1.
        center: Its page.
        mark: Where its mark is.
        is_shown: Whether a source shows that CAR-T is given there.
        distance_km: From the city's center, as the crow flies.
    """

    number: int
    center: CenterPage
    mark: Mark
    is_shown: bool
    distance_km: float


@bp.get("/map")
@keeping.kept
def maps() -> ResponseReturnValue:
    """Lead to the map of each city."""
    return _maps()


@bp.get("/map/<slug:city>")
@keeping.kept
def map_of_city(city: str) -> ResponseReturnValue:
    """Show where the centers of a city are, about, with a list of all of them."""
    profile = next((one for one in city_profiles(session()) if one.slug == city), None)
    if profile is None:
        return _maps(unknown=city), 404
    centers = [
        one for one in center_pages(session(), today=today()) if one.city == city
    ]
    placed = sorted(
        ((one, one.place) for one in centers if one.place),
        key=lambda pair: (-pair[1].latitude, pair[1].longitude, pair[0].slug),
    )
    drawn = city_map(profile.place, [place for _center, place in placed])
    return render_template(
        "public/map.html",
        city=profile,
        drawn=drawn,
        numbered=[
            Numbered(
                number=number,
                center=center,
                mark=mark,
                is_shown=center.evidence_level in SHOWN,
                distance_km=distance_km(place, profile.place),
            )
            for number, ((center, place), mark) in enumerate(
                zip(placed, drawn.marks, strict=True), start=1
            )
        ],
        unplaced=[one for one in centers if one.place is None],
        others=[one for one in city_profiles(session()) if one.slug != city],
    )


def _maps(unknown: str | None = None) -> str:
    return render_template(
        "public/maps.html",
        cities=city_profiles(session()),
        counts=counts(session(), today=today()).centers_by_city,
        unknown=unknown,
    )
