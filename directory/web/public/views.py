"""All public pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.public import (
    centers,
    compare,
    corrections,
    facilitators,
    facts,
    feed,
    guides,
    history,
    home,
    machines,
    privacy,
    provenance,
    search,
    suggesting,
    therapies,
)
from directory.web.public.blueprint import bp

__all__ = [
    "bp",
    "centers",
    "compare",
    "corrections",
    "facilitators",
    "facts",
    "feed",
    "guides",
    "history",
    "home",
    "machines",
    "privacy",
    "provenance",
    "search",
    "suggesting",
    "therapies",
]
