"""Invented sheets of facts, as text and as workbooks."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from directory.submissions.rules.sheets.facts import Known
from directory.submissions.rules.sheets.reading import read_sheet
from directory.submissions.rules.sheets.report import SheetReport

HEADINGS = ("center", "field", "value", "source_url", "as_of", "note")
CHINESE = ("中心", "字段", "值", "来源网址", "截至日期", "备注")
PAGE = "https://hospital.example.org/icu"
KNOWN = Known(
    centers={
        "willow-hospital": "willow-hospital",
        "willow hospital": "willow-hospital",
        "柳树医院": "willow-hospital",
        "oak-hospital": "oak-hospital",
        "people s hospital": "",
    },
    mine=frozenset({"willow-hospital"}),
    today=date(2026, 11, 22),
)
GOOD = ("willow-hospital", "icu", "yes", PAGE, "2026-03", "12 beds")


def text(
    rows: Iterable[Sequence[str]],
    headings: Sequence[str] = HEADINGS,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def workbook(
    rows: Iterable[Sequence[Any]], headings: Sequence[str] = HEADINGS
) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (headings, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    data: bytes, *, add: dict[str, bytes] | None = None, replace: Any = None
) -> bytes:
    """Return a workbook with further parts, or with others in their place."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            body = old.read(part)
            new.writestr(
                part.filename, replace(part.filename, body) if replace else body
            )
        for name, body in (add or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def reading(data: bytes, known: Known = KNOWN) -> SheetReport:
    return read_sheet(io.BytesIO(data), known)
