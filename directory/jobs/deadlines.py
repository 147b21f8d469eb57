"""Keeping the deadlines of cases, and opening cases that are missing."""

from __future__ import annotations

from directory.cases.actions.deadlines import (
    due_cases,
    keep_deadlines,
    missing_cases,
    open_missing,
)
from directory.core.actor import system
from directory.core.work import Work
from directory.tools import Tools

MOST = 200
"""Cases that one round opens for inquiries that have none."""

EVERY_S = 120.0
"""Seconds between rounds."""


def keep_case_deadlines(tools: Tools) -> int:
    """Do what is due in every case, each in a transaction of its own.

    Several workers may do so at once: a case that another holds is passed over, and
    what was done is counted in the same transaction that promises to tell of it.

    Returns:
        How many reminders, escalations, offers and the like there were.
    """
    with tools.reading() as session:
        cases = due_cases(Work(session, system("deadlines"), tools.clock()))
    done = 0
    for case in cases:
        with tools.sessions.begin() as session:
            work = Work(session, system("deadlines"), tools.clock())
            done += keep_deadlines(work, tools.keys, case)
    return done


def open_missing_cases(tools: Tools) -> int:
    """Open cases of inquiries that have none; return how many. Without keys none."""
    if tools.keys is None:
        return 0
    with tools.reading() as session:
        work = Work(session, system("deadlines"), tools.clock())
        inquiries = missing_cases(work, MOST)
    done = 0
    for inquiry in inquiries:
        with tools.sessions.begin() as session:
            work = Work(session, system("deadlines"), tools.clock())
            done += open_missing(work, tools.keys, inquiry)
    return done


def round_of_deadlines(tools: Tools) -> int:
    """Open what is missing, then keep deadlines; return how many things were done."""
    return open_missing_cases(tools) + keep_case_deadlines(tools)
