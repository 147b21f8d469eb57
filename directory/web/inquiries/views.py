"""All pages of inquiries, brought together for the application."""

from __future__ import annotations

from directory.web.inquiries import (
    asking,
    deciding,
    documents,
    ending,
    opening,
    sending,
    talking,
    tracking,
)
from directory.web.inquiries.blueprint import bp
from directory.web.inquiries.uploads import bp as uploads

PAGES = (asking, documents, sending, opening, tracking, talking, deciding, ending)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp", "uploads"]
