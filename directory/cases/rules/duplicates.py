"""When two inquiries may be about the same patient, and why that is thought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.core.errors import DirectoryError

NEAR = timedelta(days=30)
"""Between two inquiries of which the second may repeat the first."""

LOOKED_THROUGH = 200
"""Cases that are opened to compare one; the nearest in time."""

SHOWN = 5
"""Of those that are alike, the nearest in time; more say nothing."""

PARTED_WITHIN = timedelta(days=14)
"""In which two inquiries that were joined can be parted again."""


class Same(StrEnum):
    """What two inquiries have in common."""

    EMAIL = "email"
    DIAGNOSIS = "diagnosis"
    COUNTRY = "country"
    AGE = "age"
    LANGUAGE = "language"
    NEAR = "near"


class CannotMergeError(DirectoryError):
    """Two cases cannot be joined, or parted; ``reason`` says why.

    ``same``, ``closed``, ``into-closed``, ``not-merged`` or ``late``.
    """

    code = "case.cannot-merge"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is compared of an inquiry.

    Args:
        facts: Answers by what they are about; what names nothing is left out.
        opened_at: When it came.
    """

    facts: Mapping[Same, str]
    opened_at: datetime


def alike(one: Likeness, other: Likeness) -> tuple[Same, ...]:
    """Return what two inquiries have in common, if that is enough to look at them.

    The illness, country and age group are the same, they came within
    :data:`NEAR` of each other, or all four answers are the same whenever they came.
    """
    same = [
        about
        for about in (Same.DIAGNOSIS, Same.COUNTRY, Same.AGE, Same.LANGUAGE)
        if about in one.facts and one.facts[about] == other.facts.get(about)
    ]
    if not {Same.DIAGNOSIS, Same.COUNTRY, Same.AGE} <= set(same):
        return ()
    if abs(one.opened_at - other.opened_at) <= NEAR:
        return (*same, Same.NEAR)
    return tuple(same) if Same.LANGUAGE in same else ()


def check_merge(*, is_same: bool, is_closed: bool, into_closed: bool) -> None:
    """Refuse to join a case with itself, a closed one, or with a closed one.

    Raises:
        CannotMergeError: With the reason.
    """
    for reason, holds in (
        ("same", is_same),
        ("closed", is_closed),
        ("into-closed", into_closed),
    ):
        if holds:
            raise CannotMergeError(reason=reason)


def can_be_parted(closed_at: datetime | None, now: datetime) -> bool:
    """Tell whether a case that was joined with another may still be parted."""
    return closed_at is not None and now - closed_at <= PARTED_WITHIN
