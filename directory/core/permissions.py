"""The whole policy: who may do what, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.core.actor import Actor, Role


class Permission(StrEnum):
    """One thing that may be done; actions ask for these."""

    # Inquiries
    ASK = "inquiry.ask"
    FOLLOW_INQUIRY = "inquiry.follow"
    EXPIRE = "inquiry.expire"
    # Knowledge, words, listings
    EDIT_VOCABULARY = "vocabulary.edit"
    EDIT_KNOWLEDGE = "knowledge.edit"
    PUBLISH_LISTING = "listing.publish"
    DRAFT_LISTING = "listing.draft"
    WITHDRAW_LISTING = "listing.withdraw"
    # Claims and re-checks
    CLAIM_LISTING = "claim.make"
    DECIDE_CLAIM = "claim.decide"
    RECHECK_LISTING = "listing.recheck"
    ASK_FOR_RECHECK = "listing.ask-for-recheck"
    # The program itself
    ROTATE_KEYS = "keys.rotate"
    KEEP_UNANSWERED = "search.keep-unanswered"
    # Promises and mail
    KEEP_PROMISES = "promise.keep"
    RETRY_MAIL = "mail.retry"


ANYONE = frozenset({Role.VISITOR, Role.PERSON, Role.SYSTEM})
PROGRAM = frozenset({Role.SYSTEM})
MODERATORS = frozenset({Role.MODERATOR, Role.SYSTEM})

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.ASK: ANYONE,
    Permission.FOLLOW_INQUIRY: ANYONE,
    Permission.EXPIRE: PROGRAM,
    Permission.EDIT_VOCABULARY: MODERATORS,
    Permission.EDIT_KNOWLEDGE: MODERATORS,
    Permission.PUBLISH_LISTING: MODERATORS,
    Permission.DRAFT_LISTING: MODERATORS,
    Permission.WITHDRAW_LISTING: MODERATORS,
    Permission.CLAIM_LISTING: frozenset({Role.PERSON}),
    Permission.DECIDE_CLAIM: MODERATORS,
    Permission.RECHECK_LISTING: frozenset({Role.HOSPITAL_EDITOR, Role.FACILITATOR}),
    Permission.ASK_FOR_RECHECK: PROGRAM,
    Permission.ROTATE_KEYS: PROGRAM,
    Permission.KEEP_UNANSWERED: PROGRAM,
    Permission.KEEP_PROMISES: PROGRAM,
    Permission.RETRY_MAIL: frozenset({Role.ADMIN}),
}
"""Roles that hold each permission. What is not written here is refused."""


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether any role of the actor grants the permission.

    An actor that a token stands for holds no more than the token's scopes.
    """
    if actor.scopes is not None and permission.value not in actor.scopes:
        return False
    return not GRANTS[permission].isdisjoint(actor.roles)
