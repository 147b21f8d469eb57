"""What bears a submission out: adding it, reading it, removing it."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.submissions.actions.evidence_checks import (
    CHECK,
    forget_object,
    store,
)
from directory.submissions.model import Evidence, Submission
from directory.submissions.queries.evidence import (
    Piece,
    piece_of,
    sealed_file,
    visible,
)
from directory.submissions.rules.files import (
    MOST_FILES,
    MOST_LINKS,
    check_field,
    check_room,
    shown_name,
)
from directory.submissions.rules.states import (
    EDITABLE,
    EvidenceKind,
    EvidenceState,
    SubmissionState,
)


class EvidenceClosedError(DirectoryError):
    """The submission is not a draft now; what bears it out stays as it is."""

    code = "evidence.closed"


class EvidenceNotReadyError(DirectoryError):
    """The file was not checked yet, or was refused; ``state`` says which."""

    code = "evidence.not-ready"


def attach_file(
    work: Work,
    submission: str,
    field: str,
    name: str,
    media_type: str,
    stored: SealedFile,
) -> str:
    """Add a file that is in the store to a draft; nobody can open it yet.

    Promises that it is checked.

    Args:
        work: The transaction.
        submission: Public id.
        field: What it bears out, as differences name it; empty for the whole.
        name: As it came with the file.
        media_type: By its content.
        stored: Where it was put.

    Returns:
        The public id of the piece.

    Raises:
        RefusedError: If the actor may not add evidence.
        NotFoundError: If there is no such submission of their organization.
        EvidenceClosedError: If it is not a draft now.
        FieldUnknownError: If there is no such field.
        TooManyPiecesError: If there is no room for one more.
    """
    row = _draft(work, submission, EvidenceKind.FILE)
    check_field(field)
    piece = _new(work, row, field, EvidenceKind.FILE, EvidenceState.PENDING)
    piece.name = shown_name(name, media_type)
    piece.media_type = media_type
    store(piece, stored)
    _added(work, row, piece)
    queue.promise(work, CHECK, evidence=piece.public_id)
    return piece.public_id


def attach_link(
    work: Work, submission: str, field: str, url: str, name: str = ""
) -> str:
    """Add a link to a page that bears something out.

    Args:
        work: The transaction.
        submission: Public id.
        field: What it bears out, as differences name it; empty for the whole.
        url: An address of http or https; nothing is fetched.
        name: What stands there, if somebody says so.

    Returns:
        The public id of the piece.

    Raises:
        RefusedError: If the actor may not add evidence.
        NotFoundError: If there is no such submission of their organization.
        EvidenceClosedError: If it is not a draft now.
        FieldUnknownError: If there is no such field.
        TooManyPiecesError: If there is no room for one more.
    """
    row = _draft(work, submission, EvidenceKind.LINK)
    check_field(field)
    piece = _new(work, row, field, EvidenceKind.LINK, EvidenceState.CLEAN)
    piece.url = url
    piece.name = name or None
    _added(work, row, piece)
    return piece.public_id


def remove(work: Work, submission: str, evidence: str) -> None:
    """Take a piece away from a draft; of a file nothing stays that can be read.

    Promises that its object is deleted; without its key nobody can open it.

    Raises:
        RefusedError: If the actor may not add evidence.
        NotFoundError: If there is no such piece of their organization.
        EvidenceClosedError: If the submission is not a draft now.
    """
    work.require(Permission.ATTACH_EVIDENCE)
    row = _own(work, submission)
    piece = work.session.scalar(
        select(Evidence)
        .where(
            Evidence.public_id == evidence,
            Evidence.submission_id == row.id,
            Evidence.removed_at.is_(None),
        )
        .with_for_update()
    )
    if piece is None:
        raise NotFoundError(evidence=evidence)
    _check_open(row)
    piece.removed_at = work.now
    forget_object(work, piece)
    log.record(
        work,
        "evidence.removed",
        f"evidence:{piece.public_id}",
        submission=row.public_id,
    )


def read(work: Work, evidence: str) -> tuple[Piece, SealedFile]:
    """Return a file that was checked, and write down that it is read.

    Raises:
        RefusedError: If the actor may not read evidence.
        NotFoundError: If there is no such file that they may know of.
        EvidenceNotReadyError: If it was not checked yet, or was refused.
    """
    work.require(Permission.READ_EVIDENCE)
    found = work.session.execute(
        select(Evidence, Submission)
        .join(Submission, Submission.id == Evidence.submission_id)
        .where(
            Evidence.public_id == evidence,
            Evidence.kind == EvidenceKind.FILE.value,
            Evidence.removed_at.is_(None),
            visible(work.actor),
        )
    ).first()
    if found is None:
        raise NotFoundError(evidence=evidence)
    row, submission = found.Evidence, found.Submission
    if row.state != EvidenceState.CLEAN:
        raise EvidenceNotReadyError(evidence=evidence, state=row.state)
    log.record(
        work,
        "evidence.read",
        f"evidence:{row.public_id}",
        submission=submission.public_id,
        sha256=row.sha256,
    )
    return piece_of(row), sealed_file(row)


def _draft(work: Work, submission: str, kind: EvidenceKind) -> Submission:
    work.require(Permission.ATTACH_EVIDENCE)
    row = _own(work, submission)
    _check_open(row)
    counts = work.session.execute(
        select(Evidence.kind, Evidence.state, Evidence.removed_at, func.count())
        .where(Evidence.submission_id == row.id)
        .group_by(Evidence.kind, Evidence.state, Evidence.removed_at)
    ).all()
    there = sum(
        count
        for found, state, removed, count in counts
        if found == kind and removed is None and state != EvidenceState.REJECTED
    )
    most = MOST_FILES if kind is EvidenceKind.FILE else MOST_LINKS
    check_room(there, most, sum(count for *_, count in counts))
    return row


def _own(work: Work, submission: str) -> Submission:
    """Return a submission of the actor's organization, kept from others' changes."""
    row = work.session.scalar(
        select(Submission)
        .where(
            Submission.public_id == submission,
            Submission.organization_id == work.actor.organization,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(submission=submission)
    return row


def _check_open(row: Submission) -> None:
    if SubmissionState(row.state) not in EDITABLE:
        raise EvidenceClosedError(submission=row.public_id, state=row.state)


def _new(
    work: Work, row: Submission, field: str, kind: EvidenceKind, state: EvidenceState
) -> Evidence:
    if work.actor.person is None:
        raise NotFoundError(submission=row.public_id)
    return Evidence(
        public_id=secrets.token_hex(16),
        submission_id=row.id,
        field=field,
        kind=kind.value,
        state=state.value,
        added_at=work.now,
        added_by=work.actor.person,
    )


def _added(work: Work, row: Submission, piece: Evidence) -> None:
    work.session.add(piece)
    work.session.flush()
    log.record(
        work,
        "evidence.added",
        f"evidence:{piece.public_id}",
        submission=row.public_id,
        field=piece.field,
        kind=piece.kind,
        sha256=piece.sha256,
    )
