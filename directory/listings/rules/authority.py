"""On whose word a version was published: how that is written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Authority(StrEnum):
    """Who stands behind a version."""

    EDITORS = "editors"
    """The directory itself."""
    SUBMISSION = "submission"
    """The listing's own office; a moderator of the directory agreed."""
    RECHECK = "recheck"
    """The listing's own office, which said that it is still so."""
    CORRECTION = "correction"
    """Somebody who read the page; a moderator of the directory agreed."""


@dataclass(frozen=True, slots=True)
class Word:
    """On whose word something was published.

    Args:
        of: Who stands behind it.
        reference: Which submission, re-check or correction; empty for editors.
    """

    of: Authority
    reference: str = ""


def word(authority: str) -> Word:
    """Return what is written in a version, e.g. ``submission:17``.

    What names none of the others is the editors' own, as ``seed`` is.
    """
    name, _, reference = authority.partition(":")
    if name in set(Authority) and reference:
        return Word(Authority(name), reference)
    return Word(Authority.EDITORS)
