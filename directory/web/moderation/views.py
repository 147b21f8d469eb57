"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.moderation import (
    claims,
    corrections,
    evidence,
    facts,
    held,
    imports,
    overdue,
    queue,
    review,
    samples,
    terms,
)
from directory.web.moderation.blueprint import bp

PAGES = (
    claims,
    corrections,
    evidence,
    facts,
    held,
    imports,
    overdue,
    queue,
    review,
    samples,
    terms,
)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
