"""A thread that does its rounds until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from directory.core.logs import log

logger = log("jobs")


class Rounds:
    """Calls a function again and again, in a thread of its own.

    A round that fails is logged, and tried again after a pause that doubles up
    to a limit, so that a full disk or a missing database does not fill the log.

    Args:
        name: Of the thread, and in the log.
        round_: What to do.
        every: Seconds between rounds.
        longest: Longest pause after failures, in seconds.
    """

    def __init__(
        self,
        name: str,
        round_: Callable[[], object],
        *,
        every: float,
        longest: float = 60.0,
    ) -> None:
        """Prepare the thread; :meth:`start` starts it."""
        self._round = round_
        self._every = every
        self._longest = longest
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the rounds."""
        self._thread.start()

    def stop(self, *, within: float = 5.0) -> None:
        """End the rounds; wait for the one under way, but not forever."""
        self._stopping.set()
        self._thread.join(within)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._round()
                failures = 0
            except Exception as error:  # noqa: BLE001 (a thread's last resort)
                failures += 1
                logger.error(
                    "round.failed",
                    where=self._thread.name,
                    error=type(error).__name__,
                    attempt=failures,
                )
            pause = min(self._every * 2**failures, self._longest)
            self._stopping.wait(pause if failures else self._every)
