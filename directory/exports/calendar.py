"""Dates for somebody's own calendar, as iCalendar files (RFC 5545).

Calendars are shared and shown on locked screens, so titles say nothing of illness.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo, vDuration
from icalendar import Component as Part

MEDIA_TYPE = "text/calendar; charset=utf-8"

TITLE_LONGEST = 200
NOTE_LONGEST = 2000
"""Characters beyond which nobody reads on."""

BEFORE_EVENT = timedelta(minutes=30)
"""When a calendar reminds of an appointment."""


def event(
    uid: str,
    begins: datetime,
    ends: datetime,
    title: str,
    url: str,
    *,
    note: str = "",
    zone: ZoneInfo | None = None,
    stamp: datetime | None = None,
) -> bytes:
    """Return an appointment as an ``.ics`` file.

    Args:
        uid: The same for the same appointment, so that a calendar replaces it.
        begins: Aware.
        ends: Aware; after ``begins``.
        title: Says nothing of illness.
        url: Page to open; without a code or a name in it.
        note: What to do, in a few sentences.
        zone: In which the file says the time, with its rules; UTC if not given.
        stamp: When the appointment was made; ``begins`` if not given.

    Raises:
        ValueError: If a moment has no time zone, or it ends before it begins.
    """
    if begins.tzinfo is None or ends.tzinfo is None:
        raise ValueError("a moment without a time zone")
    if ends <= begins:
        raise ValueError("it ends before it begins")
    place = zone or ZoneInfo("UTC")
    found = Event()
    found.add("dtstart", begins.astimezone(place))
    found.add("dtend", ends.astimezone(place))
    _describe(found, uid, title, url, note, stamp or begins)
    found.add_component(_alarm(title, -BEFORE_EVENT))
    return _file(found, zone_for=None if zone is None else begins.date())


def todo(
    uid: str,
    due: datetime,
    title: str,
    url: str,
    *,
    note: str = "",
    stamp: datetime | None = None,
) -> bytes:
    """Return something to be done by a moment, as an ``.ics`` file.

    Args:
        uid: As for :func:`event`.
        due: Aware.
        title: Says nothing of illness.
        url: As for :func:`event`.
        note: What to do.
        stamp: When it was made; ``due`` if not given.

    Raises:
        ValueError: If the moment has no time zone.
    """
    if due.tzinfo is None:
        raise ValueError("a moment without a time zone")
    found = Todo()
    found.add("due", due.astimezone(ZoneInfo("UTC")))
    _describe(found, uid, title, url, note, stamp or due)
    found.add_component(_alarm(title, timedelta(0), related="END"))
    return _file(found)


def day(
    uid: str,
    on: date,
    title: str,
    url: str,
    *,
    note: str = "",
    stamp: datetime | None = None,
) -> bytes:
    """Return a note on a whole day, wherever its reader is, as an ``.ics`` file.

    Most calendars on phones show days and appointments but no tasks.

    Args:
        uid: As for :func:`event`.
        on: The day, by its reader's own calendar.
        title: Says nothing of illness.
        url: As for :func:`event`.
        note: What to do.
        stamp: When it was made; the beginning of the day in UTC if not given.
    """
    found = Event()
    found.add("dtstart", on)
    found.add("dtend", on + timedelta(days=1))
    found.add("transp", "TRANSPARENT")
    made = stamp or datetime(on.year, on.month, on.day, tzinfo=ZoneInfo("UTC"))
    _describe(found, uid, title, url, note, made)
    found.add_component(_alarm(title, timedelta(hours=9)))
    return _file(found)


@dataclass(frozen=True, slots=True)
class Day:
    """A note on a whole day.

    Args:
        uid: As for :func:`event`.
        on: The day, by its reader's own calendar.
        title: Says nothing of illness.
        note: What to do, in a few sentences.
    """

    uid: str
    on: date
    title: str
    note: str = ""


def days(notes: Sequence[Day], url: str, *, stamp: datetime) -> bytes:
    """Return notes on whole days as one ``.ics`` file, without reminders.

    Args:
        notes: In any order.
        url: Page to open; without a code or a name in it.
        stamp: When they were made; aware.

    Raises:
        ValueError: If the stamp has no time zone, or there are no notes.
    """
    if stamp.tzinfo is None:
        raise ValueError("a moment without a time zone")
    if not notes:
        raise ValueError("a calendar of nothing")
    found = []
    for note in notes:
        part = Event()
        part.add("dtstart", note.on)
        part.add("dtend", note.on + timedelta(days=1))
        part.add("transp", "TRANSPARENT")
        _describe(part, note.uid, note.title, url, note.note, stamp)
        found.append(part)
    return _file(*found)


def _describe(
    part: Part, uid: str, title: str, url: str, note: str, stamp: datetime
) -> None:
    part.add("uid", _line(uid, TITLE_LONGEST))
    part.add("dtstamp", stamp.astimezone(ZoneInfo("UTC")))
    part.add("summary", _line(title, TITLE_LONGEST))
    part.add("class", "PRIVATE")
    part.add("url", _line(url, NOTE_LONGEST))
    if note:
        part.add("description", _lines(note))


def _alarm(title: str, after: timedelta, *, related: str = "START") -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _line(title, TITLE_LONGEST))
    trigger = vDuration(after)
    trigger.params["RELATED"] = related
    alarm.add("trigger", trigger)
    return alarm


def _file(*parts: Part, zone_for: date | None = None) -> bytes:
    whole = Calendar()
    whole.add("prodid", "-//Center Directory//1.0//EN")
    whole.add("version", "2.0")
    for part in parts:
        whole.add_component(part)
    if zone_for is not None:
        # The rules of a year around it; those of a century would be four pages.
        whole.add_missing_timezones(
            zone_for - timedelta(days=366), zone_for + timedelta(days=366)
        )
    return bytes(whole.to_ical())


def _line(words: str, longest: int) -> str:
    """Return words on one line, without what a calendar could take for its own."""
    return " ".join(_lines(words).split())[:longest]


def _lines(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        letter
        for letter in lines
        if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs", "Co"}
    )
    return "".join(kept)[:NOTE_LONGEST]
