"""The whole policy: who may do what, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.core.actor import Actor, Role


class Permission(StrEnum):
    """One thing that may be done; actions ask for these."""

    ASK = "inquiry.ask"
    FOLLOW_INQUIRY = "inquiry.follow"
    ROTATE_KEYS = "keys.rotate"
    EXPIRE = "inquiry.expire"
    KEEP_UNANSWERED = "search.keep-unanswered"
    EDIT_VOCABULARY = "vocabulary.edit"
    EDIT_KNOWLEDGE = "knowledge.edit"
    PUBLISH_LISTING = "listing.publish"
    DRAFT_LISTING = "listing.draft"
    WITHDRAW_LISTING = "listing.withdraw"


GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.ASK: frozenset({Role.VISITOR, Role.SYSTEM}),
    Permission.FOLLOW_INQUIRY: frozenset({Role.VISITOR, Role.SYSTEM}),
    Permission.ROTATE_KEYS: frozenset({Role.SYSTEM}),
    Permission.EXPIRE: frozenset({Role.SYSTEM}),
    Permission.KEEP_UNANSWERED: frozenset({Role.SYSTEM}),
    Permission.EDIT_VOCABULARY: frozenset({Role.MODERATOR, Role.SYSTEM}),
    Permission.EDIT_KNOWLEDGE: frozenset({Role.MODERATOR, Role.SYSTEM}),
    Permission.PUBLISH_LISTING: frozenset({Role.MODERATOR, Role.SYSTEM}),
    Permission.DRAFT_LISTING: frozenset({Role.MODERATOR, Role.SYSTEM}),
    Permission.WITHDRAW_LISTING: frozenset({Role.MODERATOR, Role.SYSTEM}),
}
"""Roles that hold each permission. What is not written here is refused."""


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether any role of the actor grants the permission."""
    return not GRANTS[permission].isdisjoint(actor.roles)
