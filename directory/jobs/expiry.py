"""Erase what was kept long enough, also from where databases keep old pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from directory.cases.actions import erasing
from directory.core.actor import system
from directory.core.work import Work
from directory.inquiries.actions import keeping
from directory.submissions.actions import corrections
from directory.tools import Tools

if TYPE_CHECKING:
    from sqlalchemy import Engine


def expire_drafts(tools: Tools) -> int:
    """Erase inquiries that are past their time, drafts or sent; return how many.

    Files that never arrived whole are forgotten with them, and addresses of readers
    who sent a correction, each in their time.
    Afterwards nothing that was erased, by time or on request, is left in the
    write-ahead log of SQLite.
    """
    total = _all(tools, keeping.expire_drafts, keeping.BATCH)
    total += _all(tools, erasing.expire, erasing.BATCH)
    _all(tools, keeping.expire_uploads, keeping.BATCH)
    _all(tools, corrections.erase_addresses, corrections.BATCH)
    fold_log(tools.engine)
    return total


def _all(tools: Tools, erase: Callable[[Work], int], batch: int) -> int:
    """Erase in batches, each a transaction, until one is not full."""
    total, erased = 0, batch
    while erased == batch:
        with tools.sessions.begin() as session:
            erased = erase(Work(session, system("expiry"), tools.clock()))
        total += erased
    return total


def fold_log(engine: Engine) -> bool:
    """Empty the write-ahead log of SQLite: it holds pages as they were before.

    Returns:
        Whether it is empty now; somebody who was reading may have held it, and
        then the next round does it. True where the database is another.
    """
    if engine.dialect.name != "sqlite":
        return True
    # Not through SQLAlchemy's own connection, which would open a transaction.
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # Writers wait while this one waits for readers, so it gives up soon.
        cursor.execute("PRAGMA busy_timeout=500")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        held = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()
    finally:
        connection.close()
    return held is not None and held[0] == 0
