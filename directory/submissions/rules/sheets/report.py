"""What was read of a sheet, and what is wrong with it, cell by cell."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import TURNING, UNSEEN

MOST_BYTES = 20 * 1024 * 1024
"""Largest file that is read."""
MOST_ROWS = 100_000
"""Most rows below the headings, empty ones not counted."""
MOST_PLACES = 1_048_576
"""Most rows with the empty ones (source: rows of a worksheet, ECMA-376)."""
MOST_COLUMNS = 64
MOST_CHARACTERS = 10_000
"""Longest text of one cell."""
MOST_ERRORS = 500
"""Errors that are shown; the rest are counted."""
MOST_SHOWN = 200
"""Characters of a cell that an error shows."""


class Heading(StrEnum):
    """A column, by its English heading."""

    CENTER = "center"
    FIELD = "field"
    VALUE = "value"
    SOURCE_URL = "source_url"
    AS_OF = "as_of"
    NOTE = "note"


CHINESE: dict[Heading, str] = {
    Heading.CENTER: "中心",
    Heading.FIELD: "字段",
    Heading.VALUE: "值",
    Heading.SOURCE_URL: "来源网址",
    Heading.AS_OF: "截至日期",
    Heading.NOTE: "备注",
}
"""The same headings in Chinese."""

REQUIRED = (Heading.CENTER, Heading.FIELD, Heading.VALUE)


class Problem(StrEnum):
    """What is wrong; a closed list, for which pages have words."""

    # Of the file.
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    OLD_WORKBOOK = "old-workbook"
    WORKBOOK_BROKEN = "workbook-broken"
    WORKBOOK_PACKED = "workbook-packed"
    WORKBOOK_LOCKED = "workbook-locked"
    MACROS = "macros"
    EXTERNAL_LINKS = "external-links"
    NOT_TEXT = "not-text"
    UNDECODABLE = "undecodable"
    QUOTE_OPEN = "quote-open"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    # Of the headings.
    HEADING_MISSING = "heading-missing"
    HEADING_UNKNOWN = "heading-unknown"
    HEADING_TWICE = "heading-twice"
    # Of a cell.
    WITHOUT_HEADING = "without-heading"
    MISSING = "missing"
    TOO_LONG = "too-long"
    UNSEEN = "unseen"
    FORMULA = "formula"
    LIKE_FORMULA = "like-formula"
    CELL_ERROR = "cell-error"
    CENTER_UNKNOWN = "center-unknown"
    CENTER_AMBIGUOUS = "center-ambiguous"
    CENTER_NOT_YOURS = "center-not-yours"
    FIELD_UNKNOWN = "field-unknown"
    VALUE_UNKNOWN = "value-unknown"
    NOT_A_LINK = "not-a-link"
    NOT_A_DAY = "not-a-day"
    IN_THE_FUTURE = "in-the-future"
    NEEDS_SOURCE = "needs-source"
    NOTHING_STATED = "nothing-stated"
    NO_ROOM_FOR_NOTE = "no-room-for-note"
    TOO_LONG_TO_SHOW = "too-long-to-show"
    TOO_MANY_DETAILS = "too-many-details"

    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing that is wrong.

    Args:
        problem: What it is.
        row: As spreadsheets count, the headings being 1; 0 for the whole file. For
            text that cannot be decoded it is the line.
        column: Letter of the column; empty for a whole row or file.
        heading: What stands at the head of the column.
        typed: What stands in the cell, cut, and with what is not seen spelled out.
        instead: What could be written, where it can be listed.
        other: Another row that it concerns, for what stands there twice.
    """

    problem: Problem
    row: int = 0
    column: str = ""
    heading: str = ""
    typed: str = ""
    instead: tuple[str, ...] = ()
    other: int | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One fact, as a row states it.

    Args:
        row: Its number, as spreadsheets count.
        center: Slug.
        field: Capability, detail, or ``address.`` and a language.
        value: Of a capability one of its values; otherwise words.
        source_url: Page that bears it out.
        as_of: Day, month or year.
        note: What there is, in the hospital's own words; for capabilities.
    """

    row: int
    center: str
    field: str
    value: str
    source_url: str | None = None
    as_of: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What reading a sheet came to.

    Args:
        format: ``csv`` or ``xlsx``.
        encoding: In which text was read; empty for a workbook.
        delimiter: Between cells; empty for a workbook.
        sheet: Name of the worksheet that was read; empty for text.
        read: How many rows below the headings hold anything.
        empty: How many of them hold nothing, and were skipped.
        rows: Those in which nothing is wrong.
        errors: The first of them, in the order of the file.
        count: How many errors there are.
    """

    format: str
    encoding: str
    delimiter: str
    sheet: str
    read: int
    empty: int
    rows: tuple[SheetRow, ...]
    errors: tuple[CellError, ...]
    count: int

    @property
    def is_clean(self) -> bool:
        """Whether it can be confirmed."""
        return self.count == 0 and bool(self.rows)


def letter(place: int) -> str:
    """Return the letter of a column, the first being 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(typed: str) -> str:
    """Return what was typed, cut, and with what is not seen spelled out."""
    cut = typed[:MOST_SHOWN]
    words = "".join(
        f"\\u{ord(char):04x}"
        if char in TURNING or unicodedata.category(char) in UNSEEN | {"Cf", "Zl", "Zp"}
        else char
        for char in cut
    )
    return words + "…" if len(typed) > MOST_SHOWN else words
