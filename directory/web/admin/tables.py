"""What lists of administrators have in common: pages, order, and taking them along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from directory.audit.actions import note_export
from directory.exports import csv
from directory.web import context

PER_PAGE = 50
"""Rows of a page."""

FURTHEST = 1000
"""Pages that can be reached; who looks for something narrows the list instead."""

MOST_EXPORTED = 100_000
"""Rows of a table that leaves; the page says if there are more."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a reader is in a list, and how to go on.

    Args:
        total: Rows in all.
        page: From 1.
        sort: Column, with a minus before it if turned round.
    """

    total: int
    page: int
    sort: str

    @property
    def last(self) -> int:
        """Return the last page that can be reached."""
        return max(1, min(-(-self.total // PER_PAGE), FURTHEST))

    @property
    def pages(self) -> list[tuple[int | None, str | None]]:
        """Return numbers and addresses of pages; none while there is one only."""
        if self.last == 1:
            return []
        near = {1, self.last, *range(self.page - 2, self.page + 3)}
        shown = sorted(each for each in near if 1 <= each <= self.last)
        found: list[tuple[int | None, str | None]] = []
        for index, number in enumerate(shown):
            if index and number - shown[index - 1] > 1:
                found.append((None, None))
            found.append((number, here(page=number)))
        return found

    def order(self, column: str) -> str:
        """Return how a column is sorted, as ``aria-sort`` says it."""
        if self.sort.removeprefix("-") != column:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"

    def by(self, column: str) -> str:
        """Return the address of the list by a column; turned round if it is so now."""
        turned = self.sort == column
        return here(sort=f"-{column}" if turned else column, page=None)


def here(**changes: Any) -> str:
    """Return the address of this list with other parameters."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value
    }
    given = {**(request.view_args or {}), **kept, **changes}
    return url_for(request.endpoint or "", **given)


def address(endpoint: str, names: Sequence[str]) -> str:
    """Return the address of another page with some of this list's parameters."""
    given: dict[str, Any] = given_words(names)
    return url_for(endpoint, **given)


def given_words(names: Sequence[str]) -> dict[str, Any]:
    """Return those of these parameters that were given."""
    return {name: words for name in names if (words := words_asked(name))}


def page_asked() -> int:
    """Return the page that the address names; the first if it names none."""
    words = request.args.get("page", "")
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 6 else 1
    return min(max(number, 1), FURTHEST)


def sort_asked(known: Sequence[str]) -> str:
    """Return the order that the address names; the first known one if none."""
    words = request.args.get("sort", "")
    return words if words.removeprefix("-") in known else known[0]


def words_asked(name: str, longest: int = 200) -> str:
    """Return a parameter without spaces around it and control characters."""
    given = request.args.get(name, "")[:longest]
    return "".join(char for char in given if char.isprintable()).strip()


def take_along(
    name: str, header: Sequence[str], rows: Iterable[Sequence[csv.Cell]]
) -> Response:
    """Answer with a table as CSV, after writing down that it left."""
    all_rows = list(rows)
    note_export(context.work(), name, len(all_rows))
    body = "".join(csv.table(header, all_rows))
    response = Response(body, content_type=f"{csv.MEDIA_TYPE}; charset=utf-8")
    day = context.today().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response
