"""What the API says of sheets that were read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from directory.knowledge.rules.sources import Shape
from directory.submissions.queries.imports import ImportView

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = (
    *(CSV, XLSX, "text/tab-separated-values", "text/plain"),
    "application/octet-stream",
)
"""Media types of a sheet; which of them it is, its content says."""


class SheetError(Shape):
    """One thing that is wrong with a sheet."""

    problem: Annotated[str, Field(description="What is wrong; never changes.")]
    row: Annotated[
        int | None,
        Field(description="As spreadsheets count, headings being 1. Null: the file."),
    ]
    column: Annotated[str | None, Field(description="Letter of the column.")]
    heading: str | None
    typed: Annotated[
        str | None, Field(description="What stands there, cut and made visible.")
    ]
    detail: Annotated[str, Field(description="What is wrong, in a sentence.")]
    remedy: Annotated[str, Field(description="What to do, in a sentence.")]
    allowed: Annotated[
        tuple[str, ...], Field(description="What could stand there, if it is a list.")
    ]
    other_row: Annotated[
        int | None, Field(description="The row that states the same already.")
    ]


class SheetCenter(Shape):
    """A center that a sheet speaks of."""

    slug: str
    version: Annotated[int, Field(description="That the sheet was compared with.")]
    changes: int
    waits: Annotated[
        bool, Field(description="Whether another submission of it must end first.")
    ]
    submission: Annotated[
        str | None, Field(description="That it became, once confirmed.")
    ]


class SheetChange(Shape):
    """A field that a sheet would change, as documents have it."""

    center: str
    field: str
    before: Any = None
    after: Any = None


class Import(Shape):
    """A sheet that was read. Nothing is changed until it is confirmed."""

    id: Annotated[str, Field(description="By which it is confirmed.")]
    state: Annotated[str, Field(description="checked or confirmed.")]
    can_be_confirmed: bool
    until: Annotated[
        datetime, Field(description="Last moment at which it can be confirmed.")
    ]
    format: Annotated[str | None, Field(description="csv or xlsx.")]
    encoding: Annotated[str | None, Field(description="In which text was read.")]
    rows: Annotated[int, Field(description="That hold anything, below the headings.")]
    errors_total: int
    errors: Annotated[
        tuple[SheetError, ...], Field(description="The first of them, by row.")
    ]
    centers: tuple[SheetCenter, ...]
    changes_total: int
    changes: Annotated[tuple[SheetChange, ...], Field(description="The first of them.")]


def imported(view: ImportView, errors: Iterable[SheetError], now: datetime) -> Import:
    """Return a sheet that was read as the API gives it.

    Args:
        view: The sheet.
        errors: Its errors with their sentences.
        now: The moment against which it is judged.
    """
    return Import(
        id=view.public_id,
        state=view.state.value,
        can_be_confirmed=view.is_confirmable(now),
        until=view.until,
        format=view.format or None,
        encoding=view.encoding or None,
        rows=view.read,
        errors_total=view.count,
        errors=tuple(errors),
        centers=tuple(
            SheetCenter(
                slug=one.slug,
                version=one.number,
                changes=one.changes,
                waits=one.is_open,
                submission=view.submissions.get(one.slug),
            )
            for one in view.centers
        ),
        changes_total=view.changes,
        changes=tuple(
            SheetChange(
                center=one.slug, field=one.field, before=one.before, after=one.after
            )
            for one in view.sample
        ),
    )
