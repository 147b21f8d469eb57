"""How an entry is sealed to the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

GENESIS = "0" * 64
"""What the first entry is sealed to."""


class Recorded(NamedTuple):
    """An entry, as the log of the program tells it.

    Args:
        seq: Its place.
        event: What happened.
        subject: To what.
        actor: Who did it.
    """

    seq: int
    event: str
    subject: str
    actor: str


RECORDED = "recorded"
"""Where a session keeps what it recorded, until that is committed and told."""

VERIFIED = "audit.verified"
"""Event that says what a walk along the chain found."""


def seal(
    previous: str,
    *,
    seq: int,
    at: datetime,
    actor: str,
    event: str,
    subject: str,
    facts: Mapping[str, object],
) -> str:
    """Return the SHA-256 seal, in hexadecimal, of one entry.

    Args:
        previous: Seal of the entry before, or :data:`GENESIS`.
        seq: Place in the chain, from 1, without gaps.
        at: Moment of the event.
        actor: Who did it.
        event: What happened, ``noun.past-verb``.
        subject: What it happened to, ``kind:key``.
        facts: Anything else; JSON values only, never words about a person.
    """
    content = json.dumps(
        [
            previous,
            seq,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            actor,
            event,
            subject,
            facts,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(content.encode()).hexdigest()
