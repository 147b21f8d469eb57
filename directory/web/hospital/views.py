"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.hospital import capacity, evidence, imports, recheck
from directory.web.hospital.blueprint import bp

PAGES = (capacity, evidence, imports, recheck)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
