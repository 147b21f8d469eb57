"""All public pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.public import (
    centers,
    facilitators,
    feed,
    guides,
    home,
    machines,
    search,
    therapies,
)
from directory.web.public.blueprint import bp

__all__ = [
    "bp",
    "centers",
    "facilitators",
    "feed",
    "guides",
    "home",
    "machines",
    "search",
    "therapies",
]
