"""Handing a draft in, and taking it back."""

from __future__ import annotations

from directory.audit import actions as log
from directory.core.errors import DirectoryError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.submissions.actions.drafting import (
    DraftClosedError,
    check_editable,
    hold,
    rebase,
)
from directory.submissions.actions.editing import NoChangeError
from directory.submissions.actions.proposals import (
    forget_fields,
    write_fields,
)
from directory.submissions.queries.drafts import (
    changes,
    findings,
    reading,
    standing,
    submission_page,
)
from directory.submissions.rules.states import SubmissionState


class DraftMovedOnError(DirectoryError):
    """The draft or the listing is not as the page showed it any more."""

    code = "draft.moved-on"


class NotReadyError(DirectoryError):
    """Something must be put right first; ``problems`` names section and field."""

    code = "draft.not-ready"


class BeingReviewedError(DirectoryError):
    """A moderator has decided something already."""

    code = "submission.being-reviewed"


def submit(work: Work, public_id: str, revision: int, *, over: int | None) -> None:
    """Hand a draft in, as it was shown.

    What the linter finds keeps nobody from submitting; a moderator answers it.
    Promises a mail to who submits.

    Args:
        work: The transaction.
        public_id: Of the draft.
        revision: Of the draft, that the page showed.
        over: Published version that the page compared it with.

    Raises:
        RefusedError: If the actor may not submit.
        NotFoundError: If there is no such draft of their organization.
        DraftClosedError: If it is not a draft now.
        DraftMovedOnError: If it was changed, or the listing was, since then.
        NotReadyError: With all that is wrong.
        NoChangeError: If it says what is published already.
    """
    work.require(Permission.SUBMIT)
    row = hold(work, public_id)
    check_editable(row)
    stands = standing(work.session, row)
    if row.revision != revision or stands.number != over:
        raise DraftMovedOnError(submission=public_id, revision=row.revision)
    found = reading(work.session, row, stands, work.now.date())
    if found.problems:
        wrong = [f"{one.section}:{one.name}:{one.wrong}" for one in found.problems]
        raise NotReadyError(submission=public_id, problems=wrong)
    proposed = changes(stands, found)
    if proposed is None or not proposed[1]:
        raise NoChangeError(submission=public_id)
    document, fields = proposed
    rebase(work, row)
    row.proposed = document
    row.typed = stands.whole
    write_fields(work, row, fields, findings(work.session, document, fields))
    row.state = SubmissionState.SUBMITTED.value
    row.revision += 1
    row.submitted_at, row.submitted_by = work.now, work.actor.person
    row.changed_at, row.changed_by = work.now, work.actor.person or row.changed_by
    row.decided_at = row.decided_by = row.reason = None
    work.session.flush()
    log.record(
        work,
        "submission.submitted",
        f"submission:{public_id}",
        listing=f"{row.listing_kind}:{row.slug}",
        revision=row.revision,
        fields=[one.field for one in fields],
    )
    queue.promise(work, "mail.submission-received", submission=public_id)


def take_back(work: Work, public_id: str) -> None:
    """Take a submission back before a moderator decided anything; it is a draft again.

    Raises:
        RefusedError: If the actor may not submit.
        NotFoundError: If there is no such submission of their organization.
        DraftClosedError: If it does not wait for a moderator.
        BeingReviewedError: If something was decided already.
    """
    work.require(Permission.SUBMIT)
    row = hold(work, public_id)
    if row.state != SubmissionState.SUBMITTED:
        raise DraftClosedError(submission=public_id, state=row.state)
    if not submission_page(work.session, work.actor, public_id).may_be_taken_back:
        raise BeingReviewedError(submission=public_id)
    row.typed = standing(work.session, row).whole
    forget_fields(work, row)
    row.state = SubmissionState.DRAFT.value
    row.proposed = None
    row.revision += 1
    row.changed_at, row.changed_by = work.now, work.actor.person or row.changed_by
    work.session.flush()
    log.record(work, "submission.taken-back", f"submission:{public_id}")
