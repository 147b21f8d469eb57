"""Writing down queries that found nothing, away from the requests."""

from __future__ import annotations

from directory.core.actor import system
from directory.core.work import Work
from directory.search.actions import forget_unanswered, keep_unanswered
from directory.tools import Tools

WRITE_EVERY_S = 5.0
"""Seconds between rounds: what was typed since is lost if the process is killed."""


def write_unanswered(tools: Tools) -> int:
    """Write down what this process has noted; return how many texts."""
    taken = tools.unanswered.take()
    if not taken:
        return 0
    try:
        with tools.sessions.begin() as session:
            keep_unanswered(Work(session, system("search"), tools.clock()), taken)
    except BaseException:
        tools.unanswered.put_back(taken)
        raise
    return len(taken)


def forget_old(tools: Tools) -> int:
    """Forget what was kept long enough; return how many lines."""
    with tools.sessions.begin() as session:
        return forget_unanswered(Work(session, system("expiry"), tools.clock()))
