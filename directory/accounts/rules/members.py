"""Who may have which role in an organization, and what may not be taken away."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from directory.accounts.rules.roles import GIVES, MANAGES, OrganizationKind, given
from directory.core.actor import Role
from directory.core.errors import DirectoryError


class RoleNotGivenError(DirectoryError):
    """An organization of this kind has no such role."""

    code = "member.role-not-given"


class LastManagerError(DirectoryError):
    """Nobody would be left who can invite others."""

    code = "member.last-manager"


class SelfRaisedError(DirectoryError):
    """Somebody tried to give more to themselves than they have."""

    code = "member.self-raised"


def check_roles(kind: OrganizationKind, roles: Collection[Role]) -> None:
    """Refuse roles that organizations of this kind do not give.

    Raises:
        RoleNotGivenError: With the ones that it gives.
    """
    if not set(roles) <= set(GIVES[kind]):
        raise RoleNotGivenError(
            kind=kind.value, gives=[role.value for role in GIVES[kind]]
        )


def check_change(
    kind: OrganizationKind,
    members: Mapping[int, frozenset[Role]],
    *,
    person: int,
    roles: frozenset[Role],
    by: int | None,
) -> None:
    """Refuse a change of somebody's roles that would harm the organization.

    Args:
        kind: Of the organization.
        members: Roles of everybody in it whose account is active.
        person: Whose roles change.
        roles: What they would have; none to leave.
        by: Who changes it; ``None`` for the program itself.

    Raises:
        RoleNotGivenError: If the organization has no such role.
        SelfRaisedError: If they would give themselves more than they have.
        LastManagerError: If nobody would be left who can invite others.
    """
    check_roles(kind, roles)
    had = members.get(person, frozenset())
    if person == by and not _all(kind, roles) <= _all(kind, had):
        raise SelfRaisedError
    manager = MANAGES[kind]
    others = any(manager in held for who, held in members.items() if who != person)
    if manager in had and manager not in roles and not others:
        raise LastManagerError(role=manager.value)


def _all(kind: OrganizationKind, roles: frozenset[Role]) -> frozenset[Role]:
    return given((kind, role) for role in roles)
