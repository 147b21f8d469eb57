"""What is looked at before a case goes to a center: the checklist, and tasks."""

from __future__ import annotations

from enum import StrEnum

from directory.core.errors import DirectoryError

OWN = "own"
"""Kind of a task that somebody wrote."""

NO_REPLY = "no-reply"
"""Kind of the task to decide whether a case is closed because nobody answers."""

TASKS = frozenset({OWN, NO_REPLY})
"""Kinds of tasks; every other kind is a line of the checklist."""

RECORD = "record:"
"""Before the section of the guide that a line about records is of."""

WORDS_LONGEST = 500
"""Characters of a task of one's own."""

NOTE_LONGEST = 4000
"""Characters of a note; as long as a message."""

TASKS_AT_MOST = 50
"""Open tasks of one case; whoever has more has written a plan, not tasks."""


class Line(StrEnum):
    """What is made clear once for every case, in this order; records come after."""

    ASKER = "asker"
    CONSENT = "consent"
    DIAGNOSIS = "diagnosis"
    LINES = "lines"
    URGENCY = "urgency"
    TRAVEL = "travel"
    LANGUAGE = "language"


class NoteRefusedError(DirectoryError):
    """A note or a task cannot stand; ``field`` and ``wrong`` say why.

    ``wrong`` is ``missing``, ``long``, ``key``, ``unknown``, ``past`` or ``many``.
    """

    code = "note.refused"


def checked(field: str, words: str, longest: int) -> str:
    """Return what was written without blanks around it.

    Raises:
        NoteRefusedError: If nothing was written, or too much.
    """
    found = words.replace("\r\n", "\n").strip()
    if not found:
        raise NoteRefusedError(field=field, wrong="missing")
    if len(found) > longest:
        raise NoteRefusedError(field=field, wrong="long")
    return found


def check_key(name: str) -> None:
    """Refuse what is no id that a form brought along.

    Raises:
        NoteRefusedError: If it is not 32 hexadecimal digits.
    """
    if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
        raise NoteRefusedError(field="key", wrong="key")


def is_line(kind: str, records: frozenset[str]) -> bool:
    """Tell whether a kind is a line of the checklist.

    Args:
        kind: As a form sent it.
        records: Sections of the guide of records.
    """
    return kind in set(Line) or (
        kind.startswith(RECORD) and kind.removeprefix(RECORD) in records
    )
