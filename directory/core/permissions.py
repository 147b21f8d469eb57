"""The whole policy: who may do what, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.core.actor import Actor, Role


class Permission(StrEnum):
    """One thing that may be done; actions ask for these."""

    # One's own account
    SIGN_IN = "account.sign-in"
    KEEP_ACCOUNT = "account.keep"
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
    # People, organizations, tokens, the log
    FOUND_ORGANIZATION = "organization.found"
    APPOINT_MEMBER = "member.appoint"
    MANAGE_MEMBERS = "member.manage"
    ACCEPT_INVITATION = "invitation.accept"
    INVITE_FIRST_ADMIN = "invitation.first-admin"
    SWITCH_ORGANIZATION = "organization.switch"
    MANAGE_PEOPLE = "person.manage"
    MAKE_TOKENS = "token.make"
    USE_TOKENS = "token.use"
    MANAGE_TOKENS = "token.manage"
    VERIFY_AUDIT = "audit.verify"
    EXPORT_TABLES = "table.export"
    # Claims and re-checks
    CLAIM_LISTING = "claim.make"
    DECIDE_CLAIM = "claim.decide"
    RECHECK_LISTING = "listing.recheck"
    ASK_FOR_RECHECK = "listing.ask-for-recheck"
    INVENT_PEOPLE = "account.invent"
    # Drafts
    DRAFT_SUBMISSION = "submission.draft"
    SUBMIT = "submission.submit"
    # Review
    REVIEW_SUBMISSION = "submission.review"
    PROPOSE_AS_EDITOR = "submission.propose-as-editor"
    KEEP_FROM_LISTING = "listing.keep-from"
    # Evidence
    ATTACH_EVIDENCE = "evidence.attach"
    READ_EVIDENCE = "evidence.read"
    CHECK_EVIDENCE = "evidence.check"
    # Sheets
    IMPORT_SHEET = "listing.import"
    # Corrections, capacity, samples
    SEND_CORRECTION = "correction.send"
    DECIDE_CORRECTION = "correction.decide"
    EXPIRE_CORRECTIONS = "correction.expire"
    STATE_CAPACITY = "capacity.state"
    CHECK_SAMPLE = "sample.check"
    # The program itself
    ROTATE_KEYS = "keys.rotate"
    KEEP_UNANSWERED = "search.keep-unanswered"
    # Cases
    READ_CASES = "case.read"
    WORK_ON_CASE = "case.work-on"
    MANAGE_CASES = "case.manage"
    COUNT_CASES = "case.count"
    LOOK_INTO_CASE = "case.look-into"
    READ_REFERRALS = "referral.read"
    ANSWER_REFERRAL = "referral.answer"
    GIVE_CARE = "care.give"
    READ_ROUTING = "routing.read"
    EDIT_ROUTING = "routing.edit"
    STATE_INTERESTS = "interests.state"
    MANAGE_WEBHOOKS = "webhook.manage"
    KEEP_DEADLINES = "case.keep-deadlines"
    TELL_NEWS = "news.tell"
    CHECK_DOCUMENTS = "document.check"
    # Promises and mail
    KEEP_PROMISES = "promise.keep"
    READ_MAIL_STATE = "mail.read-state"
    RETRY_MAIL = "mail.retry"


ANYONE = frozenset({Role.VISITOR, Role.PERSON, Role.SYSTEM})
PROGRAM = frozenset({Role.SYSTEM})
MODERATORS = frozenset({Role.MODERATOR, Role.SYSTEM})
ADMINS = frozenset({Role.ADMIN, Role.SYSTEM})
MANAGERS = frozenset({Role.HOSPITAL_MANAGER, Role.FACILITATOR_MANAGER})

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.SIGN_IN: ANYONE,
    Permission.KEEP_ACCOUNT: frozenset({Role.PERSON}),
    Permission.ASK: ANYONE,
    Permission.FOLLOW_INQUIRY: ANYONE,
    Permission.EXPIRE: PROGRAM,
    Permission.EDIT_VOCABULARY: MODERATORS,
    Permission.EDIT_KNOWLEDGE: MODERATORS,
    Permission.PUBLISH_LISTING: MODERATORS,
    Permission.DRAFT_LISTING: MODERATORS,
    Permission.WITHDRAW_LISTING: MODERATORS,
    Permission.FOUND_ORGANIZATION: MODERATORS | ADMINS,
    Permission.APPOINT_MEMBER: MODERATORS | ADMINS,
    Permission.MANAGE_MEMBERS: MANAGERS | ADMINS,
    Permission.ACCEPT_INVITATION: frozenset({Role.VISITOR, Role.PERSON}),
    Permission.INVITE_FIRST_ADMIN: PROGRAM,
    Permission.SWITCH_ORGANIZATION: frozenset({Role.PERSON}),
    Permission.MANAGE_PEOPLE: ADMINS,
    Permission.MAKE_TOKENS: frozenset({Role.PERSON}),
    Permission.USE_TOKENS: frozenset({Role.PERSON}),
    Permission.MANAGE_TOKENS: MANAGERS | ADMINS,
    Permission.VERIFY_AUDIT: ADMINS,
    Permission.EXPORT_TABLES: ADMINS,
    Permission.CLAIM_LISTING: frozenset({Role.PERSON}),
    Permission.DECIDE_CLAIM: MODERATORS,
    Permission.RECHECK_LISTING: frozenset({Role.HOSPITAL_EDITOR, Role.FACILITATOR}),
    Permission.ASK_FOR_RECHECK: PROGRAM,
    Permission.INVENT_PEOPLE: PROGRAM,
    Permission.DRAFT_SUBMISSION: frozenset({Role.HOSPITAL_EDITOR}),
    Permission.SUBMIT: frozenset({Role.HOSPITAL_EDITOR}),
    Permission.REVIEW_SUBMISSION: frozenset({Role.MODERATOR}),
    Permission.PROPOSE_AS_EDITOR: frozenset({Role.MODERATOR}),
    Permission.KEEP_FROM_LISTING: MODERATORS,
    Permission.ATTACH_EVIDENCE: frozenset({Role.HOSPITAL_EDITOR, Role.FACILITATOR}),
    Permission.READ_EVIDENCE: frozenset(
        {Role.HOSPITAL_EDITOR, Role.FACILITATOR, Role.MODERATOR}
    ),
    Permission.CHECK_EVIDENCE: PROGRAM,
    Permission.IMPORT_SHEET: frozenset({Role.HOSPITAL_EDITOR, Role.MODERATOR}),
    Permission.SEND_CORRECTION: ANYONE,
    Permission.DECIDE_CORRECTION: MODERATORS,
    Permission.EXPIRE_CORRECTIONS: PROGRAM,
    Permission.STATE_CAPACITY: frozenset({Role.HOSPITAL_EDITOR}),
    Permission.CHECK_SAMPLE: MODERATORS,
    Permission.READ_CASES: frozenset({Role.FACILITATOR}),
    Permission.WORK_ON_CASE: frozenset({Role.FACILITATOR}),
    Permission.MANAGE_CASES: frozenset({Role.FACILITATOR_MANAGER}),
    Permission.COUNT_CASES: frozenset({Role.FACILITATOR, Role.ADMIN}),
    Permission.LOOK_INTO_CASE: frozenset({Role.ADMIN}),
    Permission.READ_REFERRALS: frozenset({Role.HOSPITAL_COORDINATOR}),
    Permission.ANSWER_REFERRAL: frozenset({Role.HOSPITAL_COORDINATOR}),
    # Facilitators, for centers that nobody keeps here.
    Permission.GIVE_CARE: frozenset({Role.HOSPITAL_COORDINATOR, Role.FACILITATOR}),
    Permission.READ_ROUTING: frozenset({Role.FACILITATOR, Role.ADMIN}),
    Permission.EDIT_ROUTING: ADMINS,
    Permission.STATE_INTERESTS: frozenset({Role.FACILITATOR}),
    Permission.MANAGE_WEBHOOKS: MANAGERS,
    Permission.KEEP_DEADLINES: PROGRAM,
    Permission.TELL_NEWS: PROGRAM,
    Permission.CHECK_DOCUMENTS: PROGRAM,
    Permission.ROTATE_KEYS: PROGRAM,
    Permission.KEEP_UNANSWERED: PROGRAM,
    Permission.KEEP_PROMISES: PROGRAM,
    Permission.READ_MAIL_STATE: ADMINS,
    Permission.RETRY_MAIL: frozenset({Role.ADMIN}),
}
"""Roles that hold each permission. What is not written here is refused."""

FOR_TOKENS = frozenset({Permission.RECHECK_LISTING, Permission.IMPORT_SHEET})
"""What an API token may be good for: nothing that makes keys, gives roles, decides,
or publishes."""


def holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether any role of the actor grants the permission.

    An actor that a token stands for holds no more than the token's scopes.
    """
    if actor.scopes is not None and permission.value not in actor.scopes:
        return False
    return not GRANTS[permission].isdisjoint(actor.roles)
