"""Erase what was kept long enough."""

from __future__ import annotations

from directory.core.actor import system
from directory.core.work import Work
from directory.inquiries.actions.keeping import expire
from directory.tools import Tools


def expire_drafts(tools: Tools) -> int:
    """Erase drafts of inquiries that are past their time; return how many."""
    with tools.sessions.begin() as session:
        return expire(Work(session, system("expiry"), tools.clock()))
