"""How far a share of a few people may be from the truth."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959964
"""Quantile of the normal distribution for an interval of 95%."""


def wilson(percent: float, people: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of a share, in percent.

    Args:
        percent: The share that was seen, 0 to 100.
        people: Of how many, at least 1.

    Source: Wilson, E. B. (1927), Journal of the American Statistical
    Association 22, 209-212.
    """
    share = percent / 100
    square = Z_95**2
    middle = (share + square / (2 * people)) / (1 + square / people)
    spread = (
        Z_95
        / (1 + square / people)
        * sqrt(share * (1 - share) / people + square / (4 * people**2))
    )
    low, high = max(0.0, middle - spread), min(1.0, middle + spread)
    return 100 * low, 100 * high
