"""Keeping this node's index up to date with the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import sessionmaker

from directory.core.db import Session
from directory.core.logs import log
from directory.jobs.background import Rounds
from directory.search.ports import (
    Content,
    Index,
    IndexStatus,
    IndexUnusableError,
    Merge,
    Searcher,
)
from directory.search.queries import Description, changed, content, description
from directory.search.rules.merges import IN_TURN, MOST_SEGMENTS

logger = log("index")

LOOK_EVERY_S = 0.25
"""Seconds between looks at the feed of changes."""

CHECK_EVERY_S = 5.0
"""Seconds between checks of what stands on disk."""

FREE_REPAIRS = 3
OFTEN_WITHIN_S = 120.0
"""After so many rebuilds of an unusable index, each within this time of the one
before, there are pauses between them."""

LONGEST_PAUSE_S = 60.0
"""Longest pause after the disk refused to take a state."""


class IndexKeeper:
    """Follows the feed of changes; one process at a time on a node writes.

    Args:
        folder: Where this node keeps its index.
        sessions: Makes sessions that only read.
        clock: Returns the moment, aware and in UTC.
        searcher: Of this process; its index is the one that is kept.
    """

    def __init__(
        self,
        folder: Path,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        searcher: Searcher,
    ) -> None:
        """Prepare the thread; :meth:`start` starts it."""
        self.folder = folder
        self._sessions = sessions
        self._clock = clock
        self._searcher = searcher
        self._rounds = Rounds("index-keeper", self.round, every=LOOK_EVERY_S)
        self._seen: IndexStatus | None = None
        self._described: Description | None = None
        self._checked_at = 0.0
        self._changed_at = 0.0
        self._repairs = 0
        self._repaired_at = 0.0
        self._repair_after = 0.0
        self._failures = 0
        self._wait_until = 0.0
        self._merge: Merge | None = None
        self._merger: threading.Thread | None = None
        self._merge_after = 0.0

    def start(self) -> None:
        """Start following."""
        self._rounds.start()

    def stop(self) -> None:
        """End following; a state that is being written is not waited for long."""
        self._rounds.stop()

    def round(self) -> bool:
        """Do what is due, if no other process does; tell whether that changed it.

        A disk that refuses is logged once and tried again after longer and
        longer pauses; the state that stands serves on.
        """
        if time.monotonic() < self._wait_until:
            return False
        try:
            with self._searcher.index.writing() as is_writer:
                has_changed = is_writer and self._write()
        except OSError as error:
            self._failures += 1
            pause = min(LOOK_EVERY_S * 2**self._failures, LONGEST_PAUSE_S)
            self._wait_until = time.monotonic() + pause
            if self._failures == 1:
                logger.error("index.not-written", error=error.strerror or "OSError")
            return False
        if self._failures:
            logger.info("index.written-again", attempt=self._failures)
            self._failures = 0
        if has_changed:
            self._searcher.refresh()
        return has_changed

    def _write(self) -> bool:
        now = self._clock()
        try:
            return self._follow(self._searcher.index, now)
        except IndexUnusableError as error:
            self._seen = None
            return self._repair(str(error.facts["reason"]), now)

    def _follow(self, index: Index, now: datetime) -> bool:
        stands = self._standing(index)
        if stands.day != now.date():
            # What was in time yesterday may be overdue today.
            self._update(index, now)
            return True
        with self._sessions() as session:
            described = self._described or description(session)
            difference = changed(session, stands.position, described, today=now.date())
        if difference is None:
            self._update(index, now)
            return True
        self._described = replace(described, place=difference.position)
        if difference.position == stands.position:
            return self._tidy(index, stands)
        name = index.apply(difference, now)
        index.sweep()
        self._seen = None
        self._changed_at = time.monotonic()
        logger.info(
            "index.applied",
            generation=name,
            position=difference.position,
            count=len(difference.gone),
        )
        self._tidy(index, stands)
        return True

    def _repair(self, reason: str, now: datetime) -> bool:
        """Rebuild what cannot be used; more and more slowly if that does not help.

        Two versions of the program on one node would otherwise take turns at
        replacing each other's format without a pause.
        """
        moment = time.monotonic()
        if moment < self._repair_after:
            return False
        is_again = moment < self._repaired_at + OFTEN_WITHIN_S
        self._repairs = self._repairs + 1 if is_again else 1
        if self._repairs > FREE_REPAIRS:
            pause = min(2.0 ** (self._repairs - FREE_REPAIRS), LONGEST_PAUSE_S)
            self._repair_after = moment + pause
        self._repaired_at = moment
        logger.warning("index.rebuilding", reason=reason, attempt=self._repairs)
        self._rebuild(now)
        return True

    def _tidy(self, index: Index, stands: IndexStatus) -> bool:
        """Pack segments again where there are too many, or where some are gone.

        The words of a withdrawn listing stand in the files until then, though
        nobody is answered from them. Changes wait for a small merge only; a large
        one is packed beside, and put in place by a later round.
        """
        if self._merger and self._merger.is_alive():
            return False
        if self._merge is not None:
            merge, self._merge = self._merge, None
            return self._put(index, merge)
        moment = time.monotonic()
        if moment < self._merge_after or not (
            stands.removed or stands.segments >= MOST_SEGMENTS
        ):
            return False
        due = index.due(moment - self._changed_at)
        if due is None:
            return False
        if due.documents <= IN_TURN:
            due.pack()
            return self._put(index, due)
        self._merger = threading.Thread(
            target=self._pack, args=(index, due), name="index-merger", daemon=True
        )
        self._merger.start()
        return False

    def _pack(self, index: Index, due: Merge) -> None:
        """Pack in a thread of its own what a later round puts in place."""
        try:
            with index.merging() as is_merger:
                if not is_merger:
                    self._merge_after = time.monotonic() + LONGEST_PAUSE_S
                    return
                due.pack()
            self._merge = due
        except Exception as error:  # noqa: BLE001 (a thread's last resort)
            self._merge_after = time.monotonic() + LONGEST_PAUSE_S
            logger.error("index.not-merged", error=type(error).__name__)

    def _put(self, index: Index, merge: Merge) -> bool:
        name = index.put(merge)
        if name is None:
            return False
        index.sweep()
        self._seen = None
        logger.info(
            "index.merged",
            generation=name,
            documents=merge.documents,
            count=merge.removed,
        )
        return True

    def _standing(self, index: Index) -> IndexStatus:
        """Return what stands; read anew now and then, or if it may have changed."""
        due = time.monotonic() >= self._checked_at + CHECK_EVERY_S
        if due or self._seen is None or not index.stands(self._seen.generation):
            self._seen = index.check() if due else index.state()
            self._checked_at = time.monotonic() if due else self._checked_at
            index.sweep()
        return self._seen

    def _update(self, index: Index, now: datetime) -> None:
        """Compare everything with the database, and write what differs."""
        with self._sessions() as session:
            all_of_it = content(session, today=now.date())
        name = index.update(all_of_it, now)
        self._written(index, "index.updated", name, all_of_it)

    def _rebuild(self, now: datetime) -> None:
        index = self._searcher.index
        with self._sessions() as session:
            all_of_it = content(session, today=now.date())
        name = index.rebuild(all_of_it, now)
        self._written(index, "index.rebuilt", name, all_of_it)

    def _written(self, index: Index, event: str, name: str, found: Content) -> None:
        index.sweep()
        self._seen = None
        self._described = None
        logger.info(
            event,
            generation=name,
            documents=len(found.documents),
            position=found.position,
        )
