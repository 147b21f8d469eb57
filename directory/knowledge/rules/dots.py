"""Where the shares of one trial are drawn, on one line from 0 to 100 percent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.knowledge.rules.trial import Figure, FigureKey

WIDTH, SIDE, ROW, FOOT = 320, 8, 46, 26
"""Of the drawing: its width, free space beside it, a row, and the axis below."""

VALUE = 60
"""Width that is kept for the share in numbers, at the end of each row."""

LINE = 30
"""Where the line of a row runs, below the row's words."""

TICKS = (0, 25, 50, 75, 100)
"""Percent that are marked on the axis."""


@dataclass(frozen=True, slots=True)
class Row:
    """One share.

    Args:
        key: What it is a share of.
        percent: As the report gives it.
        y: Where the row begins.
        x: Where the dot is.
        low: Where its interval begins; ``None`` if it has none.
        high: Where its interval ends.
    """

    key: FigureKey
    percent: float
    y: int
    x: float
    low: float | None = None
    high: float | None = None

    @property
    def line(self) -> int:
        """Return where its line runs."""
        return self.y + LINE


@dataclass(frozen=True, slots=True)
class Dots:
    """The shares of one report of one trial.

    Args:
        rows: Those that are stated, in the order of the table.
        ticks: Places on the axis, with the percent that stand there.
        begins: Where words begin, at the side on which reading begins.
        ends: Where they end.
        height: Of the drawing.
    """

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, int], ...]
    begins: int
    ends: int
    height: int

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return WIDTH

    @property
    def foot(self) -> int:
        """Return where the axis stands."""
        return self.height - FOOT


def dots(figures: Iterable[Figure], *, mirrored: bool = False) -> Dots | None:
    """Return where shares are drawn; nothing if none is stated.

    Args:
        figures: Of one report of one trial, never of several.
        mirrored: Whether zero stands at the right, as in an Arabic page.
    """

    def x(percent: float) -> float:
        along = SIDE + percent / 100 * (WIDTH - SIDE - VALUE)
        return round(WIDTH - along if mirrored else along, 1)

    rows: list[Row] = []
    for figure in figures:
        if figure.percent is None:
            continue
        low, high = figure.interval or (None, None)
        rows.append(
            Row(
                key=figure.key,
                percent=figure.percent,
                y=ROW * len(rows),
                x=x(figure.percent),
                low=None if low is None else x(low),
                high=None if high is None else x(high),
            )
        )
    if not rows:
        return None
    return Dots(
        rows=tuple(rows),
        ticks=tuple((x(tick), tick) for tick in TICKS),
        begins=WIDTH if mirrored else 0,
        ends=0 if mirrored else WIDTH,
        height=ROW * len(rows) + FOOT,
    )
