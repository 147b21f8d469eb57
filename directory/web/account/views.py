"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.account.blueprint import bp

__all__ = ["bp"]
