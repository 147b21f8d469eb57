"""Which encoding a text is in, found by reading all of it once."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import IO

from directory.submissions.rules.sheets.report import CellError, Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-8", "gb18030")
"""Tried in this order; nearly everything can be read as the second."""
CHUNK_BYTES = 64 * 1024


class RefusedSheetError(Exception):
    """The file as a whole cannot be read.

    Args:
        error: What to tell.
    """

    def __init__(self, error: CellError) -> None:
        super().__init__(error.problem.value)
        self.error = error


@dataclass(frozen=True, slots=True)
class _Failure:
    encoding: str
    line: int


def encoding_of(stream: IO[bytes]) -> str:
    """Return the encoding of a text, and leave it at its beginning.

    UTF-8 with or without a mark, UTF-16 with one, GB18030.

    Raises:
        RefusedSheetError: If it is in none, with the line up to which the best of
            them came; or if it holds zeros, which no text does.
    """
    stream.seek(0)
    head = stream.read(4)
    marked = [name for mark, name in _MARKS if head.startswith(mark)]
    failures: list[_Failure] = []
    for encoding in marked or _UNMARKED:
        failure = _failure(stream, encoding)
        if failure is None:
            stream.seek(0)
            return encoding
        failures.append(failure)
    furthest = max(failures, key=lambda one: one.line)
    raise RefusedSheetError(
        CellError(Problem.UNDECODABLE, row=furthest.line, typed=furthest.encoding)
    )


def _failure(stream: IO[bytes], encoding: str) -> _Failure | None:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        chunk = stream.read(CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            # What came before in this chunk is sound; only its lines count.
            before = good.decode(_plain(encoding, error.object), errors="ignore")
            return _Failure(encoding, line + before.count("\n"))
        if "\0" in text:
            raise RefusedSheetError(CellError(Problem.NOT_TEXT, row=line))
        line += text.count("\n")
        if not chunk:
            return None


def _plain(encoding: str, head: bytes) -> str:
    if encoding != "utf-16":
        return encoding
    return "utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
