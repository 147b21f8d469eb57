"""Sentences of forms, translated when they are shown."""

from __future__ import annotations

from directory.web.words import _, _p

__all__ = ["_", "_p"]
