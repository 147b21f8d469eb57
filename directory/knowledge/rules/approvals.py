"""When products were licensed, as exactly as sources say it, and where it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.knowledge.rules.therapy import CHINA, Approval, Precision
from directory.knowledge.rules.views import TherapyPage

WIDTH, SIDE, ROW, FOOT = 360, 12, 46, 30
"""Of the drawing: its width, free space beside it, a row, and the axis below."""

LINE = 32
"""Where the line of a row runs, below the row's name."""

NARROWEST = 8.0
"""How wide a mark is at least that stands for a month."""


@dataclass(frozen=True, slots=True)
class Licensed:
    """That a product was licensed for something.

    Args:
        therapy: The product.
        approval: As its document gives it.
        first: Earliest day on which it may have been; ``None`` if not stated.
        last: Latest such day.
    """

    therapy: TherapyPage
    approval: Approval
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark on a row, from where to where; the same for a day."""

    start: float
    end: float
    precision: Precision

    @property
    def middle(self) -> float:
        """Return where its middle is."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Row:
    """A product's licenses on one line.

    Args:
        therapy: The product.
        y: Where the row begins.
        dots: By day.
    """

    therapy: TherapyPage
    y: int
    dots: tuple[Dot, ...]

    @property
    def line(self) -> int:
        """Return where its line runs."""
        return self.y + LINE


@dataclass(frozen=True, slots=True)
class Timeline:
    """Licenses by product and day.

    Args:
        rows: The product that was licensed first is on top.
        years: Where each year begins.
        height: Of the drawing.
    """

    rows: tuple[Row, ...]
    years: tuple[tuple[float, int], ...]
    height: int

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return WIDTH

    @property
    def foot(self) -> int:
        """Return where the axis stands."""
        return self.height - FOOT


def span(known: str) -> tuple[date, date]:
    """Return the first and the last day that a day, month or year may mean.

    Args:
        known: In the form of ISO 8601, e.g. ``2023-06``.

    Raises:
        ValueError: If there is no such day.
    """
    parts = [int(part) for part in known.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        only = date(year, parts[1], parts[2])
        return only, only
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def licensed(
    pages: Iterable[TherapyPage], *, regulator: str = CHINA
) -> tuple[tuple[Licensed, ...], tuple[Licensed, ...]]:
    """Return the licenses with a date, oldest first, and those without one.

    Args:
        pages: Products in the order of the registry.
        regulator: Whose licenses.
    """
    dated: list[Licensed] = []
    bare: list[Licensed] = []
    for page in pages:
        for approval in page.approvals:
            if approval.regulator != regulator:
                continue
            if approval.date is None:
                bare.append(Licensed(page, approval, None, None))
            else:
                dated.append(Licensed(page, approval, *span(approval.date)))
    dated.sort(key=lambda one: (one.first or date.max, one.last or date.max))
    return tuple(dated), tuple(bare)


def timeline(dated: Sequence[Licensed], *, mirrored: bool = False) -> Timeline | None:
    """Return where licenses are drawn; nothing if there are none.

    Args:
        dated: With a date, oldest first.
        mirrored: Whether time runs from right to left, as in an Arabic page.
    """
    days = [(one, one.first, one.last) for one in dated if one.first and one.last]
    if not days:
        return None
    begin = date(days[0][1].year, 1, 1)
    end = date(max(last for _one, _first, last in days).year + 1, 1, 1)
    length = (end - begin).days

    def x(day: date) -> float:
        along = (day - begin).days / length
        if mirrored:
            along = 1 - along
        return round(SIDE + along * (WIDTH - 2 * SIDE), 1)

    def dot(one: Licensed, first: date, last: date) -> Dot:
        start, stop = sorted((x(first), x(last)))
        if first != last:
            lacking = max(0.0, NARROWEST - (stop - start)) / 2
            start, stop = round(start - lacking, 1), round(stop + lacking, 1)
        return Dot(start, stop, one.approval.precision or Precision.DAY)

    by_product: dict[str, tuple[TherapyPage, list[Dot]]] = {}
    for one, first, last in days:
        _page, dots = by_product.setdefault(one.therapy.slug, (one.therapy, []))
        dots.append(dot(one, first, last))
    rows = tuple(
        Row(page, ROW * number, tuple(dots))
        for number, (page, dots) in enumerate(by_product.values())
    )
    years = tuple(
        (x(date(year, 1, 1)), year) for year in range(begin.year, end.year + 1)
    )
    return Timeline(rows, years, ROW * len(rows) + FOOT)
