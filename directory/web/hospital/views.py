"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.hospital import (
    capacity,
    drafting,
    evidence,
    imports,
    keeping,
    recheck,
    submitting,
)
from directory.web.hospital.blueprint import bp

PAGES = (capacity, drafting, evidence, imports, keeping, recheck, submitting)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
