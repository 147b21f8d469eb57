"""Rows of a workbook, read as a stream after its package was looked at."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from openpyxl import load_workbook

from directory.submissions.rules.sheets.encodings import RefusedSheetError
from directory.submissions.rules.sheets.report import (
    MOST_COLUMNS,
    MOST_ROWS,
    CellError,
    Problem,
)

MAGIC = b"PK\x03\x04"
OLD_MAGIC = b"\xd0\xcf\x11\xe0"
"""Workbooks of before 2007, and those that are locked by a password."""

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_STRINGS_BYTES = 50 * 1024 * 1024
"""The table of strings is held in memory as a whole."""
MOST_PARTS = 1000
HIGHEST_RATIO = 100
"""Unpacked to packed size; sheets of real people stay below 30."""
SMALL_BYTES = 1024 * 1024
"""Below it no ratio is too high: small parts of one word pack well."""
MOST_CELLS = MOST_ROWS * MOST_COLUMNS
"""Cells that are looked at, empty ones too."""

_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell.

    Args:
        words: As text.
        is_formula: Whether a workbook computes it.
        is_error: Whether it shows an error such as ``#REF!``.
    """

    words: str
    is_formula: bool = False
    is_error: bool = False


def check_package(stream: IO[bytes]) -> None:
    """Look at a workbook's package before anything of it is unpacked.

    Raises:
        RefusedSheetError: If it is broken, locked, would grow too large, or brings
            macros or links to other files.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refused(Problem.WORKBOOK_BROKEN) from error
    stream.seek(0)
    names = [part.filename.lower().replace("\\", "/") for part in parts]
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise _refused(Problem.WORKBOOK_LOCKED)
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise _refused(Problem.WORKBOOK_BROKEN)
    _check_sizes(parts)
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise _refused(Problem.MACROS)
    if any(
        name.startswith("xl/externallinks/") or name == "xl/connections.xml"
        for name in names
    ):
        raise _refused(Problem.EXTERNAL_LINKS)


def _check_sizes(parts: Sequence[zipfile.ZipInfo]) -> None:
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise _refused(Problem.WORKBOOK_PACKED)
    for part in parts:
        is_large = part.file_size > SMALL_BYTES
        if is_large and part.file_size > HIGHEST_RATIO * max(1, part.compress_size):
            raise _refused(Problem.WORKBOOK_PACKED)
        is_strings = part.filename.lower().endswith("sharedstrings.xml")
        if is_strings and part.file_size > MOST_STRINGS_BYTES:
            raise _refused(Problem.WORKBOOK_PACKED)


class WorkbookRows:
    """Rows of the first worksheet of a workbook.

    Formulas are seen as formulas; the values that a program left beside them are
    not looked at, since nobody could tell what they were computed from.

    Raises:
        RefusedSheetError: If it cannot be opened safely.
    """

    format = "xlsx"
    encoding = ""
    delimiter = ""

    def __init__(self, stream: IO[bytes]) -> None:
        check_package(stream)
        try:
            self._book = load_workbook(
                stream, read_only=True, data_only=False, keep_links=False
            )
        except Exception as error:
            # As below.
            raise _refused(Problem.WORKBOOK_BROKEN) from error
        sheets = self._book.worksheets
        if not sheets:
            raise _refused(Problem.EMPTY)
        self._sheet: Any = sheets[0]
        self.sheet: str = self._sheet.title

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the number of each row and its cells, without empty ones at the end.

        Raises:
            RefusedSheetError: If the sheet is broken, or too wide.
        """
        # What the file says of its own size may be wrong, or a trap.
        self._sheet.reset_dimensions()
        rows = enumerate(self._sheet.iter_rows(), 1)
        looked_at = 0
        try:
            while (one := _next(rows)) is not None:
                number, row = one
                looked_at += len(row)
                if looked_at > MOST_CELLS:
                    raise _refused(Problem.TOO_MANY_COLUMNS, row=number)
                yield number, _cells(row)
        finally:
            self._book.close()


def _next(
    rows: Iterator[tuple[int, Sequence[Any]]],
) -> tuple[int, Sequence[Any]] | None:
    try:
        return next(rows, None)
    except Exception as error:
        # What parsers raise at a file that somebody made up has no list.
        raise _refused(Problem.WORKBOOK_BROKEN) from error


def _cells(row: Sequence[Any]) -> tuple[Cell, ...]:
    cells = [_cell(one) for one in row]
    while cells and not cells[-1].words:
        cells.pop()
    return tuple(cells)


def _cell(one: Any) -> Cell:
    value = one.value
    if value is None:
        return Cell("")
    kind = getattr(one, "data_type", "s")
    if kind == "f":
        return Cell(str(getattr(value, "text", value)), is_formula=True)
    return Cell(_words(value), is_error=kind == "e")


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _refused(problem: Problem, row: int = 0) -> RefusedSheetError:
    return RefusedSheetError(CellError(problem, row=row))
