"""Which segments of the index are packed again into one, and when.

Segments are never changed, so each change adds one and leaves gaps in others.
Many segments make queries slow; gaps keep words in the files that nobody is
answered from; packing takes work for each document that still stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MOST_SEGMENTS = 8
"""More than so many are merged. A query looks into each of them."""

GROWTH = 2
"""A merge takes the next larger segment too while that has at most so many times
the documents gathered so far. So a document is packed again about as often as
the index doubles, and not with every change."""

MOST_GONE = 0.2
"""Part of a segment that may have gone before it is packed again at once."""

QUIET_S = 3.0
QUIET_S_EACH = 0.05
"""Seconds without a change, and more for each document that stands in a segment,
before it is packed again for the sake of gaps alone: ten times or more what that
takes, so that no pace of changes makes it a burden."""

IN_TURN = 100
"""Documents that are packed while changes wait, well within a second; more are
packed beside."""


class Extent(NamedTuple):
    """How large a segment is.

    Args:
        size: Documents that it was written with.
        standing: How many of them still stand.
    """

    size: int
    standing: int

    @property
    def gone(self) -> int:
        """Return how many no longer stand."""
        return self.size - self.standing


def crowded(extents: Sequence[Extent]) -> tuple[int, ...]:
    """Return which segments to merge because there are too many, by index.

    The smallest are taken, so that few documents are packed again.
    """
    if len(extents) <= MOST_SEGMENTS:
        return ()
    ascending = sorted(range(len(extents)), key=lambda at: (extents[at].standing, at))
    taken = ascending[:2]
    gathered = sum(extents[at].standing for at in taken)
    for at in ascending[2:]:
        if extents[at].standing > GROWTH * gathered:
            break
        taken.append(at)
        gathered += extents[at].standing
    return tuple(sorted(taken))


def gapped(extents: Sequence[Extent], quiet_s: float) -> tuple[int, ...]:
    """Return which segments to pack again without what has gone, by index.

    Args:
        extents: Of all segments.
        quiet_s: Seconds since the last change.
    """
    return tuple(
        at
        for at, one in enumerate(extents)
        if one.gone
        and (
            one.gone > MOST_GONE * one.size
            or quiet_s >= QUIET_S + QUIET_S_EACH * one.standing
        )
    )
