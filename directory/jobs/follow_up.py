"""Reminding of what is due after treatment."""

from __future__ import annotations

from directory.cases.actions.following_up import due_for_reminder, remind
from directory.core.actor import system
from directory.core.work import Work
from directory.tools import Tools

MOST = 200
"""Cases of one round."""


def remind_of_follow_up(tools: Tools) -> int:
    """Remind in every case in which it is time, each in a transaction of its own.

    Several workers may do so at once, and one that is killed loses nothing: a line
    is marked in the same transaction that promises to tell of it.

    Returns:
        How many lines people were reminded of.
    """
    with tools.sessions.begin() as session:
        work = Work(session, system("follow-up"), tools.clock())
        cases = due_for_reminder(work, MOST)
    count = 0
    for case in cases:
        with tools.sessions.begin() as session:
            count += remind(Work(session, system("follow-up"), tools.clock()), case)
    return count
