"""Calendar files say the right moment everywhere, and nothing that was smuggled in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from directory.exports.calendar import Day, day, days, event, todo

URL = "https://directory.example.org/inquiries/track"
BERLIN = ZoneInfo("Europe/Berlin")
BEGINS = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half an hour before clocks in Berlin go forward."""


def parts(content: bytes, name: str = "VEVENT") -> list[Any]:
    """Return the parts of a kind in a file."""
    return Calendar.from_ical(content).walk(name)


def test_an_appointment_spans_a_change_of_clocks():
    made = event("a", BEGINS, BEGINS + timedelta(hours=2), "A talk", URL, zone=BERLIN)

    [found] = parts(made)
    assert b"DTSTART;TZID=Europe/Berlin:20260329T013000" in made
    assert b"DTEND;TZID=Europe/Berlin:20260329T043000" in made
    assert found["dtstart"].dt.astimezone(UTC) == BEGINS
    assert found["dtend"].dt.astimezone(UTC) == BEGINS + timedelta(hours=2)


def test_the_rules_of_the_zone_are_in_the_file():
    [zone] = parts(
        event("a", BEGINS, BEGINS + timedelta(hours=1), "A talk", URL, zone=BERLIN),
        "VTIMEZONE",
    )
    rules = zone.to_tz()

    for moment in (BEGINS, BEGINS + timedelta(hours=1), BEGINS + timedelta(days=250)):
        there = moment.astimezone(rules)
        assert there.utcoffset() == moment.astimezone(BERLIN).utcoffset()


def test_without_a_zone_the_moment_is_in_utc():
    made = event("a", BEGINS, BEGINS + timedelta(hours=1), "A talk", URL)

    assert b"DTSTART:20260329T003000Z" in made
    assert b"VTIMEZONE" not in made


def test_a_day_is_a_day_wherever_its_reader_is():
    made = day("a", date(2026, 12, 31), "Look again", URL)

    assert b"DTSTART;VALUE=DATE:20261231" in made
    assert b"DTEND;VALUE=DATE:20270101" in made


def test_something_to_do_is_due_in_utc():
    made = todo("a", BEGINS.astimezone(BERLIN), "Look again", URL)

    [found] = parts(made, "VTODO")
    assert b"DUE:20260329T003000Z" in made
    assert found["class"] == "PRIVATE"


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (BEGINS, BEGINS),
        (BEGINS, BEGINS - timedelta(seconds=1)),
        (BEGINS.replace(tzinfo=None), BEGINS),
        (BEGINS, BEGINS.replace(tzinfo=None)),
    ],
)
def test_a_moment_that_is_none_is_refused(begins, ends):
    with pytest.raises(ValueError, match=r"time zone|before"):
        event("a", begins, ends, "A talk", URL)


LINE = re.compile(rb"(?:[^\r\n]{1,75}\r\n)+")

words = st.text(max_size=400)


@given(title=words, note=words, url=words, uid=words)
def test_whatever_is_typed_stays_words(title, note, url, uid):
    made = event(uid, BEGINS, BEGINS + timedelta(hours=1), title, url, note=note)
    plain = event("a", BEGINS, BEGINS + timedelta(hours=1), "t", URL, note="n")

    assert LINE.fullmatch(made)
    names, expected = shape(made), shape(plain)
    # Of an empty note nothing is said.
    assert names == expected or names == [n for n in expected if n != "DESCRIPTION@1"]


def shape(content: bytes) -> list[str]:
    """Return the names of all lines, with how deep each stands."""
    found, depth = [], 0
    for line in content.replace(b"\r\n ", b"").decode().splitlines():
        name = re.split("[:;]", line, maxsplit=1)[0]
        depth -= name == "END"
        found.append(f"{name}@{depth - 1}")
        depth += name == "BEGIN"
    return found


@pytest.mark.parametrize(
    "smuggled", ["\r\nATTACH:x", "\nEND:VEVENT", "\u2028X:1", "\x85X"]
)
def test_a_title_is_one_line(smuggled):
    [found] = parts(
        event("a", BEGINS, BEGINS + timedelta(hours=1), f"A{smuggled}", URL)
    )

    assert "attach" not in found
    assert len(str(found["summary"]).splitlines()) == 1


def test_a_note_keeps_its_lines_and_says_them_back():
    note = "First; second, third\\\nBEGIN:VEVENT"
    [found] = parts(
        event("a", BEGINS, BEGINS + timedelta(hours=1), "A talk", URL, note=note)
    )

    assert found["description"] == note


def test_several_days_are_one_file_without_reminders():
    notes = [
        Day("a@plan", date(2026, 12, 31), "Travel"),
        Day("b@plan", date(2026, 3, 1), "Look again,\nthen book", "First.\nSecond."),
    ]

    made = days(notes, URL, stamp=BEGINS)

    found = parts(made)
    assert [each.decoded("dtstart") for each in found] == [note.on for note in notes]
    assert found[0].decoded("dtend") == date(2027, 1, 1)
    assert str(found[1]["summary"]) == "Look again, then book"
    assert [str(each["class"]) for each in found] == ["PRIVATE", "PRIVATE"]
    assert parts(made, "VALARM") == []
    assert made == days(notes, URL, stamp=BEGINS)


def test_a_calendar_of_nothing_or_of_no_time_is_refused():
    with pytest.raises(ValueError, match="of nothing"):
        days([], URL, stamp=BEGINS)
    with pytest.raises(ValueError, match="without a time zone"):
        days([Day("a", date(2026, 1, 1), "A")], URL, stamp=datetime(2026, 1, 1))  # noqa: DTZ001
