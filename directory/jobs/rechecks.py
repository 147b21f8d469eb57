"""Asking the keepers of listings to look at what is due."""

from __future__ import annotations

from directory.core.actor import system
from directory.core.work import Work
from directory.submissions.actions.rechecks import ask_for_rechecks
from directory.tools import Tools


def ask_keepers(tools: Tools) -> int:
    """Promise the mails of today; return how many. Asking again asks nobody twice."""
    with tools.sessions.begin() as session:
        return ask_for_rechecks(Work(session, system("recheck"), tools.clock()))
