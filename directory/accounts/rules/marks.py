"""What a link in a letter says of the account as it stood when it was written."""

from __future__ import annotations

import hmac
from hashlib import sha256

MARK_LENGTH = 32
"""Hexadecimal digits: 128 bits."""


def subject_of(public_id: str, *state: str) -> str:
    """Return what a link is about: an account, and the state it was in.

    Args:
        public_id: Of the person.
        state: Whatever the link shall not outlive.
    """
    return f"{public_id}.{_mark(public_id, state)}"


def account_of(subject: str) -> str:
    """Return the public id of the account that a link is about."""
    return subject.partition(".")[0]


def is_current(subject: str, public_id: str, *state: str) -> bool:
    """Tell whether the account is still in the state that a link was made for."""
    return hmac.compare_digest(subject, subject_of(public_id, *state))


def _mark(public_id: str, state: tuple[str, ...]) -> str:
    words = "\0".join((public_id, *state))
    return sha256(words.encode()).hexdigest()[:MARK_LENGTH]
