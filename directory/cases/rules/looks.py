"""Looking into a case that is not one's own: for which reasons, and how long."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from directory.core.errors import DirectoryError

LASTS = timedelta(minutes=60)
"""After this the case is closed again to who looked into it."""

SHORTEST = 20
"""Characters of a reason in words."""

LONGEST = 1000


class LookCode(StrEnum):
    """Why somebody looks into a case that is not theirs."""

    COMPLAINT = "complaint"
    """Somebody complained about how the case is treated."""
    SAFETY = "safety"
    """Somebody may come to harm."""
    SECURITY = "security"
    """Data may have come into wrong hands, or been changed."""
    LAW = "law"
    """A court or an authority demands it."""
    FAULT = "fault"
    """The program does something wrong with this case."""


class ReasonTooShortError(DirectoryError):
    """The reason has less than ``least`` characters, or more than ``most``."""

    code = "look.reason-too-short"


def check_reason(words: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        ReasonTooShortError: If it says too little to be judged, or too much.
    """
    found = " ".join(words.split())
    if not SHORTEST <= len(found) <= LONGEST:
        raise ReasonTooShortError(least=SHORTEST, most=LONGEST)
    return found
