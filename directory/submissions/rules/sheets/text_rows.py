"""Rows of a text with separators: comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from directory.submissions.rules.sheets.encodings import RefusedSheetError, encoding_of
from directory.submissions.rules.sheets.report import CellError, Problem
from directory.submissions.rules.sheets.workbook_rows import Cell

DELIMITERS = (",", ";", "\t")
_SAID = re.compile(r"sep=([,;\t])\r?\n?")
"""A first line by which spreadsheets name the delimiter."""
LONGEST_LINE = 64 * 1024


class TextRows:
    """Rows of a CSV file, one after the other.

    Raises:
        RefusedSheetError: If it cannot be decoded.
    """

    format = "csv"
    sheet = ""

    def __init__(self, stream: IO[bytes]) -> None:
        self.encoding = encoding_of(stream)
        self._text = io.TextIOWrapper(stream, self.encoding, newline="")
        first = self._text.readline(LONGEST_LINE)
        said = _SAID.fullmatch(first)
        self._skipped = 1 if said else 0
        self.delimiter = said[1] if said else _delimiter(first)
        if not said:
            self._text.seek(0)

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the number of each row and its cells.

        Raises:
            RefusedSheetError: If a quotation mark is never closed.
        """
        reader = csv.reader(self._text, delimiter=self.delimiter, strict=True)
        number = self._skipped
        try:
            for cells in reader:
                number += 1
                yield number, tuple(Cell(words) for words in cells)
        except csv.Error as error:
            place = CellError(Problem.QUOTE_OPEN, row=number + 1)
            raise RefusedSheetError(place) from error
        finally:
            # The stream is the caller's to close.
            self._text.detach()


def _delimiter(line: str) -> str:
    """Return what stands most often in a line of headings."""
    return max(DELIMITERS, key=line.count)
