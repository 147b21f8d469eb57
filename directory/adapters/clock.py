"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the moment, aware and in UTC."""
    return datetime.now(UTC)
