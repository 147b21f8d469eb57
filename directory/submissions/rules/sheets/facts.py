"""From the cells of one row to a fact, or to what is wrong with each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from directory.core.text import Language, legible
from directory.listings.rules.document import CAPABILITIES, Value
from directory.listings.rules.names import folded
from directory.submissions.rules.linter.reading import language_of
from directory.submissions.rules.sheets.report import (
    MOST_CHARACTERS,
    REQUIRED,
    CellError,
    Heading,
    Problem,
    SheetRow,
    letter,
    shown,
)
from directory.submissions.rules.sheets.workbook_rows import Cell
from directory.submissions.rules.typed.checking import MOST_LONG

DETAILS = (
    *(f"address.{language.value}" for language in Language),
    "website",
    "affiliation",
    "group",
    "accreditation",
    "case-volume",
)
"""Details of a center that a sheet may state (see ``seed/README.md``)."""

ADDRESS = "address"
"""Without a language, it is that of its letters."""

FIELDS = (*CAPABILITIES, *DETAILS)
REPEATED = frozenset({"accreditation"})
"""Fields that a center may have several of."""

VALUES: Mapping[str, Value] = {
    "yes": Value.YES,
    "no": Value.NO,
    "not-stated": Value.NOT_STATED,
    "not stated": Value.NOT_STATED,
    "refused": Value.REFUSED,
    "是": Value.YES,
    "否": Value.NO,
    "未说明": Value.NOT_STATED,
    "拒绝说明": Value.REFUSED,
}
SAID = ("yes", "no", "not-stated", "refused", "是", "否", "未说明", "拒绝说明")
"""What an error proposes."""

LONGEST_LINK = 2000
_BLANK = " \u3000\u00a0\n"
_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


@dataclass(frozen=True, slots=True)
class Known:
    """What a sheet may speak of.

    Args:
        centers: Slug by slug and by name, names folded; empty where two share one.
        mine: Slugs that the reader may change; ``None`` for any.
        today: No fact is of a later day.
        needs_source: Whether every statement needs a page, as editors' do.
    """

    centers: Mapping[str, str]
    mine: frozenset[str] | None
    today: date
    needs_source: bool = False


@dataclass(slots=True)
class Columns:
    """Where each heading stands."""

    places: dict[Heading, int] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def heading(self, place: int) -> str:
        """Return what stands at the head of a column."""
        return shown(self.typed[place]) if place < len(self.typed) else ""


class Row:
    """The cells of one row, and what is wrong with them."""

    def __init__(
        self, number: int, cells: tuple[Cell, ...], columns: Columns, known: Known
    ) -> None:
        self.number = number
        self.errors: list[CellError] = []
        self._cells = cells
        self._columns = columns
        self._known = known

    def fact(self) -> SheetRow | None:
        """Return the fact; ``None`` if anything is wrong with it."""
        self._check_cells()
        words = {heading: self._words(heading) for heading in Heading}
        for heading in REQUIRED:
            if not words[heading] and not self._is_wrong(heading):
                self._wrong(heading, Problem.MISSING, self._choices(heading))
        center = self._center(words[Heading.CENTER])
        name = self._field(words[Heading.FIELD])
        value = self._value(name, words[Heading.VALUE])
        source = self._link(Heading.SOURCE_URL, words[Heading.SOURCE_URL])
        as_of = self._as_of(words[Heading.AS_OF])
        self._check_statement(name, value, words)
        if self.errors or not center or not name or value is None:
            return None
        if name == ADDRESS:
            name = f"{ADDRESS}.{language_of(value).value}"
        return SheetRow(
            self.number, center, name, value, source, as_of, words[Heading.NOTE] or None
        )

    def twice(self, other: int) -> CellError:
        """Return the error of a fact that stands in another row already."""
        return self._error(Heading.FIELD, Problem.TWICE, other=other)

    def _words(self, heading: Heading) -> str:
        place = self._columns.places.get(heading)
        if place is None or place >= len(self._cells):
            return ""
        return self._cells[place].words.strip(_BLANK)

    def _check_cells(self) -> None:
        stated = set(self._columns.places.values())
        by_place = {place: heading for heading, place in self._columns.places.items()}
        for place, cell in enumerate(self._cells):
            if not cell.words.strip():
                continue
            if place not in stated:
                if place >= len(self._columns.typed) or not self._columns.typed[place]:
                    self._add(place, cell, Problem.WITHOUT_HEADING)
                continue
            problem = _problem_of(cell)
            if problem is not None:
                self._wrong(by_place[place], problem)

    def _is_wrong(self, heading: Heading) -> bool:
        place = self._columns.places.get(heading)
        return place is not None and any(
            error.column == letter(place) for error in self.errors
        )

    def _center(self, words: str) -> str | None:
        if not words or self._is_wrong(Heading.CENTER):
            return None
        known = self._known
        slug = known.centers.get(words.lower())
        if slug is None:
            slug = known.centers.get(folded(words))
        if slug is None:
            self._wrong(Heading.CENTER, Problem.CENTER_UNKNOWN, self._mine())
        elif not slug:
            self._wrong(Heading.CENTER, Problem.CENTER_AMBIGUOUS)
        elif known.mine is not None and slug not in known.mine:
            self._wrong(Heading.CENTER, Problem.CENTER_NOT_YOURS, self._mine())
        else:
            return slug
        return None

    def _mine(self) -> tuple[str, ...]:
        mine = self._known.mine
        return tuple(sorted(mine)) if mine is not None else ()

    def _field(self, words: str) -> str | None:
        if not words or self._is_wrong(Heading.FIELD):
            return None
        name = unicodedata.normalize("NFKC", words).lower()
        for spelling in (name, name.replace(" ", "_"), name.replace(" ", "-")):
            if spelling in FIELDS or spelling == ADDRESS:
                return spelling
        self._wrong(Heading.FIELD, Problem.FIELD_UNKNOWN, FIELDS)
        return None

    def _value(self, name: str | None, words: str) -> str | None:
        if not name or not words or self._is_wrong(Heading.VALUE):
            return None
        if name in CAPABILITIES:
            value = VALUES.get(unicodedata.normalize("NFKC", words).lower())
            if value is None:
                self._wrong(Heading.VALUE, Problem.VALUE_UNKNOWN, SAID)
            return None if value is None else value.value
        return self._link(Heading.VALUE, words) if name == "website" else words

    def _link(self, heading: Heading, words: str) -> str | None:
        if not words or self._is_wrong(heading):
            return None
        if is_link(words):
            return words
        self._wrong(heading, Problem.NOT_A_LINK)
        return None

    def _as_of(self, words: str) -> str | None:
        if not words or self._is_wrong(Heading.AS_OF):
            return None
        said = day_said(words)
        if said is None:
            self._wrong(Heading.AS_OF, Problem.NOT_A_DAY)
        elif said > self._known.today.isoformat()[: len(said)]:
            self._wrong(Heading.AS_OF, Problem.IN_THE_FUTURE)
        return said

    def _check_statement(
        self, name: str | None, value: str | None, words: Mapping[Heading, str]
    ) -> None:
        for heading in (Heading.VALUE, Heading.NOTE):
            if len(words[heading]) > MOST_LONG and not self._is_wrong(heading):
                self._wrong(heading, Problem.TOO_LONG_TO_SHOW)
        is_detail = name is not None and name not in CAPABILITIES
        if is_detail and words[Heading.NOTE] and not self._is_wrong(Heading.NOTE):
            self._wrong(Heading.NOTE, Problem.NO_ROOM_FOR_NOTE)
        if value == Value.NOT_STATED.value:
            for heading in (Heading.SOURCE_URL, Heading.AS_OF, Heading.NOTE):
                if words[heading] and not self._is_wrong(heading):
                    self._wrong(heading, Problem.NOTHING_STATED)
        elif value and self._known.needs_source and not words[Heading.SOURCE_URL]:
            self._wrong(Heading.SOURCE_URL, Problem.NEEDS_SOURCE)

    def _choices(self, heading: Heading) -> tuple[str, ...]:
        if heading is Heading.FIELD:
            return FIELDS
        return self._mine() if heading is Heading.CENTER else ()

    def _wrong(
        self, heading: Heading, problem: Problem, instead: tuple[str, ...] = ()
    ) -> None:
        self.errors.append(self._error(heading, problem, instead))

    def _error(
        self,
        heading: Heading,
        problem: Problem,
        instead: tuple[str, ...] = (),
        other: int | None = None,
    ) -> CellError:
        place = self._columns.places.get(heading)
        if place is None:
            return CellError(
                problem, self.number, "", heading.value, "", instead, other
            )
        typed = self._cells[place].words if place < len(self._cells) else ""
        return CellError(
            problem,
            self.number,
            letter(place),
            self._columns.heading(place),
            shown(typed),
            instead,
            other,
        )

    def _add(self, place: int, cell: Cell, problem: Problem) -> None:
        self.errors.append(
            CellError(
                problem,
                self.number,
                letter(place),
                self._columns.heading(place),
                shown(cell.words),
            )
        )


def _problem_of(cell: Cell) -> Problem | None:
    """Return what is wrong with a cell whatever it is about."""
    if cell.is_formula:
        return Problem.FORMULA
    if cell.is_error:
        return Problem.CELL_ERROR
    if len(cell.words) > MOST_CHARACTERS:
        return Problem.TOO_LONG
    words = unicodedata.normalize("NFKC", cell.words.lstrip(_BLANK)[:1])
    if words.startswith(_LIKE_FORMULA):
        return Problem.LIKE_FORMULA
    if cell.words.isascii() and cell.words.isprintable():
        return None
    try:
        legible(cell.words.replace("\r\n", "\n"))
    except ValueError:
        return Problem.UNSEEN
    return None


def is_link(words: str) -> bool:
    """Tell whether words are an address of a page on the web."""
    if len(words) > LONGEST_LINK or any(char.isspace() for char in words):
        return False
    try:
        parts = urlsplit(words)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in {"http", "https"}
        and "." in host.strip(".")
        and parts.username is None
    )


def day_said(words: str) -> str | None:
    """Return a day, month or year as ``2026``, ``2026-03`` or ``2026-03-05``.

    Also read are ``2026/3/5``, ``2026.3.5`` and ``2026年3月5日``; ``None`` for
    anything that the calendar does not have.
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", words).replace(" ", ""))
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        whole = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    length = 10 if day else 7 if month else 4
    return whole.isoformat()[:length]


def errors_of(row: Row) -> Iterator[CellError]:
    """Yield the errors of a row from left to right."""
    yield from sorted(row.errors, key=lambda error: (len(error.column), error.column))
