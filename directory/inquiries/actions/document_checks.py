"""What the program does with files of inquiries: judge them, and tidy up."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete, select

from directory.audit import actions as log
from directory.core.crypto import KeyRing, seal
from directory.core.files import Flaw, ImagesTold
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.inquiries import queries
from directory.inquiries.actions.documents import CHECK, sealed_name, store
from directory.inquiries.actions.rows import ERASE_FILE, forget_file
from directory.inquiries.model import Document, DocumentPart
from directory.inquiries.rules.documents import (
    DocumentState,
    details_place,
    shown_name,
)
from directory.inquiries.rules.parts import BLOCK
from directory.outbox import actions as queue
from directory.outbox.model import Promise

BATCH = 200
"""Lines forgotten in one transaction."""

REFUSED_KEPT = timedelta(days=30)
"""How long the line stays that says why a file was refused."""


def accept(
    work: Work,
    keys: KeyRing,
    document: str,
    was: str | None,
    *,
    name: str,
    media_type: str,
    stored: SealedFile,
    told: ImagesTold | None,
    is_deidentified: bool,
) -> bool:
    """Put a file that was checked and made anew in the place of what came.

    Promises that the objects of before are deleted.

    Args:
        work: The transaction.
        keys: To seal its name and details.
        document: Its id.
        was: Key of the object from which it was made; nothing for parts.
        name: As its sender named it.
        media_type: By its content.
        stored: What was made of it.
        told: What DICOM files in it say of the patient.
        is_deidentified: Whether names and numbers were taken out.

    Returns:
        Whether it was still to be checked; else nothing was changed.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    row = _checking(work, document, was)
    if row is None:
        return False
    data_key = queries.data_key_of(work.session, keys, row.inquiry_id)
    _forget_parts(work, row)
    if was is not None:
        queue.promise(work, ERASE_FILE, key=was)
    store(row, stored)
    row.name = sealed_name(data_key, row.id, shown_name(name, media_type))
    row.media_type = media_type
    row.details = _sealed_details(data_key, row.id, told) if told else None
    row.is_deidentified = is_deidentified
    row.state, row.flaw = DocumentState.KEPT.value, None
    row.changed_at = work.now
    work.session.flush()
    log.record(work, "document.kept", f"document:{document}", inquiry=row.inquiry_id)
    return True


def refuse(
    work: Work,
    document: str,
    was: str | None,
    flaw: Flaw,
    *,
    is_lost: bool = False,
) -> bool:
    """Write down why a file cannot be taken, and forget the file itself.

    A file that was kept already, and of which names could not be taken out, stays
    as it is; the flaw says that this failed.

    Args:
        work: The transaction.
        document: Its id.
        was: Key of the object that was looked at; nothing for parts.
        flaw: Why.
        is_lost: Whether the store has lost its bytes, so that nothing can stay.

    Returns:
        Whether it was still to be checked; else nothing was changed.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    row = _checking(work, document, was)
    if row is None:
        return False
    row.flaw, row.changed_at = flaw.value, work.now
    if was is not None and not is_lost:
        row.state = DocumentState.KEPT.value
    else:
        row.state = DocumentState.REFUSED.value
        _forget_parts(work, row)
        if row.file_key is not None:
            queue.promise(work, ERASE_FILE, key=row.file_key)
        row.file_key = row.wrapped_key = row.wrapped_by = None
    work.session.flush()
    log.record(
        work,
        "document.refused",
        f"document:{document}",
        inquiry=row.inquiry_id,
        flaw=flaw.value,
    )
    return True


def promise_checks(work: Work) -> int:
    """Promise anew to check what waits and nobody is going to check.

    A promise that could not be kept for a day is given up; a scanner may be away
    for longer.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    work.require(Permission.CHECK_DOCUMENTS)
    waiting = work.session.scalars(
        select(Document.id).where(Document.state == DocumentState.CHECKING.value)
    ).all()
    if not waiting:
        return 0
    found = work.session.scalars(
        select(Promise.payload).where(
            Promise.kind == CHECK,
            Promise.kept_at.is_(None),
            Promise.given_up_at.is_(None),
        )
    )
    promised = {str(payload.get("document")) for payload in found}
    forgotten = [one for one in waiting if one not in promised]
    for one in forgotten:
        queue.promise(work, CHECK, document=one)
    return len(forgotten)


def forget_refused(work: Work, *, at_most: int = BATCH) -> int:
    """Take away the lines of files that were refused long ago.

    Returns:
        How many were taken away; none means that nothing is left.

    Raises:
        RefusedError: If the actor may not judge files.
    """
    work.require(Permission.CHECK_DOCUMENTS)
    rows = work.session.scalars(
        select(Document)
        .where(
            Document.state == DocumentState.REFUSED.value,
            Document.changed_at < work.now - REFUSED_KEPT,
        )
        .order_by(Document.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        forget_file(work, row)
    if rows:
        log.record(work, "documents.forgotten", "documents", count=len(rows))
    return len(rows)


def _forget_parts(work: Work, row: Document) -> None:
    found = work.session.scalars(
        select(DocumentPart.file_key).where(DocumentPart.document_id == row.id)
    ).all()
    for key in found:
        queue.promise(work, ERASE_FILE, key=key)
    work.session.execute(delete(DocumentPart).where(DocumentPart.document_id == row.id))


def _checking(work: Work, document: str, was: str | None) -> Document | None:
    work.require(Permission.CHECK_DOCUMENTS)
    return work.session.scalar(
        select(Document)
        .where(
            Document.id == document,
            Document.state == DocumentState.CHECKING.value,
            Document.file_key.is_(None) if was is None else Document.file_key == was,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _sealed_details(data_key: bytes, document: str, told: ImagesTold) -> bytes:
    plain = json.dumps(asdict(told), ensure_ascii=False).encode()
    filled = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
    return seal(data_key, filled, details_place(document))
