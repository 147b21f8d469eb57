"""The register of consents, as administrators and managers of cases see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from directory.cases.queries.consents import ConsentRow
from directory.exports.csv import Cell
from directory.inquiries.rules.consents import Purpose
from directory.web.words import _

PURPOSES: Mapping[Purpose, str] = {
    Purpose.HEALTH: _("Storing and reading what is said about health"),
    Purpose.TRANSFER: _("Sending it across borders to mainland China"),
    Purpose.SHARE: _("Showing it to one center or facilitator"),
}
"""What consents are for, as staff read it."""

PER_PAGE = 50
"""Rows of a page."""

HEADER = (
    *("case", "purpose", "recipient", "wording version", "language"),
    *("wording sha256", "given", "taken back"),
)
"""Columns of the register as a file."""


def cells(rows: Sequence[ConsentRow]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the register as a file."""
    for row in rows:
        yield (
            row.reference,
            row.purpose.value,
            row.recipient,
            row.version,
            row.locale,
            row.digest,
            row.given_at,
            row.taken_back_at,
        )
