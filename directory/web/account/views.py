"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.account import (
    claims,
    factors,
    invitations,
    keeping,
    members,
    news,
    offices,
    registering,
    signing,
    tokens,
    webhooks,
)
from directory.web.account.blueprint import bp

PAGES = (
    claims,
    factors,
    invitations,
    keeping,
    members,
    news,
    offices,
    registering,
    signing,
    tokens,
    webhooks,
)
"""Modules that put their pages on the blueprint when they are imported."""

__all__ = ["PAGES", "bp"]
