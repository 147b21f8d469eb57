"""All pages for hospitals that cases were referred to, brought together."""

from __future__ import annotations

from directory.web.referrals import (
    answering,
    case,
    documents,
    estimates,
    follow_up,
    letters,
    listing,
    over,
    times,
)
from directory.web.referrals.blueprint import bp

PAGES = (
    answering,
    case,
    documents,
    estimates,
    follow_up,
    letters,
    listing,
    over,
    times,
)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
