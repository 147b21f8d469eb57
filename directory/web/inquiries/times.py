"""Time zones to choose from, and which countries have one clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale, gettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from directory.web import context
from directory.web.zones import CHINA, offset

LOOKED_AT = 13
"""Moments of a year, four weeks apart, at which clocks are compared."""


def zones() -> list[SelectChoice]:
    """Return every time zone by its country and place."""
    nothing = SelectChoice(value="", label=gettext("The time of the country above"))
    known = _named(get_locale() or Locale("en"), context.today())
    return [nothing, *(SelectChoice(value=zone, label=label) for zone, label in known)]


def is_zone(name: str) -> bool:
    """Tell whether a name is that of a time zone that is offered."""
    return name in _territories()


def only_clock(country: str, today: date) -> str | None:
    """Return the time zone of a country in which all clocks agree; else nothing.

    Args:
        country: ISO 3166-1 alpha-2.
        today: Clocks are compared over the year that begins with it.
    """
    if country == "CN":
        # The other one is of use in Xinjiang, beside the time of the law.
        return CHINA.key
    found = [zone for zone, place in _territories().items() if place == country]
    clocks = {_clock(zone, today) for zone in found}
    return min(found) if len(clocks) == 1 else None


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    here = available_timezones()
    return {
        zone: place
        for zone, place in get_global("zone_territories").items()
        if zone in here and place != "001"
    }


@lru_cache(maxsize=1024)
def _clock(zone: str, today: date) -> tuple[timedelta | None, ...]:
    place = ZoneInfo(zone)
    begins = datetime(today.year, today.month, today.day, tzinfo=UTC)
    return tuple(
        (begins + timedelta(weeks=4 * at)).astimezone(place).utcoffset()
        for at in range(LOOKED_AT)
    )


@lru_cache(maxsize=8)
def _named(locale: Locale, today: date) -> tuple[tuple[str, str], ...]:
    """Return zones with their places and how far their clocks are from UTC now."""
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    found: list[tuple[str, str, str, str]] = []
    for zone, territory in _territories().items():
        away = offset(noon.astimezone(ZoneInfo(zone)))
        country = str(locale.territories.get(territory, territory))
        city = get_timezone_location(zone, locale=locale, return_city=True)
        place = city if city == country else f"{country}, {city}"
        # Isolated, so that Latin letters do not turn the brackets around.
        found.append((country, city, zone, f"\u2068{place}\u2069 (\u2066{away}\u2069)"))
    return tuple((zone, label) for _, _, zone, label in sorted(found))


def name(zone: str) -> str:
    """Return what a time zone is called on the list, or its name in the database."""
    known = dict(_named(get_locale() or Locale("en"), context.today()))
    return known.get(zone, zone)
