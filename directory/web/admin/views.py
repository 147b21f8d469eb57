"""All of these pages, gathered on one blueprint."""

from __future__ import annotations

from directory.web.admin.blueprint import bp

__all__ = ["bp"]
