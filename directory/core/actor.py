"""Who acts: a person, a visitor without an account, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the directory."""

    VISITOR = "visitor"
    PERSON = "person"
    HOSPITAL_EDITOR = "hospital-editor"
    HOSPITAL_MANAGER = "hospital-manager"
    HOSPITAL_COORDINATOR = "hospital-coordinator"
    FACILITATOR = "facilitator"
    FACILITATOR_MANAGER = "facilitator-manager"
    MODERATOR = "moderator"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something.

    Args:
        name: How the audit log names them, e.g. ``visitor``, ``system:seed`` or
            ``person:`` and a public id; never a person's own name.
        roles: What they are, in the organization for which they act now;
            permissions follow from these alone.
        person: Their account, if they have signed in.
        organization: The organization for which they act now.
        organizations: All that they belong to, also those for which they do not
            act now: nobody reviews what their own hospital proposes.
        scopes: Permissions that an API token is limited to; ``None`` for people
            at a browser.
    """

    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    person: int | None = None
    organization: int | None = None
    organizations: frozenset[int] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account behind it."""
        return self.person is not None


VISITOR = Actor("visitor", frozenset({Role.VISITOR}))
"""Anyone who reads or asks without an account."""


def system(part: str) -> Actor:
    """Return the program itself, acting through one of its parts."""
    return Actor(f"system:{part}", frozenset({Role.SYSTEM}))
