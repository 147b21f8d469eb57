"""One submission as a moderator looks at it: what changes, and why to believe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization, Person
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.rules.differences import Difference, by_field
from directory.listings.rules.document import Kind
from directory.submissions.model import (
    Approval,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.cases import case_of, field_rows, published_now
from directory.submissions.queries.evidence import Piece, pieces
from directory.submissions.rules.merging import moved_on, together
from directory.submissions.rules.review import (
    Answer,
    Case,
    Obstacle,
    Proposed,
    Risks,
    approvable,
    obstacles,
    risks,
)
from directory.submissions.rules.states import (
    Decision,
    SubmissionKind,
    SubmissionState,
)


@dataclass(frozen=True, slots=True)
class FindingView:
    """What the linter found, and how it was answered.

    Args:
        id: Its row.
        rule: Key of the rule.
        field: Where.
        excerpt: The words that it found.
        answer: ``None`` as long as nobody answered.
        words: Of whoever answered.
    """

    id: int
    rule: str
    field: str
    excerpt: str
    answer: Answer | None
    words: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field that a submission changes.

    Args:
        place: In the list, from 1.
        field: As differences name it.
        difference: From what was published to what is proposed.
        decision: If one was made.
        reason: For what was not accepted.
        verified: Whether a moderator compared it with a primary source.
        decided_by: Name of who decided.
        evidence: Links and files beside it.
        findings: Of the linter.
        is_moved: Whether another version changed it since the draft began.
        together: Other fields that can only be accepted with it.
        is_verifiable: Whether there is something to compare it with.
    """

    place: int
    field: str
    difference: Difference
    decision: Decision | None
    reason: str
    verified: bool
    decided_by: str
    evidence: tuple[Piece, ...]
    findings: tuple[FindingView, ...]
    is_moved: bool
    together: tuple[str, ...]
    is_verifiable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A submission before a moderator.

    Args:
        public_id: How addresses name it.
        kind: First listing or change.
        listing: Center or facilitator.
        slug: Of the listing, or to be.
        names: As proposed.
        state: Where it stands.
        revision: That decisions are made on.
        version: Published now; ``None`` for what is not.
        became: Version that it was published as.
        office: Who proposes it.
        is_invented: Whether that office exists for demonstration only.
        submitted_by: Name of who submitted it.
        submitted_at: When.
        reason: For the whole of it.
        decided_by: Name of who ended it.
        decided_at: When.
        fields: All that it changes, in the document's order.
        evidence: Beside no field.
        findings: Beside no field that changes.
        approved_by: Names of moderators who agree to it as it stands.
        needed: How many moderators must stand behind it.
        by_directory: Whether the directory's own office proposed it.
        left: What keeps this moderator from publishing.
        is_approvable: Whether only a second person is missing.
        risks: How risky it is, and why.
    """

    public_id: str
    kind: SubmissionKind
    listing: Kind
    slug: str
    names: Text
    state: SubmissionState
    revision: int
    version: int | None
    became: int | None
    office: str
    is_invented: bool
    submitted_by: str
    submitted_at: datetime | None
    reason: str | None
    decided_by: str
    decided_at: datetime | None
    fields: tuple[FieldView, ...]
    evidence: tuple[Piece, ...]
    findings: tuple[FindingView, ...]
    approved_by: tuple[str, ...]
    needed: int
    by_directory: bool
    left: tuple[Obstacle, ...]
    is_approvable: bool
    risks: Risks

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is SubmissionState.SUBMITTED

    @property
    def is_own(self) -> bool:
        """Whether another moderator has to decide."""
        return Obstacle.OWN in self.left

    @property
    def undecided(self) -> int:
        """Return how many fields are left."""
        return sum(field.decision is None for field in self.fields)

    @property
    def unanswered(self) -> int:
        """Return how many findings are left."""
        found = [*self.findings, *(f for one in self.fields for f in one.findings)]
        return sum(one.answer is None for one in found)

    @property
    def moved(self) -> tuple[str, ...]:
        """Return accepted or undecided fields that another version changed."""
        return tuple(
            one.field
            for one in self.fields
            if one.is_moved and one.decision in {None, Decision.ACCEPTED}
        )


def review_page(session: Session, actor: Actor, public_id: str) -> ReviewPage:
    """Return a submission as a moderator looks at it.

    Args:
        session: Read only here.
        actor: The moderator.
        public_id: Of what was submitted at some time; of a draft that the
            hospital took back, only that it did so.

    Raises:
        NotFoundError: If there is none, or nobody ever submitted it.
    """
    row = session.scalar(
        select(Submission).where(
            Submission.public_id == public_id, Submission.submitted_at.is_not(None)
        )
    )
    if row is None:
        raise NotFoundError(submission=public_id)
    office = session.get_one(Organization, row.organization_id)
    stands = published_now(session, row.listing_kind, row.slug)
    case = case_of(session, row, actor)
    found = pieces(session, row.id)
    fields = field_rows(session, row.id)
    findings = _findings(session, row.id)
    people = _names(session, row, fields)
    hidden = row.state in {SubmissionState.DRAFT, SubmissionState.DISCARDED}
    names = (row.proposed or row.base or {}).get("names", {})
    known = {one.field for one in fields}
    return ReviewPage(
        public_id=row.public_id,
        kind=SubmissionKind(row.kind),
        listing=Kind(row.listing_kind),
        slug=row.slug,
        names=names,
        state=SubmissionState(row.state),
        revision=row.revision,
        version=stands[0] if stands else None,
        became=row.version,
        office=office.name,
        is_invented=office.is_invented,
        submitted_by=people.get(row.submitted_by or 0, ""),
        submitted_at=row.submitted_at,
        reason=row.reason,
        decided_by=people.get(row.decided_by or 0, ""),
        decided_at=row.decided_at,
        fields=()
        if hidden
        else _fields(
            fields, case, stands[1] if stands else None, found, findings, people
        ),
        evidence=()
        if hidden
        else tuple(one for one in found if one.field not in known),
        findings=()
        if hidden
        else tuple(one for one in findings if one.field not in known),
        approved_by=tuple(sorted(people[one] for one in case.approved_by)),
        needed=case.moderators_needed,
        by_directory=case.by_directory,
        left=obstacles(case),
        is_approvable=approvable(case),
        risks=risks(
            case.kind,
            case.fields,
            findings=len(findings),
            with_evidence={one.field for one in found if one.is_clean},
        ),
    )


def _fields(
    rows: Iterable[SubmissionField],
    case: Case,
    now: Mapping[str, Any] | None,
    found: Iterable[Piece],
    findings: Iterable[FindingView],
    people: Mapping[int, str],
) -> tuple[FieldView, ...]:
    # What was published meanwhile is no conflict once it was published from here.
    moved = set(moved_on(case.fields, now))
    groups = together(case.fields)
    return tuple(
        FieldView(
            place=place,
            field=row.field,
            difference=_difference(one, now, is_moved=row.field in moved),
            decision=one.decision,
            reason=row.reason or "",
            verified=row.verified,
            decided_by=people.get(row.decided_by or 0, ""),
            evidence=tuple(piece for piece in found if piece.field == row.field),
            findings=tuple(each for each in findings if each.field == row.field),
            is_moved=row.field in moved,
            together=tuple(
                sorted(
                    other
                    for group in groups
                    if row.field in group
                    for other in group - {row.field}
                )
            ),
            is_verifiable=not case.by_directory
            and (
                _has_source(one)
                or any(p.field == row.field and p.is_clean for p in found)
            ),
        )
        for place, (row, one) in enumerate(zip(rows, case.fields, strict=True), 1)
    )


def _difference(
    one: Proposed, now: Mapping[str, Any] | None, *, is_moved: bool
) -> Difference:
    """Return the change against what readers see now, where that is another."""
    before = by_field(now or {}).get(one.field) if is_moved else one.before
    return Difference(one.field, None, None, was=before, now=one.after)


def _has_source(one: Proposed) -> bool:
    return isinstance(one.after, Mapping) and bool(one.after.get("source"))


def _findings(session: Session, submission: int) -> tuple[FindingView, ...]:
    rows = session.scalars(
        select(SubmissionFinding)
        .where(SubmissionFinding.submission_id == submission)
        .order_by(SubmissionFinding.id)
    )
    return tuple(
        FindingView(
            id=row.id,
            rule=row.rule,
            field=row.field,
            excerpt=row.excerpt,
            answer=Answer(row.answer) if row.answer else None,
            words=row.words or "",
        )
        for row in rows
    )


def _names(
    session: Session, row: Submission, fields: Iterable[SubmissionField]
) -> Mapping[int, str]:
    approvals = session.scalars(
        select(Approval.person_id).where(Approval.submission_id == row.id)
    )
    wanted = {
        row.submitted_by,
        row.decided_by,
        *approvals,
        *(one.decided_by for one in fields),
    }
    found = session.execute(
        select(Person.id, Person.name).where(
            Person.id.in_([one for one in wanted if one])
        )
    )
    return {one.id: one.name for one in found}
