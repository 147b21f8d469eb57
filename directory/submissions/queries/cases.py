"""A submission as rules judge it: its fields, findings, approvals, and for whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor
from directory.core.db import Session
from directory.listings.model import Current, Listing, Version
from directory.submissions.model import (
    Approval,
    Evidence,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.rules.review import Answer, Case, Found, Proposed
from directory.submissions.rules.states import (
    Decision,
    EvidenceState,
    SubmissionKind,
)


def case_of(session: Session, row: Submission, actor: Actor) -> Case:
    """Return a submission as somebody stands before it."""
    office = session.get_one(Organization, row.organization_id)
    approvals = session.scalars(
        select(Approval.person_id).where(
            Approval.submission_id == row.id, Approval.revision == row.revision
        )
    )
    findings = session.scalars(
        select(SubmissionFinding)
        .where(SubmissionFinding.submission_id == row.id)
        .order_by(SubmissionFinding.id)
    )
    return Case(
        kind=SubmissionKind(row.kind),
        by_directory=office.kind == OrganizationKind.DIRECTORY,
        submitted_by=row.submitted_by,
        is_kin=row.organization_id in actor.organizations,
        moderator=actor.person or 0,
        approved_by=frozenset(approvals),
        fields=tuple(map(proposed_field, field_rows(session, row.id))),
        findings=tuple(
            Found(one.field, Answer(one.answer) if one.answer else None)
            for one in findings
        ),
    )


def field_rows(session: Session, submission: int) -> tuple[SubmissionField, ...]:
    """Return the rows of a submission's fields, in the document's order."""
    rows = session.scalars(
        select(SubmissionField)
        .where(SubmissionField.submission_id == submission)
        .order_by(SubmissionField.position, SubmissionField.id)
    )
    return tuple(rows)


def proposed_field(row: SubmissionField) -> Proposed:
    """Return a field as rules judge it."""
    return Proposed(
        row.field,
        before=row.before["value"] if row.before else None,
        after=row.after["value"] if row.after else None,
        decision=Decision(row.decision) if row.decision else None,
        verified=row.verified,
    )


def fields_with_evidence(session: Session, submission: int) -> frozenset[str]:
    """Return the fields to which a link or a file was added that may be opened."""
    found = session.scalars(
        select(Evidence.field).where(
            Evidence.submission_id == submission,
            Evidence.removed_at.is_(None),
            Evidence.state == EvidenceState.CLEAN.value,
        )
    )
    return frozenset(found)


def published_now(
    session: Session, kind: str, slug: str
) -> tuple[int, dict[str, Any]] | None:
    """Return number and document of what readers see; nothing if nothing."""
    row = session.execute(
        select(Version.number, Version.document)
        .join(Listing, Listing.id == Version.listing_id)
        .join(
            Current,
            (Current.listing_id == Version.listing_id)
            & (Current.number == Version.number),
        )
        .where(Listing.kind == kind, Listing.slug == slug)
    ).first()
    return (row.number, row.document) if row else None
