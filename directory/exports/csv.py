"""Tables as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import chain

MEDIA_TYPE = "text/csv"

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets on Windows read UTF-8 as something else."""

FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet compute instead of show, also in full width
(source: OWASP, CSV Injection)."""

Cell = str | int | date | datetime | bool | None


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Return a table line by line: every cell quoted, lines end as RFC 4180 says.

    Args:
        header: Names of the columns.
        rows: Cells; moments are written in UTC, days as ISO 8601, nothing as
            nothing.
    """
    lead = BYTE_ORDER_MARK
    for row in chain([header], rows):
        line = StringIO()
        csv.writer(line, quoting=csv.QUOTE_ALL).writerow([cell(each) for each in row])
        yield lead + line.getvalue()
        lead = ""


def cell(value: Cell) -> str:
    """Return what stands in a cell.

    Words that a spreadsheet would compute get an apostrophe before them, so that
    it shows them as they are. Numbers of ours are not words, and stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    # What comes before it is skipped by some programs.
    return f"'{value}" if value.lstrip(" \ufeff").startswith(FORMULA) else value
