"""All pages of inquiries, brought together for the application."""

from __future__ import annotations

from directory.web.inquiries import (
    asking,
    carrying,
    closing,
    deciding,
    documents,
    email,
    ending,
    exporting,
    later,
    opening,
    receipt,
    sending,
    talking,
    tracking,
)
from directory.web.inquiries.blueprint import bp
from directory.web.inquiries.uploads import bp as uploads

PAGES = (
    *(asking, carrying, later, documents, sending, receipt, email),
    *(opening, tracking, talking, deciding, ending, closing, exporting),
)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp", "uploads"]
