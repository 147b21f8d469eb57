"""Where the centers of a city stand on a drawing of it.

The projection is equirectangular, true to scale at the latitude of the city's
center: a degree of latitude is as long everywhere, a degree of longitude as long as
at that latitude. Over the fifty kilometers of a city this is off by less than one
percent, which is far less than the coordinates themselves: they are approximate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, hypot, pi, radians, sin

from directory.listings.rules.document import Place

EARTH_KM = 6371.0088
"""Mean radius of the Earth (source: IUGG, Geodetic Reference System 1980)."""

WIDTH, LOWEST, HIGHEST = 360, 280, 480
"""Of the drawing, in its own units; more height only if the marks need it."""

EDGE, RADIUS, APART = 26, 13, 31
"""Free margin, radius of a mark, and what lies between the middles of two.

Drawn 288 units of the screen wide, on the narrowest phone, marks are 24 apart.
"""

WIDEST_SCALE = 36.0
"""Units for a kilometer at most: coordinates are not exact enough for more."""

RING_KM = (1, 2, 5, 10, 20, 50, 100)
"""How far rings around the city's center may be apart, in kilometers."""

RING = 55
"""How far they are apart on the drawing at least."""

TURNS = 32
"""Directions in which a mark may be moved away."""

PACE = 3
"""By how much it is moved farther when none of them is free."""

FARTHEST = 120
"""How long a line may be so that it meets no other; then it may meet one."""

BARE = 6
"""Free space between a mark and the place that another one was moved from."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a plane: to the right and down on the drawing."""

    x: float
    y: float

    def to(self, other: Spot) -> float:
        """Return how far another spot is away."""
        return hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered mark on the map.

    Args:
        at: Middle of the mark.
        dot: Where the coordinates say that it is.
    """

    at: Spot
    dot: Spot

    @property
    def is_moved(self) -> bool:
        """Whether it was moved aside, so that a line leads to its place."""
        return self.at != self.dot


@dataclass(frozen=True, slots=True)
class CityMap:
    """A drawing of a city; lengths are in its own units.

    Args:
        height: Of the drawing.
        unit_per_km: Its scale, the same to the east and to the north.
        middle: Where the city's center is.
        marks: In the order in which places were given.
        rings: Radius of each circle around the city's center.
        ring_km: How far these are apart, which is also what the scale bar shows.
    """

    height: int
    unit_per_km: float
    middle: Spot
    marks: tuple[Mark, ...]
    rings: tuple[float, ...]
    ring_km: int

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return WIDTH

    @property
    def bar(self) -> float:
        """Length of the scale bar."""
        return self.ring_km * self.unit_per_km


def offset_km(place: Place, middle: Place) -> tuple[float, float]:
    """Return how far a place is to the east and to the north, in kilometers.

    Args:
        place: Within a hundred kilometers, or the distance is off by more than
            one percent.
        middle: Where both are zero, and whose latitude is true to scale.
    """
    # The shorter way around, for a city at the line where the day changes.
    east = (place.longitude - middle.longitude + 180) % 360 - 180
    north = place.latitude - middle.latitude
    return (
        radians(east) * EARTH_KM * cos(radians(middle.latitude)),
        radians(north) * EARTH_KM,
    )


def distance_km(place: Place, other: Place) -> float:
    """Return how far two places of a city are apart as the crow flies."""
    return hypot(*offset_km(place, other))


def city_map(middle: Place, places: Sequence[Place]) -> CityMap:
    """Return where places are drawn, with north above and east to the right.

    Every mark is inside the drawing and no two are nearer than :data:`APART`.

    Args:
        middle: The city's center, which is on the map as well.
        places: Any number of them, also several at the same spot.
    """
    found = [(0.0, 0.0), *(offset_km(place, middle) for place in places)]
    west, east = min(x for x, _ in found), max(x for x, _ in found)
    south, north = min(y for _, y in found), max(y for _, y in found)
    scale = min(
        WIDEST_SCALE,
        (WIDTH - 2 * EDGE) / max(east - west, 0.001),
        (HIGHEST - 2 * EDGE) / max(north - south, 0.001),
    )
    needed = max((north - south) * scale + 2 * EDGE, _room(len(places)), LOWEST)
    height = ceil(needed)
    center_x, center_y = (west + east) / 2, (south + north) / 2
    spots = [
        Spot(
            round(WIDTH / 2 + (x - center_x) * scale, 1),
            round(height / 2 - (y - center_y) * scale, 1),
        )
        for x, y in found
    ]
    ring_km = next((km for km in RING_KM if km * scale >= RING), RING_KM[-1])
    rings = int(hypot(WIDTH, height) // (ring_km * scale))
    return CityMap(
        height=height,
        unit_per_km=scale,
        middle=spots[0],
        marks=spread(spots[1:], height, middle=spots[0]),
        rings=tuple(
            round(number * ring_km * scale, 1) for number in range(1, rings + 1)
        ),
        ring_km=ring_km,
    )


def _room(marks: int) -> float:
    """Return the height in which so many marks find room wherever they belong.

    A mark keeps others out of a circle of :data:`APART` around it; while these
    circles do not cover the drawing, there is room for one more.
    """
    return 1.15 * marks * pi * APART**2 / (WIDTH - 2 * EDGE) + 2 * EDGE


def spread(dots: Sequence[Spot], height: int, middle: Spot) -> tuple[Mark, ...]:
    """Return marks for dots; those that would cover each other are moved aside.

    Args:
        dots: Inside the drawing, :data:`RADIUS` away from its edge at least.
        height: Of the drawing.
        middle: The city's center, which no mark is moved on to if that can be.
    """
    crowded = [
        number
        for number, dot in enumerate(dots)
        if any(
            dot.to(other) < APART for index, other in enumerate(dots) if index != number
        )
    ]
    placed = {
        number: Mark(dot, dot)
        for number, dot in enumerate(dots)
        if number not in crowded
    }
    heart = _heart([dots[number] for number in crowded])
    # From the inside out: who stands at the rim finds room beyond it.
    for number in sorted(crowded, key=lambda one: (dots[one].to(heart), one)):
        bare = [middle, *(dots[one] for one in crowded if one != number)]
        at = _free(dots[number], heart, list(placed.values()), bare, height)
        placed[number] = Mark(at, dots[number])
    return tuple(placed[number] for number in range(len(dots)))


def _heart(dots: Sequence[Spot]) -> Spot:
    if not dots:
        return Spot(0, 0)
    return Spot(
        sum(dot.x for dot in dots) / len(dots), sum(dot.y for dot in dots) / len(dots)
    )


def _free(
    dot: Spot, heart: Spot, placed: Sequence[Mark], bare: Sequence[Spot], height: int
) -> Spot:
    """Return the nearest spot for a mark that hides nothing, or else no other mark.

    Raises:
        ValueError: If the drawing has no room for another mark.
    """
    nearest: Spot | None = None
    for spot in _around(dot, heart, height):
        if any(spot.to(mark.at) < APART for mark in placed):
            continue
        nearest = nearest or spot
        if all(spot.to(other) > RADIUS + BARE for other in bare) and not any(
            _meets(spot, dot, mark) for mark in placed
        ):
            return spot
        if dot.to(spot) > FARTHEST:
            break
    if nearest is None:
        raise ValueError("the drawing has no room for another mark")
    return nearest


def _around(dot: Spot, heart: Spot, height: int) -> Iterator[Spot]:
    """Return spots farther and farther away, those away from the heart first."""
    outward = _unit(heart, dot)
    turns = [2 * pi * turn / TURNS for turn in range(TURNS)]
    ways = [(cos(turn), sin(turn)) for turn in turns]
    ways.sort(key=lambda way: -(way[0] * outward[0] + way[1] * outward[1]))
    for away in range(RADIUS + 5, WIDTH + height, PACE):
        for x, y in ways:
            spot = Spot(round(dot.x + away * x, 1), round(dot.y + away * y, 1))
            if (
                RADIUS + 2 <= spot.x <= WIDTH - RADIUS - 2
                and RADIUS + 2 <= spot.y <= height - RADIUS - 2
            ):
                yield spot


def _unit(start: Spot, end: Spot) -> tuple[float, float]:
    far = start.to(end)
    return ((end.x - start.x) / far, (end.y - start.y) / far) if far else (0.0, -1.0)


def _meets(spot: Spot, dot: Spot, mark: Mark) -> bool:
    """Tell whether a line to a new mark runs through another mark or its line."""
    return (
        _to_line(mark.at, dot, spot) < RADIUS + 2
        or (mark.is_moved and _to_line(spot, mark.dot, mark.at) < RADIUS + 2)
        or (mark.is_moved and _cross(dot, spot, mark.dot, mark.at))
    )


def _to_line(spot: Spot, start: Spot, end: Spot) -> float:
    """Return how far a spot is from the line between two others."""
    long = start.to(end)
    if not long:
        return spot.to(start)
    along = (
        (spot.x - start.x) * (end.x - start.x) + (spot.y - start.y) * (end.y - start.y)
    ) / long**2
    along = min(1.0, max(0.0, along))
    foot = Spot(
        start.x + along * (end.x - start.x), start.y + along * (end.y - start.y)
    )
    return spot.to(foot)


def _cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Spot, b: Spot, c: Spot) -> float:
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
