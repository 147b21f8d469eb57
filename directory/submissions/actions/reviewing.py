"""Deciding on what was proposed: field by field, then as a whole."""

from __future__ import annotations

from sqlalchemy import delete, select, text, update

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings import actions as listings
from directory.listings.actions import LISTING_LOCK
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.outbox import actions as queue
from directory.submissions.actions.verdicts import (
    NOTHING,
    ReasonMissingError,
    Verdicts,
    save,
    subject_of,
)
from directory.submissions.model import (
    Approval,
    ListingKeeper,
    Submission,
)
from directory.submissions.queries.cases import (
    case_of,
    field_rows,
    published_now,
)
from directory.submissions.rules.merging import Stand, merged
from directory.submissions.rules.review import (
    NotPublishableError,
    approvable,
    check_not_own,
    check_publishable,
    obstacles,
)
from directory.submissions.rules.states import (
    Decision,
    SubmissionKind,
    SubmissionState,
)


class ChangedMeanwhileError(DirectoryError):
    """Somebody decided, or took it back, since the page was opened."""

    code = "submission.changed-meanwhile"


class NothingSentBackError(DirectoryError):
    """A submission is sent back for a field at least, so that it can be mended."""

    code = "submission.nothing-sent-back"


def decide(work: Work, public_id: str, revision: int, verdicts: Verdicts) -> int:
    """Decide on fields and answer findings; return the revision after it.

    Approvals were given to what stood before, so that they end with a change.

    Args:
        work: The transaction.
        public_id: Of the submission.
        revision: That the page showed.
        verdicts: What to save; saving the same again changes nothing.

    Raises:
        RefusedError: If the actor may not review.
        NotFoundError: If there is no such submission, field or finding.
        OwnSubmissionError: If it is their own, or their organization's.
        ChangedMeanwhileError: If it is not as the page showed it any more.
        ReasonMissingError: If a reason is missing, with the field.
        NothingToVerifyError: If a field has nothing to be compared with.
    """
    return save(work, _hold(work, public_id, revision), verdicts).revision


def approve(
    work: Work, public_id: str, revision: int, verdicts: Verdicts = NOTHING
) -> None:
    """Agree that a submission is published as it stands, once another agrees.

    Raises:
        NotPublishableError: If more is missing than a second person.
        DirectoryError: As :func:`decide`.
    """
    row = save(work, _hold(work, public_id, revision), verdicts)
    case = case_of(work.session, row, work.actor)
    if not approvable(case):
        raise NotPublishableError(left=[one.value for one in obstacles(case)])
    work.session.execute(
        delete(Approval).where(
            Approval.submission_id == row.id, Approval.person_id == case.moderator
        )
    )
    work.session.add(
        Approval(
            submission_id=row.id,
            person_id=case.moderator,
            revision=row.revision,
            at=work.now,
        )
    )
    work.session.flush()
    log.record(work, "submission.approved", subject_of(row), revision=row.revision)


def publish(
    work: Work, public_id: str, revision: int, verdicts: Verdicts = NOTHING
) -> int:
    """Publish the accepted fields as the next version; return its number.

    Promises a mail to who submitted it.

    Raises:
        NotPublishableError: With everything that is left to do.
        MovedOnError: If accepted fields were changed by another version.
        DecidedApartError: If entries of a list cannot be accepted one by one.
        NotWholeError: If the listing lacks something without what was refused.
        DoNotListError: If it may not be listed.
        DirectoryError: As :func:`decide`.
    """
    work.require(Permission.REVIEW_SUBMISSION)
    # Before the log's lock, as whoever else publishes takes them in this order;
    # nobody publishes between reading what stands and adding to it.
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LISTING_LOCK}
        )
    row = save(work, _hold(work, public_id, revision), verdicts)
    case = case_of(work.session, row, work.actor)
    check_publishable(case)
    stands = published_now(work.session, row.listing_kind, row.slug)
    office = work.session.get_one(Organization, row.organization_id)
    document = merged(
        Kind(row.listing_kind),
        SubmissionKind(row.kind),
        case.fields,
        now=stands[1] if stands else None,
        proposed=row.proposed or {},
        stand=Stand(
            keeps_basis=case.by_directory,
            office=office.name,
            stated_on=(row.submitted_at or work.now).date(),
            today=work.now.date(),
        ),
    )
    who = "editors" if case.by_directory else "submission"
    published = listings.publish(work, document, authority=f"{who}:{row.public_id}")
    row.version = published.number
    _keep(work, row, office)
    _end(work, row, SubmissionState.PUBLISHED, None)
    return published.number


def send_back(
    work: Work,
    public_id: str,
    revision: int,
    reason: str,
    verdicts: Verdicts = NOTHING,
) -> None:
    """Give a submission back to who made it, with the reasons on its fields.

    Promises a mail to who submitted it.

    Args:
        work: The transaction.
        public_id: Of the submission.
        revision: That the page showed.
        reason: For the whole of it; may be empty.
        verdicts: What to save before.

    Raises:
        NothingSentBackError: If no field is sent back.
        DirectoryError: As :func:`decide`.
    """
    row = save(work, _hold(work, public_id, revision), verdicts)
    fields = field_rows(work.session, row.id)
    if not any(one.decision == Decision.SENT_BACK for one in fields):
        raise NothingSentBackError(submission=public_id)
    _end(work, row, SubmissionState.SENT_BACK, reason.strip() or None)


def reject(
    work: Work,
    public_id: str,
    revision: int,
    reason: str,
    verdicts: Verdicts = NOTHING,
) -> None:
    """Decline a submission as a whole; it cannot be handed in again.

    Promises a mail to who submitted it.

    Raises:
        ReasonMissingError: If there is no reason.
        DirectoryError: As :func:`decide`.
    """
    row = save(work, _hold(work, public_id, revision), verdicts)
    if not reason.strip():
        raise ReasonMissingError(field="")
    _end(work, row, SubmissionState.REJECTED, reason.strip())


def _hold(work: Work, public_id: str, revision: int) -> Submission:
    """Return a submission that nobody else can change until the transaction ends."""
    work.require(Permission.REVIEW_SUBMISSION)
    held = work.session.execute(
        update(Submission)
        .where(
            Submission.public_id == public_id,
            Submission.state == SubmissionState.SUBMITTED.value,
            Submission.revision == revision,
        )
        .values(revision=revision)
        .execution_options(synchronize_session=False)
    )
    row = work.session.scalar(
        select(Submission)
        .where(
            Submission.public_id == public_id,
            Submission.state != SubmissionState.DRAFT.value,
        )
        .execution_options(populate_existing=True)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]  # of a CursorResult
        if row is None and not _exists(work, public_id):
            raise NotFoundError(submission=public_id)
        raise ChangedMeanwhileError(
            submission=public_id, state=row.state if row else "draft"
        )
    if row is None:
        raise NotFoundError(submission=public_id)
    check_not_own(case_of(work.session, row, work.actor))
    return row


def _exists(work: Work, public_id: str) -> bool:
    # A draft that nobody ever handed in is the hospital's alone.
    return (
        work.session.scalar(
            select(Submission.id).where(
                Submission.public_id == public_id,
                Submission.submitted_at.is_not(None),
            )
        )
        is not None
    )


def _keep(work: Work, row: Submission, office: Organization) -> None:
    """Let the office of a first listing keep it from now on."""
    listing = work.session.scalar(
        select(Listing.id).where(
            Listing.kind == row.listing_kind, Listing.slug == row.slug
        )
    )
    if (
        listing is None
        or row.kind != SubmissionKind.FIRST
        or office.kind == OrganizationKind.DIRECTORY
        or work.session.get(ListingKeeper, listing) is not None
    ):
        return
    work.session.add(
        ListingKeeper(listing_id=listing, organization_id=office.id, since=work.now)
    )


def _end(
    work: Work, row: Submission, state: SubmissionState, reason: str | None
) -> None:
    row.state, row.reason = state.value, reason
    row.decided_at, row.decided_by = work.now, work.actor.person
    row.revision += 1
    work.session.flush()
    facts = {"version": row.version} if row.version else {}
    log.record(work, f"submission.{state.value}", subject_of(row), **facts)
    queue.promise(work, "mail.submission-decided", submission=row.public_id)
