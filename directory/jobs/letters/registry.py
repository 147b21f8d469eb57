"""All letters, by the kind of promise that asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from directory.jobs.letters import claims, corrections, organizations, rechecks
from directory.jobs.letters.letter import Writer

WRITERS: Mapping[str, Writer] = {
    **corrections.LETTERS,
    **claims.LETTERS,
    **organizations.LETTERS,
    **rechecks.LETTERS,
}
"""Each subject's ``LETTERS``, unpacked."""
