"""Which roles an organization gives, and which ones need a second factor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from directory.core.actor import Role


class OrganizationKind(StrEnum):
    """What an organization is to the directory."""

    HOSPITAL = "hospital"
    FACILITATOR = "facilitator"
    DIRECTORY = "directory"


GIVES: Mapping[OrganizationKind, tuple[Role, ...]] = {
    OrganizationKind.HOSPITAL: (
        Role.HOSPITAL_EDITOR,
        Role.HOSPITAL_MANAGER,
        Role.HOSPITAL_COORDINATOR,
    ),
    OrganizationKind.FACILITATOR: (Role.FACILITATOR, Role.FACILITATOR_MANAGER),
    OrganizationKind.DIRECTORY: (
        Role.FACILITATOR,
        Role.FACILITATOR_MANAGER,
        Role.MODERATOR,
        Role.ADMIN,
    ),
}
"""Roles that somebody can have in an organization, the lesser first. Who edits
listings does not read patients' cases: a coordinator does. The
directory's own office is an organization like any other; whoever advises patients
there does what a facilitator does."""

MANAGES: Mapping[OrganizationKind, Role] = {
    OrganizationKind.HOSPITAL: Role.HOSPITAL_MANAGER,
    OrganizationKind.FACILITATOR: Role.FACILITATOR_MANAGER,
    OrganizationKind.DIRECTORY: Role.ADMIN,
}
"""Who invites others into it."""

INCLUDES: Mapping[Role, frozenset[Role]] = {
    Role.HOSPITAL_MANAGER: frozenset({Role.HOSPITAL_EDITOR}),
    Role.FACILITATOR_MANAGER: frozenset({Role.FACILITATOR}),
}
"""What somebody with a role may do besides. An administrator configures and
does not moderate, unless given both roles."""

SECOND_FACTOR = frozenset(
    {
        Role.HOSPITAL_COORDINATOR,
        Role.FACILITATOR,
        Role.FACILITATOR_MANAGER,
        Role.MODERATOR,
        Role.ADMIN,
    }
)
"""Roles that are only held in a session that proved a second factor."""


def given(kinds_and_roles: Iterable[tuple[OrganizationKind, Role]]) -> frozenset[Role]:
    """Return the roles that memberships give, with what they include.

    A role that its organization cannot give counts for nothing.
    """
    held = {role for kind, role in kinds_and_roles if role in GIVES[kind]}
    for role in tuple(held):
        held |= INCLUDES.get(role, frozenset())
    return frozenset(held)


def active(held: frozenset[Role], *, second_factor: bool) -> frozenset[Role]:
    """Return which of these roles a session may use."""
    return held if second_factor else held - SECOND_FACTOR
