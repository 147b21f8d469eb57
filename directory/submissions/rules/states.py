"""The states that claims, submissions, evidence and corrections go through."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ClaimState(StrEnum):
    """Where the claim of a listing by a hospital stands."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class Proof(StrEnum):
    """How somebody shows that they belong to the hospital."""

    DOMAIN = "domain"
    LETTER = "letter"


class SubmissionKind(StrEnum):
    """What a submission is: four eyes look at a first listing."""

    FIRST = "first"
    CHANGE = "change"


class SubmissionState(StrEnum):
    """Where a submission stands.

    A draft is the hospital's; a submitted one waits for a moderator; one that was
    sent back is the hospital's again, with reasons. The other three are ends.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent-back"
    PUBLISHED = "published"
    REJECTED = "rejected"
    DISCARDED = "discarded"


MOVES: Mapping[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.DRAFT: frozenset(
        {SubmissionState.SUBMITTED, SubmissionState.DISCARDED}
    ),
    SubmissionState.SUBMITTED: frozenset(
        {
            SubmissionState.SENT_BACK,
            SubmissionState.PUBLISHED,
            SubmissionState.REJECTED,
            # Taken back by the hospital before anybody decided.
            SubmissionState.DRAFT,
        }
    ),
    SubmissionState.SENT_BACK: frozenset(
        {SubmissionState.SUBMITTED, SubmissionState.DISCARDED}
    ),
    SubmissionState.PUBLISHED: frozenset(),
    SubmissionState.REJECTED: frozenset(),
    SubmissionState.DISCARDED: frozenset(),
}
"""From each state, those that may follow."""

EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.SENT_BACK})
"""States in which the hospital may change what it proposes."""

OPEN = EDITABLE | {SubmissionState.SUBMITTED}
"""States of which a listing has one submission at most."""


class Decision(StrEnum):
    """What a moderator decided on one field."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"
    REJECTED = "rejected"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    LINK = "link"
    FILE = "file"


class EvidenceState(StrEnum):
    """Whether a piece of evidence may be opened; links are clean."""

    PENDING = "pending"
    CLEAN = "clean"
    REJECTED = "rejected"


class CorrectionState(StrEnum):
    """What became of a correction that a reader sent."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


class SampleVerdict(StrEnum):
    """What looking at a fact's source again showed."""

    HOLDS = "holds"
    WRONG = "wrong"
    OUTDATED = "outdated"
    SOURCE_GONE = "source-gone"


class ImportState(StrEnum):
    """Where an import from a sheet stands."""

    CHECKED = "checked"
    CONFIRMED = "confirmed"


class CapacityState(StrEnum):
    """Whether a center takes patients now, by its own word."""

    OPEN = "open"
    WAITING_LIST = "waiting-list"
    FULL = "full"
