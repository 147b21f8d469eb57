"""The states of an inquiry, how long each is kept, and how it is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from directory.core.errors import DirectoryError
from directory.core.retention import Retention

SOONEST_SENT = timedelta(seconds=4)
"""No person answers every question in less; programs do."""


class State(StrEnum):
    """Where an inquiry is in its life."""

    DRAFT = "draft"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.RECEIVED}),
    State.RECEIVED: frozenset({State.WITHDRAWN, State.ERASED}),
    State.WITHDRAWN: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
}
"""Moves that an inquiry has. A draft that ends is removed, row and all."""


def kept(state: State, retention: Retention) -> timedelta:
    """Return how long an inquiry is kept in a state before it is erased.

    One that was sent is kept for longer by whatever is done for it.

    Raises:
        KeyError: Of what is erased, of which nothing is kept.
    """
    return {
        State.DRAFT: retention.drafts,
        State.RECEIVED: retention.closed,
        State.WITHDRAWN: retention.withdrawn,
    }[state]


class StateRefusedError(DirectoryError):
    """The inquiry cannot go from the state it is in to the one asked for."""

    code = "inquiry.state-refused"


class TooSoonError(DirectoryError):
    """Sent faster than a person answers; ``seconds`` says how long to wait."""

    code = "inquiry.too-soon"


def check_move(state: State, to: State) -> None:
    """Refuse a move that an inquiry does not have.

    Raises:
        StateRefusedError: With both states.
    """
    if to not in MOVES[state]:
        raise StateRefusedError(state=state.value, to=to.value)


def check_age(made_at: datetime, now: datetime) -> None:
    """Refuse a draft that was made only a moment ago.

    Raises:
        TooSoonError: With the seconds still to wait, rounded up.
    """
    left = made_at + SOONEST_SENT - now
    if left > timedelta(0):
        raise TooSoonError(seconds=-(-left // timedelta(seconds=1)))


def new_id(now: datetime, chance: bytes) -> str:
    """Return an id that sorts by time and cannot be guessed.

    UUID version 7 (source: RFC 9562, section 5.7). It is made before the row,
    because what is sealed is bound to it.

    Args:
        now: The moment, aware.
        chance: Ten random bytes.
    """
    milliseconds = int(now.timestamp() * 1000)
    random = int.from_bytes(chance[:10])
    number = milliseconds << 80 | random
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(0b11 << 62) | 0b10 << 62
    return str(UUID(int=number))
