"""Keeping and forgetting queries that found nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from directory.core.permissions import Permission
from directory.core.work import Work
from directory.search.model import UnansweredQuery
from directory.search.rules.unanswered import KEPT_DAYS

MOST_A_DAY = 5000
"""Different queries kept of one day, so that nobody fills the database."""


def keep_unanswered(work: Work, typed: Mapping[str, int]) -> int:
    """Add queries that found nothing to those of the day; return how many are new.

    Once a day has :data:`MOST_A_DAY`, only those it has are counted on.

    Args:
        work: The transaction.
        typed: How often each text was typed.
    """
    work.require(Permission.KEEP_UNANSWERED)
    day = work.now.date()
    table = UnansweredQuery
    known = set(work.session.scalars(select(table.text).where(table.day == day)))
    room = max(0, MOST_A_DAY - len(known))
    fresh = [text for text in sorted(typed) if text not in known][:room]
    # Another node may add the same text at the same moment.
    insert: Any = (
        postgresql.insert
        if work.session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    for text in (*fresh, *sorted(typed.keys() & known)):
        added = insert(table).values(day=day, text=text, times=typed[text])
        work.session.execute(
            added.on_conflict_do_update(
                index_elements=[table.day, table.text],
                set_={"times": table.times + added.excluded.times},
            )
        )
    return len(fresh)


def forget_unanswered(work: Work) -> int:
    """Forget what found nothing more than :data:`KEPT_DAYS` days ago.

    Returns:
        How many lines were forgotten.
    """
    work.require(Permission.KEEP_UNANSWERED)
    oldest = work.now.date() - timedelta(days=KEPT_DAYS)
    table = UnansweredQuery
    count = work.session.scalar(
        select(func.count()).select_from(table).where(table.day < oldest)
    )
    work.session.execute(delete(table).where(table.day < oldest))
    return count or 0
