"""Queries that found nothing: what may be kept of them, and where they wait.

They tell moderators which words are missing. Only the words are kept, never who
typed them, nor when beyond the day; and not what looks like an address, a
telephone number or a letter.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from directory.search.rules.normalize import clean

KEPT_DAYS = 90
"""Days after which a query that found nothing is forgotten."""

MOST_CHARACTERS = 120
MOST_WORDS = 12
"""Longer texts are letters rather than queries, and may tell about a person."""

MOST_DIGITS = 6
"""More digits than this may be a telephone, a passport or a record's number."""

CODE_SYMBOLS = 16
CODE_GROUP = 4
CODE_GROUPS = 5
"""Letters with digits among them, so many together or in so many groups of this
size, may be the code of a receipt: who has that may read an inquiry."""

MOST_WAITING = 1000
"""Different queries that wait to be written down, so that memory is bounded."""


def worth_keeping(text: str) -> str | None:
    """Return what is kept of a query that found nothing, if anything is.

    Args:
        text: As typed.

    Returns:
        Lower case, cleaned, with single spaces; ``None`` where it is empty, is
        too long, or may hold an address, a number or a receipt of a person.
    """
    words = clean(text).casefold().split()
    kept = " ".join(words)
    if not kept or len(kept) > MOST_CHARACTERS or len(words) > MOST_WORDS:
        return None
    # Wide letters, and numbers in circles, say the same as plain ones.
    plain = unicodedata.normalize("NFKC", kept)
    if "@" in plain or "://" in plain or "www." in plain:
        return None
    if sum(char.isnumeric() for char in plain) > MOST_DIGITS or _may_be_code(plain):
        return None
    return kept


def _may_be_code(text: str) -> bool:
    groups = re.findall(r"[^\W_]+", text)
    if any(len(one) >= CODE_SYMBOLS and _has_digit(one) for one in groups):
        return True
    runs = (
        list(run)
        for is_group, run in groupby(groups, key=lambda one: len(one) == CODE_GROUP)
        if is_group
    )
    return any(len(run) >= CODE_GROUPS and _has_digit("".join(run)) for run in runs)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


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
