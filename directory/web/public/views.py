"""All public pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.public import (
    approvals,
    centers,
    compare,
    corrections,
    cost,
    facilitators,
    facts,
    feed,
    glossary,
    guides,
    history,
    home,
    machines,
    maps,
    privacy,
    provenance,
    search,
    suggesting,
    therapies,
    therapy_comparison,
)
from directory.web.public.blueprint import bp

__all__ = [
    "approvals",
    "bp",
    "centers",
    "compare",
    "corrections",
    "cost",
    "facilitators",
    "facts",
    "feed",
    "glossary",
    "guides",
    "history",
    "home",
    "machines",
    "maps",
    "privacy",
    "provenance",
    "search",
    "suggesting",
    "therapies",
    "therapy_comparison",
]
