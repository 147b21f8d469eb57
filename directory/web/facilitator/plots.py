"""Where the marks of a plot stand; ``parts/plots.html`` draws them.

Every axis begins at zero and has the same scale for all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from directory.cases.rules.reports import Spread, axis

WIDTH, LEFT, RIGHT = 360, 64, 20
"""Of the drawing, in its own units; it is as wide as the page lets it be."""

ROW, FOOT = 24, 34
"""Height of a row, and of the axis below."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a label, and marks by their places.

    Args:
        label: Short, the same as in the table beside the plot.
        y: Of its middle.
        low: Place of the lower quartile, or where a bar begins.
        high: Of the upper quartile, or where a bar ends.
        median: Of the median; ``None`` for a bar.
        is_empty: Whether there is nothing to show.
    """

    label: str
    y: float
    low: float = LEFT
    high: float = LEFT
    median: float | None = None
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its axis.

    Args:
        rows: From top to bottom.
        ticks: Places on the axis, with what stands there.
        height: Of the drawing.
    """

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, float], ...]
    height: int

    @property
    def foot(self) -> int:
        """Where the axis stands."""
        return self.height - FOOT

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return WIDTH

    @property
    def left(self) -> int:
        """Where zero stands."""
        return LEFT


def spreads(found: Sequence[tuple[str, Spread | None]]) -> Plot | None:
    """Return a plot of medians and quartiles; nothing if no row has values."""
    known = [spread for _label, spread in found if spread is not None]
    if not known:
        return None
    marks = axis(max(spread.high for spread in known))
    rows = []
    for number, (label, spread) in enumerate(found):
        y = ROW * (number + 0.5)
        if spread is None:
            rows.append(Row(label, y, is_empty=True))
        else:
            low, high = _x(spread.low, marks), _x(spread.high, marks)
            rows.append(Row(label, y, low, high, _x(spread.median, marks)))
    return _plot(rows, marks)


def bars(found: Sequence[tuple[str, int | None]]) -> Plot | None:
    """Return a plot of counts; nothing if all are zero."""
    most = max((count or 0 for _label, count in found), default=0)
    if not most:
        return None
    marks = axis(most, 1)
    rows = [
        Row(label, ROW * (number + 0.5), high=_x(count or 0, marks), is_empty=not count)
        for number, (label, count) in enumerate(found)
    ]
    return _plot(rows, marks)


def _x(value: float, marks: Sequence[float]) -> float:
    return round(LEFT + value / marks[-1] * (WIDTH - LEFT - RIGHT), 1)


def _plot(rows: list[Row], marks: Sequence[float]) -> Plot:
    ticks = tuple((_x(mark, marks), mark) for mark in marks)
    return Plot(tuple(rows), ticks, ROW * len(rows) + FOOT)
