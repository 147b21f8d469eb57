"""What a moderator is handed: a whole document, cut into what it changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from directory.core.work import Work
from directory.listings.rules.differences import Difference
from directory.listings.rules.document import Kind
from directory.submissions.model import (
    Approval,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.rules.linter.findings import Finding
from directory.submissions.rules.states import SubmissionKind, SubmissionState

LONGEST_EXCERPT = 500
"""Of what the linter found; the field beside it says the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A whole document that somebody hands in without having typed a draft.

    Args:
        organization: In whose name.
        person: Who hands it in.
        kind: Center or facilitator.
        slug: Of the listing, or to be.
        version: Published version that it was made from; ``None`` if there is none.
        base: That version's document; empty if there is none.
        proposed: The whole document.
    """

    organization: int
    person: int
    kind: Kind
    slug: str
    version: int | None
    base: Mapping[str, Any]
    proposed: Mapping[str, Any]


def hand_in(work: Work, proposal: Proposal) -> Submission:
    """Add a submission that waits for a moderator, without its fields.

    Open to every actor: what may be proposed is asked by the action that does it.

    Raises:
        IntegrityError: If another submission of the listing is open.
    """
    row = Submission(
        public_id=secrets.token_hex(16),
        organization_id=proposal.organization,
        listing_kind=proposal.kind.value,
        slug=proposal.slug,
        kind=(
            SubmissionKind.CHANGE if proposal.version else SubmissionKind.FIRST
        ).value,
        state=SubmissionState.SUBMITTED.value,
        revision=1,
        base_version=proposal.version,
        base=dict(proposal.base),
        typed={},
        typed_by={},
        proposed=dict(proposal.proposed),
        made_at=work.now,
        made_by=proposal.person,
        changed_at=work.now,
        changed_by=proposal.person,
        submitted_at=work.now,
        submitted_by=proposal.person,
    )
    work.session.add(row)
    work.session.flush()
    return row


def write_fields(
    work: Work,
    row: Submission,
    fields: Iterable[Difference],
    found: Iterable[Finding] = (),
) -> None:
    """Write down what a submission changes, and what the linter found in it.

    What was written down and decided before is forgotten.

    Args:
        work: The transaction.
        row: The submission.
        fields: What it changes, in the order of pages.
        found: What a moderator has to answer.
    """
    forget_fields(work, row)
    work.session.add_all(
        SubmissionField(
            submission_id=row.id,
            field=one.field,
            position=position,
            before=None if one.was is None else {"value": one.was},
            after=None if one.now is None else {"value": one.now},
            verified=False,
        )
        for position, one in enumerate(fields)
    )
    work.session.add_all(
        SubmissionFinding(
            submission_id=row.id,
            rule=one.rule.value,
            field=one.field,
            excerpt=one.excerpt[:LONGEST_EXCERPT],
            language=one.language.value,
        )
        for one in found
    )
    work.session.flush()


def forget_fields(work: Work, row: Submission) -> None:
    """Forget what a submission changed, what was found, and who agreed to it."""
    for table in (SubmissionField, SubmissionFinding, Approval):
        work.session.execute(delete(table).where(table.submission_id == row.id))
