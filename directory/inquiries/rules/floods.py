"""What is asked for when far more is sent than people send."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

COUNTED = timedelta(hours=1)
"""Time over which everything that was sent is counted."""

BITS = 18
"""Of a proof of work: about 260,000 digests, a second or two on a phone."""

PATIENCE = timedelta(seconds=60)
"""How long somebody waits whose browser runs no program."""

PROOF_LASTS = timedelta(hours=2)
"""How long a task can be handed in."""

NONCE_LONGEST = 20
"""Digits of the number that solves a task."""


class Tide(StrEnum):
    """How much is being sent by everybody together."""

    USUAL = "usual"
    HIGH = "high"
    """Whoever sends shows that it cost them something."""
    FLOOD = "flood"
    """Nothing that is sent reaches anybody before somebody has looked at it."""


class Shown(StrEnum):
    """What somebody showed who sends while much is sent."""

    WORK = "work"
    PATIENCE = "patience"


def tide(sent: int, *, before_proof: int, before_holding: int) -> Tide:
    """Return how much is being sent.

    Args:
        sent: Inquiries of everybody within :data:`COUNTED`.
        before_proof: So many are usual.
        before_holding: So many can be answered by people.
    """
    if sent < before_proof:
        return Tide.USUAL
    return Tide.HIGH if sent < before_holding else Tide.FLOOD


def is_held(how_much: Tide, shown: Shown | None) -> bool:
    """Tell whether an inquiry waits until somebody has looked at it."""
    return how_much is Tide.FLOOD or (how_much is Tide.HIGH and shown is not Shown.WORK)


def solves(task: str, nonce: str, bits: int = BITS) -> bool:
    """Tell whether a number solves a task: its digest begins with so many zeros.

    Args:
        task: As it was given.
        nonce: Decimal digits.
        bits: How hard it is.
    """
    if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= NONCE_LONGEST):
        return False
    digest = sha256(f"{task}:{nonce}".encode()).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - bits) == 0
