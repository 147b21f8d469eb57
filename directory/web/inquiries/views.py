"""All pages of inquiries, brought together for the application."""

from __future__ import annotations

from directory.web.inquiries import asking, sending, tracking
from directory.web.inquiries.blueprint import bp

PAGES = (asking, sending, tracking)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
