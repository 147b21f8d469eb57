"""Reading a sheet of facts, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from directory.submissions.rules.sheets.encodings import RefusedSheetError
from directory.submissions.rules.sheets.facts import (
    REPEATED,
    Columns,
    Known,
    Row,
    errors_of,
)
from directory.submissions.rules.sheets.report import (
    CHINESE,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ERRORS,
    MOST_PLACES,
    MOST_ROWS,
    REQUIRED,
    CellError,
    Heading,
    Problem,
    SheetReport,
    SheetRow,
    letter,
    shown,
)
from directory.submissions.rules.sheets.text_rows import TextRows
from directory.submissions.rules.sheets.workbook_rows import (
    MAGIC,
    OLD_MAGIC,
    Cell,
    WorkbookRows,
)

Numbered = tuple[int, tuple[Cell, ...]]

_HEADINGS = {heading.value: heading for heading in Heading} | {
    words: heading for heading, words in CHINESE.items()
}


def read_sheet(stream: IO[bytes], known: Known) -> SheetReport:
    """Read a sheet row by row, and say of every cell what is wrong with it.

    Held in memory are the facts that can be imported and the errors that are
    shown; facts are no more than centers have fields, whatever the file holds.

    Args:
        stream: CSV or XLSX, told apart by content; it can be read again from the
            beginning, and stays open.
        known: What it may speak of.
    """
    reading = _Reading(known)
    try:
        rows = _rows(stream)
    except RefusedSheetError as refused:
        reading.tell(refused.error)
        return reading.report(None)
    try:
        reading.read(iter(rows))
    except RefusedSheetError as refused:
        reading.tell(refused.error)
    return reading.report(rows)


def _rows(stream: IO[bytes]) -> TextRows | WorkbookRows:
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(len(MAGIC))
    stream.seek(0)
    if not size:
        raise RefusedSheetError(CellError(Problem.EMPTY))
    if size > MOST_BYTES:
        raise RefusedSheetError(CellError(Problem.TOO_LARGE))
    if head == OLD_MAGIC:
        raise RefusedSheetError(CellError(Problem.OLD_WORKBOOK))
    return WorkbookRows(stream) if head == MAGIC else TextRows(stream)


class _Reading:
    """What has been read so far."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._columns = Columns()
        self._facts: list[SheetRow] = []
        self._seen: dict[tuple[str, ...], int] = {}
        self._errors: list[CellError] = []
        self._count = 0
        self._read = 0
        self._empty = 0

    def tell(self, error: CellError) -> None:
        """Count an error, and keep it if it is among the first."""
        self._count += 1
        if len(self._errors) < MOST_ERRORS:
            self._errors.append(error)

    def report(self, rows: TextRows | WorkbookRows | None) -> SheetReport:
        """Return what was read."""
        return SheetReport(
            format=rows.format if rows else "",
            encoding=rows.encoding if rows else "",
            delimiter=rows.delimiter if rows else "",
            sheet=shown(rows.sheet) if rows else "",
            read=self._read,
            empty=self._empty,
            rows=tuple(self._facts),
            errors=tuple(self._errors),
            count=self._count,
        )

    def read(self, rows: Iterator[Numbered]) -> None:
        """Read headings, then facts."""
        head = next((one for one in islice(rows, MOST_ROWS) if _holds(one[1])), None)
        if head is None:
            self.tell(CellError(Problem.EMPTY))
            return
        if not self._read_headings(*head):
            return
        for number, cells in rows:
            if not _holds(cells):
                self._empty += 1
                if self._empty + self._read > MOST_PLACES:
                    self.tell(CellError(Problem.TOO_MANY_ROWS, row=number))
                    return
                continue
            if self._read == MOST_ROWS:
                self.tell(CellError(Problem.TOO_MANY_ROWS, row=number))
                return
            self._read += 1
            _check_width(number, cells)
            self._read_row(number, cells)
        if not self._read:
            self.tell(CellError(Problem.EMPTY))

    def _read_headings(self, number: int, cells: tuple[Cell, ...]) -> bool:
        """Tell whether the headings that every row needs are there."""
        _check_width(number, cells)
        self._columns.typed = [cell.words.strip() for cell in cells]
        for place, typed in enumerate(self._columns.typed):
            heading = _HEADINGS.get(typed.lower().replace(" ", "_"))
            error = CellError(
                Problem.HEADING_UNKNOWN,
                number,
                letter(place),
                shown(typed),
                shown(typed),
                tuple(one.value for one in Heading),
            )
            if heading is None and typed:
                self.tell(error)
            elif heading in self._columns.places:
                twice = CellError(
                    Problem.HEADING_TWICE, number, letter(place), shown(typed)
                )
                self.tell(twice)
            elif heading is not None:
                self._columns.places[heading] = place
        missing = [one for one in REQUIRED if one not in self._columns.places]
        for heading in missing:
            instead = (heading.value, CHINESE[heading])
            self.tell(
                CellError(
                    Problem.HEADING_MISSING,
                    number,
                    heading=heading.value,
                    instead=instead,
                )
            )
        return not missing

    def _read_row(self, number: int, cells: tuple[Cell, ...]) -> None:
        row = Row(number, cells, self._columns, self._known)
        fact = row.fact()
        for error in errors_of(row):
            self.tell(error)
        if fact is None:
            return
        other = self._other(fact)
        if other is None:
            self._facts.append(fact)
        else:
            self.tell(row.twice(other))

    def _other(self, fact: SheetRow) -> int | None:
        """Return the row that states the same field already, or note this one."""
        value = (fact.value,) if fact.field in REPEATED else ()
        key = (fact.center, fact.field, *value)
        other = self._seen.setdefault(key, fact.row)
        return None if other == fact.row else other


def _holds(cells: Iterable[Cell]) -> bool:
    return any(cell.words.strip() for cell in cells)


def _check_width(number: int, cells: tuple[Cell, ...]) -> None:
    if _holds(cells[MOST_COLUMNS:]):
        raise RefusedSheetError(CellError(Problem.TOO_MANY_COLUMNS, row=number))
