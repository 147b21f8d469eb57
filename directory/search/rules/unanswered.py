"""Queries that found nothing: what may be kept of them, and where they wait.

They tell moderators which words are missing. Only the words are kept, never who
typed them, nor when beyond the day; and not what looks like an address, a
telephone number or a letter.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

from directory.search.rules.normalize import clean

KEPT_DAYS = 90
"""Days after which a query that found nothing is forgotten."""

MOST_CHARACTERS = 120
MOST_WORDS = 12
"""Longer texts are letters rather than queries, and may tell about a person."""

MOST_DIGITS = 6
"""More digits than this may be a telephone, a passport or a record's number."""

MOST_WAITING = 1000
"""Different queries that wait to be written down, so that memory is bounded."""


def worth_keeping(text: str) -> str | None:
    """Return what is kept of a query that found nothing, if anything is.

    Args:
        text: As typed.

    Returns:
        Lower case, cleaned, with single spaces; ``None`` where it is empty, is
        too long, or may hold an address or a number of a person.
    """
    words = clean(text).casefold().split()
    kept = " ".join(words)
    if not kept or len(kept) > MOST_CHARACTERS or len(words) > MOST_WORDS:
        return None
    if "@" in kept or "://" in kept or "www." in kept:
        return None
    if sum(char.isdigit() for char in kept) > MOST_DIGITS:
        return None
    return kept


class Unanswered:
    """Queries that found nothing, until a job writes them down; for all threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def note(self, text: str) -> None:
        """Remember a query that found nothing, if it is worth keeping."""
        kept = worth_keeping(text)
        if kept is None:
            return
        with self._lock:
            if kept in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[kept] += 1

    def take(self) -> Mapping[str, int]:
        """Return how often each was typed since the last time, and begin anew."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        return taken

    def put_back(self, taken: Mapping[str, int]) -> None:
        """Remember again what could not be written down."""
        with self._lock:
            for text, times in taken.items():
                if text in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[text] += times
