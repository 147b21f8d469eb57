"""All letters, by the kind of promise that asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from directory.jobs.letters import (
    accounts,
    cases,
    claims,
    corrections,
    inquiries,
    organizations,
    rechecks,
    reviews,
    submissions,
)
from directory.jobs.letters.letter import Writer

WRITERS: Mapping[str, Writer] = {
    **corrections.LETTERS,
    **inquiries.LETTERS,
    **accounts.LETTERS,
    **cases.LETTERS,
    **claims.LETTERS,
    **organizations.LETTERS,
    **rechecks.LETTERS,
    **reviews.LETTERS,
    **submissions.LETTERS,
}
"""Each subject's ``LETTERS``, unpacked."""
