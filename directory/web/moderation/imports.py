"""Sheets of facts, for moderators: any center, each fact with its page."""

from __future__ import annotations

from directory.web import importing
from directory.web.moderation.blueprint import bp

importing.offer(bp, "moderation")
