"""Deciding on what was proposed: who may, what must be settled first, how risky."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from directory.core.errors import DirectoryError
from directory.listings.rules.differences import Difference, differences
from directory.submissions.rules.states import Decision, SubmissionKind

FOLLOWS = frozenset({"slug", "kind", "state"})
"""Fields that stand for the listing itself and are nobody's claim."""


class Answer(StrEnum):
    """What a moderator says of a finding."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Obstacle(StrEnum):
    """What keeps a submission from being published, in the order of the work."""

    OWN = "own"
    UNDECIDED = "undecided"
    UNANSWERED = "unanswered"
    UPHELD = "upheld"
    SENT_BACK = "sent-back"
    NOTHING_ACCEPTED = "nothing-accepted"
    SECOND_PERSON = "second-person"


class NotPublishableError(DirectoryError):
    """Something must be settled before the submission can be published."""

    code = "submission.not-publishable"


class OwnSubmissionError(DirectoryError):
    """Nobody decides on what they or their own organization proposed."""

    code = "submission.own"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One field that a submission changes, and what was decided on it so far.

    Args:
        field: Its place, as differences name it.
        before: What was published when the draft began; ``None`` if nothing.
        after: What is proposed; ``None`` to take it out.
        decision: If one was made.
        verified: Whether a moderator compared it with a primary source.
    """

    field: str
    before: Any
    after: Any
    decision: Decision | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the linter found in a field, and how it was answered.

    Args:
        field: Where.
        answer: ``None`` as long as nobody answered.
    """

    field: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A submission as one moderator stands before it.

    Args:
        kind: First listing or change.
        by_directory: Whether the directory's own office proposed it.
        submitted_by: Row of the person who submitted it.
        is_kin: Whether the moderator belongs to the hospital that submitted it.
        moderator: Row of the person who asks.
        approved_by: Who agreed to it as it stands.
        fields: All that it changes.
        findings: All that the linter found.
    """

    kind: SubmissionKind
    by_directory: bool
    submitted_by: int | None
    is_kin: bool
    moderator: int
    approved_by: frozenset[int]
    fields: tuple[Proposed, ...]
    findings: tuple[Found, ...]

    @property
    def is_own(self) -> bool:
        """Whether the moderator may not decide, since it is their own."""
        return self.moderator == self.submitted_by or (
            self.is_kin and not self.by_directory
        )

    @property
    def moderators_needed(self) -> int:
        """How many different moderators must stand behind it.

        Two look at a first listing, and at what a moderator proposed; a change
        by a hospital has a second person already, who signed it.
        """
        return 2 if self.kind is SubmissionKind.FIRST or self.by_directory else 1

    @property
    def moderators(self) -> frozenset[int]:
        """Return who stands behind it once this moderator publishes it."""
        others = self.approved_by - {self.submitted_by}
        proposer = {self.submitted_by} if self.by_directory else set()
        return frozenset(
            person for person in (*others, *proposer, self.moderator) if person
        )


def check_not_own(case: Case) -> None:
    """Refuse whoever would decide on their own proposal.

    Raises:
        OwnSubmissionError: If the moderator submitted it, or belongs to the
            hospital that did.
    """
    if case.is_own:
        raise OwnSubmissionError


def obstacles(case: Case) -> tuple[Obstacle, ...]:
    """Return what keeps this moderator from publishing; nothing if they may."""
    decided = Counter(field.decision for field in case.fields)
    accepted = {f.field for f in case.fields if f.decision is Decision.ACCEPTED}
    upheld = {f.field for f in case.findings if f.answer is Answer.UPHELD}
    standing = {
        Obstacle.OWN: case.is_own,
        Obstacle.UNDECIDED: decided[None] > 0,
        Obstacle.UNANSWERED: any(one.answer is None for one in case.findings),
        Obstacle.UPHELD: not upheld.isdisjoint(accepted),
        Obstacle.SENT_BACK: decided[Decision.SENT_BACK] > 0,
        Obstacle.NOTHING_ACCEPTED: not decided[None] and not accepted,
        Obstacle.SECOND_PERSON: len(case.moderators) < case.moderators_needed,
    }
    return tuple(obstacle for obstacle, stands in standing.items() if stands)


def check_publishable(case: Case) -> None:
    """Refuse to publish what is not settled.

    Raises:
        OwnSubmissionError: If it is the moderator's own.
        NotPublishableError: With everything that is left to do.
    """
    check_not_own(case)
    left = obstacles(case)
    if left:
        raise NotPublishableError(left=[obstacle.value for obstacle in left])


def approvable(case: Case) -> bool:
    """Tell whether a moderator may agree to it: only a second person is missing."""
    return set(obstacles(case)) <= {Obstacle.SECOND_PERSON}


def to_decide(
    base: Mapping[str, Any] | None, proposed: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return the fields that a moderator decides, in the document's order."""
    return tuple(one for one in differences(base, proposed) if one.field not in FOLLOWS)


class Risk(StrEnum):
    """Why a submission should be looked at with more care."""

    FIRST = "first-listing"
    PRODUCT = "product"
    TREATMENT = "treatment"
    TRIAL = "trial"
    PRICE = "price"
    FINDING = "finding"
    NO_EVIDENCE = "no-evidence"


WEIGHTS: Mapping[Risk, int] = {
    Risk.FIRST: 40,
    Risk.PRODUCT: 30,
    Risk.TREATMENT: 20,
    Risk.TRIAL: 20,
    Risk.PRICE: 20,
    Risk.FINDING: 10,
    Risk.NO_EVIDENCE: 2,
}
"""What a reason weighs. A false claim of a product, a trial or a price is what does
harm (a wrong one sends a family across the world), so that each outweighs findings
of the linter, and those outweigh a missing link."""

MOST_COUNTED = 5
"""Of one reason: a long list of small things is still a list of small things."""

HIGH, MIDDLE = 60, 20
"""From which weight on a risk is called high, or middle."""


@dataclass(frozen=True, slots=True)
class Risks:
    """How risky a submission is, and why.

    Args:
        weight: The sum of its reasons, by which queues are ordered.
        reasons: Each with how many fields or findings it is about, the heaviest
            first.
    """

    weight: int
    reasons: tuple[tuple[Risk, int], ...]

    @property
    def level(self) -> str:
        """Return ``high``, ``middle`` or ``low``."""
        if self.weight >= HIGH:
            return "high"
        return "middle" if self.weight >= MIDDLE else "low"


def states_something(value: Any) -> bool:
    """Tell whether a value of a document is a statement that can be borne out."""
    return (
        isinstance(value, Mapping)
        and "checked_on" in value
        and value.get("value") != "not-stated"
    )


def risks(
    kind: SubmissionKind,
    fields: Iterable[Proposed],
    *,
    findings: int,
    with_evidence: Collection[str],
) -> Risks:
    """Return how risky a submission is.

    Args:
        kind: First listing or change.
        fields: What it changes.
        findings: How many the linter made.
        with_evidence: Fields to which a link or a file was added.
    """
    found: Counter[Risk] = Counter({Risk.FINDING: findings})
    found[Risk.FIRST] = int(kind is SubmissionKind.FIRST)
    for one in fields:
        part = one.field.partition(".")[0]
        if part == "treatment":
            found[_treatment(one.after)] += 1
        elif part == "trial":
            found[Risk.TRIAL] += 1
        elif part == "price":
            found[Risk.PRICE] += 1
        is_bare = states_something(one.after) and not one.after.get("source")
        if is_bare and one.field not in with_evidence:
            found[Risk.NO_EVIDENCE] += 1
    weighed = {
        risk: WEIGHTS[risk] * min(count, MOST_COUNTED)
        for risk, count in found.items()
        if count
    }
    order = sorted(weighed, key=lambda risk: (-weighed[risk], risk.value))
    return Risks(sum(weighed.values()), tuple((risk, found[risk]) for risk in order))


def _treatment(after: Any) -> Risk:
    """Return what a claim of a treatment is: a product given, or a route."""
    is_product = isinstance(after, Mapping) and after.get("route") == "approved-product"
    return Risk.PRODUCT if is_product else Risk.TREATMENT


TWO_PEOPLE = frozenset({"treatment", "trial", "price"})
"""Parts of a listing that no moderator changes alone."""


def needs_two_people(field: str) -> bool:
    """Tell whether a moderator's own change of a field waits for another one."""
    return field.partition(".")[0] in TWO_PEOPLE
