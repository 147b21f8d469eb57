"""Days and hours as somebody's own clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from flask_babel import format_time

from directory.core.days import written
from directory.web import context

CHINA = ZoneInfo("Asia/Shanghai")
"""Where centers, facilitators and the directory's office are."""


MAIN: dict[str, str] = {
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MY": "Asia/Kuala_Lumpur",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
"""Where most people of a country with several zones live, as far as that is plain;
for others UTC is shown rather than a guess."""


def zone_of(time_zone: str | None, country: str | None = None) -> ZoneInfo:
    """Return the time zone of somebody.

    Args:
        time_zone: IANA name, as they said.
        country: ISO 3166-1 alpha-2; its only zone, or its main one, stands in.

    Returns:
        UTC if neither tells.
    """
    place = country or ""
    for name in (time_zone, _only_zones().get(place), MAIN.get(place)):
        if not name:
            continue
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def day_at(value: datetime, zone: ZoneInfo) -> str:
    """Return the day of a moment in words, by the clock of a zone."""
    return written(value.astimezone(zone).date(), context.language())


def clock(value: datetime, zone: ZoneInfo) -> str:
    """Return a day and an hour in words, with how far that clock is from UTC."""
    local = value.astimezone(zone)
    hour = format_time(local, "short", rebase=False)
    return f"{day_at(value, zone)}, {hour} ({offset(local)})"


def hour_at(value: datetime, zone: ZoneInfo) -> str:
    """Return the hour of a moment in words, by the clock of a zone."""
    return str(format_time(value.astimezone(zone), "short", rebase=False))


def offset(local: datetime) -> str:
    """Return how far a moment's clock is from UTC, e.g. ``UTC+5:30``."""
    away = local.utcoffset() or timedelta(0)
    if not away:
        return UTC.tzname(None)
    sign = "+" if away > timedelta(0) else "\N{MINUS SIGN}"
    hours, minutes = divmod(int(abs(away).total_seconds()) // 60, 60)
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@cache
def _only_zones() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        found.setdefault(territory, []).append(zone)
    return {country: zones[0] for country, zones in found.items() if len(zones) == 1}
