"""Who acts: a person, a visitor without an account, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the directory."""

    VISITOR = "visitor"
    EDITOR = "editor"
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something.

    Args:
        name: How the audit log names them, e.g. ``visitor`` or ``system:seed``;
            never a person's own name.
        roles: What they are; permissions follow from these alone.
    """

    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)


VISITOR = Actor("visitor", frozenset({Role.VISITOR}))
"""Anyone who reads or asks without an account."""


def system(part: str) -> Actor:
    """Return the program itself, acting through one of its parts."""
    return Actor(f"system:{part}", frozenset({Role.SYSTEM}))
