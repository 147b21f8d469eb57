"""What the program does with files that bear something out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.core.crypto import KeyRing, key_name
from directory.core.files import Flaw
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile, wrapping_place
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.submissions.model import Evidence, Submission
from directory.submissions.queries.evidence import open_checks, sealed_file
from directory.submissions.rules.states import (
    EvidenceKind,
    EvidenceState,
    SubmissionState,
)

CHECK = "evidence.check"
"""Promise to clean and look through a file; ``evidence`` names it."""

ERASE = "evidence.erase"
"""Promise to delete an object of the store; ``key`` names it."""

KEPT_IN_VAIN = timedelta(days=90)
"""How long files are kept of a submission that was rejected or discarded: the
hospital may ask why, or begin again."""

IN_VAIN = (SubmissionState.REJECTED, SubmissionState.DISCARDED)

BATCH = 200
"""Keys wrapped anew, or files taken away, in one transaction."""


def accept(work: Work, evidence: str, was: str, cleaned: SealedFile) -> bool:
    """Put a file that was checked and made anew in the place of what was handed in.

    Promises that the object of before is deleted.

    Args:
        work: The transaction.
        evidence: Public id.
        was: Key of the object that was checked.
        cleaned: What was made of it.

    Returns:
        Whether it was still to be checked; else nothing was changed.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    row = _pending(work, evidence, was)
    if row is None:
        return False
    queue.promise(work, ERASE, key=was)
    store(row, cleaned)
    row.state = EvidenceState.CLEAN.value
    log.record(work, "evidence.accepted", f"evidence:{evidence}", sha256=cleaned.sha256)
    return True


def refuse(work: Work, evidence: str, was: str, flaw: Flaw) -> bool:
    """Write down that a file cannot be taken, and forget the file itself.

    Promises that its object is deleted.

    Args:
        work: The transaction.
        evidence: Public id.
        was: Key of the object that was checked.
        flaw: Why.

    Returns:
        Whether it was still to be checked; else nothing was changed.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    row = _pending(work, evidence, was)
    if row is None:
        return False
    row.state, row.verdict = EvidenceState.REJECTED.value, flaw.value
    forget_object(work, row)
    log.record(work, "evidence.refused", f"evidence:{evidence}", flaw=flaw.value)
    return True


def promise_checks(work: Work) -> int:
    """Promise anew to check what waits and nobody is going to check.

    A promise that could not be kept for a day is given up; a scanner may be away
    for longer.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    work.require(Permission.CHECK_EVIDENCE)
    waiting = work.session.scalars(
        select(Evidence.public_id).where(
            Evidence.state == EvidenceState.PENDING.value,
            Evidence.removed_at.is_(None),
        )
    ).all()
    if not waiting:
        return 0
    promised = open_checks(work.session, CHECK)
    forgotten = [one for one in waiting if one not in promised]
    for one in forgotten:
        queue.promise(work, CHECK, evidence=one)
    return len(forgotten)


def forget_closed(work: Work, *, at_most: int = BATCH) -> int:
    """Take away files of what came to nothing, once it is long past.

    Promises that their objects are deleted. What was published keeps its files:
    they say why the directory believed it.

    Args:
        work: The transaction.
        at_most: How many in it.

    Returns:
        How many were taken away; none means that nothing is left.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    work.require(Permission.CHECK_EVIDENCE)
    rows = work.session.scalars(
        select(Evidence)
        .join(Submission, Submission.id == Evidence.submission_id)
        .where(
            Evidence.kind == EvidenceKind.FILE.value,
            Evidence.removed_at.is_(None),
            Submission.state.in_([state.value for state in IN_VAIN]),
            func.coalesce(Submission.decided_at, Submission.changed_at)
            < work.now - KEPT_IN_VAIN,
        )
        .order_by(Evidence.id)
        .limit(at_most)
        .with_for_update(of=Evidence)
    ).all()
    for row in rows:
        row.removed_at = work.now
        forget_object(work, row)
        log.record(work, "evidence.forgotten", f"evidence:{row.public_id}")
    return len(rows)


def rewrap(work: Work, keys: KeyRing, *, at_most: int = BATCH) -> int:
    """Wrap keys of files of older keys of the ring with the current one.

    Args:
        work: The transaction.
        keys: A ring that still has the older keys.
        at_most: How many in it.

    Returns:
        How many were wrapped anew; none means that all are.

    Raises:
        RefusedError: If the actor may not rotate keys.
        KeyMissingError: If a key was wrapped with one that the ring lacks.
        SealBrokenError: If a wrapped key was changed or moved.
    """
    work.require(Permission.ROTATE_KEYS)
    done = 0
    rows = work.session.scalars(
        select(Evidence).where(Evidence.wrapped_key.is_not(None)).with_for_update()
    )
    for row in rows:
        file = sealed_file(row)
        place = wrapping_place(file.key)
        if key_name(file.wrapped_key, place) != keys.current:
            row.wrapped_key = keys.rewrap(file.wrapped_key, place)
            done += 1
            if done == at_most:
                break
    work.session.flush()
    return done


def store(row: Evidence, stored: SealedFile) -> None:
    """Write down where a file is kept."""
    row.store_key = stored.key
    row.wrapped_key = stored.wrapped_key
    row.size_bytes = stored.size_bytes
    row.sha256 = stored.sha256


def forget_object(work: Work, row: Evidence) -> None:
    """Promise that the object of a file is deleted, and forget its key at once."""
    if row.store_key is not None:
        queue.promise(work, ERASE, key=row.store_key)
    row.store_key = row.wrapped_key = None
    work.session.flush()


def _pending(work: Work, evidence: str, was: str) -> Evidence | None:
    work.require(Permission.CHECK_EVIDENCE)
    return work.session.scalar(
        select(Evidence)
        .where(
            Evidence.public_id == evidence,
            Evidence.store_key == was,
            Evidence.state == EvidenceState.PENDING.value,
            Evidence.removed_at.is_(None),
        )
        .with_for_update()
    )
