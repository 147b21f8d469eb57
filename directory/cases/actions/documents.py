"""Files of a case: who adds, reads and removes them, and who is told of it.

Before an inquiry is sent it has no case; its files are then nobody's news.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true

from directory.audit import actions as log
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Letter, Referral
from directory.cases.queries import documents as queries
from directory.cases.queries.access import held_case, held_referral, owned_case
from directory.cases.queries.documents import DocumentView
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.files import ImagesTold
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile
from directory.core.work import Work
from directory.inquiries.actions import document_checks as checks
from directory.inquiries.actions import documents as files
from directory.inquiries.actions.documents import PATIENT, Sender
from directory.inquiries.model import Document
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.documents import (
    DocumentKind,
    DocumentNotReadyError,
    DocumentsClosedError,
    DocumentSide,
)


def begin(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    name: str,
    size_bytes: int,
    *,
    room_bytes: int,
) -> str:
    """Make room for a file that the patient is about to send; return its id.

    Errors are those of :func:`directory.inquiries.actions.documents.begin_document`.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    if queries.is_closed(work.session, inquiry):
        raise DocumentsClosedError
    return files.begin_document(
        work, keys, inquiry, PATIENT, name, size_bytes, room_bytes=room_bytes
    )


def attach(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    sender: Sender,
    name: str,
    stored: SealedFile,
    *,
    room_bytes: int,
    kind: DocumentKind = DocumentKind.RECORD,
) -> str:
    """Add a file that is whole in the store; return its id. It is checked first.

    Errors are those of :func:`directory.inquiries.actions.documents.begin_document`.
    """
    work.require(files.MAY_ADD[sender.side])
    if queries.is_closed(work.session, inquiry):
        raise DocumentsClosedError
    document = files.begin_document(
        work,
        keys,
        inquiry,
        sender,
        name,
        stored.size_bytes,
        room_bytes=room_bytes,
        kind=kind,
    )
    files.add_part(work, document, 0, stored)
    files.finish_document(work, document)
    return document


def sender_of_case(work: Work, case: str, center: str | None) -> tuple[str, Sender]:
    """Return the inquiry of a case, and its owner as a sender.

    Args:
        work: The transaction; the case is held.
        case: Its id.
        center: The one center that may read the file; nothing for all of them.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If the case is not theirs, or was never referred there.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case)
    if center is not None and _referral(work, row, center) is None:
        raise NotFoundError(case=case, center=center)
    return row.inquiry_id, Sender(
        DocumentSide.FACILITATOR, work.actor.organization, center
    )


def sender_of_referral(work: Work, referral: str) -> tuple[str, Sender]:
    """Return the inquiry of a referral, and its hospital as a sender.

    Raises:
        RefusedError: If the actor may not answer referrals.
        NotFoundError: If the referral is not theirs, or consent has ended.
    """
    work.require(Permission.ANSWER_REFERRAL)
    held_referral(work, referral)
    inquiry, center = queries.shared_referral(work.session, work.actor, referral)
    return inquiry, Sender(DocumentSide.HOSPITAL, work.actor.organization, center)


def remove(work: Work, inquiry: str, sender: Sender, document: str) -> None:
    """Take a file away on the word of who sent it, and tell of it.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If the sender sent no such file, or it is an invitation letter.
    """
    work.require(files.MAY_ADD[sender.side])
    case = _held_case_of(work, inquiry)
    row = work.session.get(Document, document, populate_existing=True)
    if work.session.scalar(select(Letter.id).where(Letter.document_id == document)):
        # It is taken back as a letter, and stays to be seen.
        raise NotFoundError(document=document)
    was_seen = row is not None and row.file_key is not None
    center = row.center if row else None
    files.remove_document(work, inquiry, sender, document)
    if case is not None and was_seen:
        tell(
            work,
            case,
            Kind.DOCUMENT_REMOVED,
            side=Side(sender.side.value),
            referral=_referral(work, case, center) if center else None,
            document=document,
        )


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
    """Let a file be opened that was checked, and tell of it once.

    Args and errors are those of
    :func:`directory.inquiries.actions.document_checks.accept`.
    """
    work.require(Permission.CHECK_DOCUMENTS)
    row = work.session.get(Document, document, populate_existing=True)
    if row is None:
        return False
    case = _held_case_of(work, row.inquiry_id)
    done = checks.accept(
        work,
        keys,
        document,
        was,
        name=name,
        media_type=media_type,
        stored=stored,
        told=told,
        is_deidentified=is_deidentified,
    )
    if done and was is None and case is not None:
        _tell_of_document(work, case, row)
    return done


def _tell_of_document(work: Work, case: Case, row: Document) -> None:
    """Tell that a file is there; of one for one center, the others are not told."""
    tell(
        work,
        case,
        Kind.DOCUMENT,
        side=Side(row.side),
        referral=_referral(work, case, row.center) if row.center else None,
        document=row.id,
        document_kind=row.kind,
    )


def read_own(
    work: Work, keys: KeyRing, inquiry: str, document: str
) -> tuple[DocumentView, SealedFile]:
    """Return a file for whoever holds the code, and write down that it is read.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If the inquiry has no such file.
        DocumentNotReadyError: If it was not checked yet, or was refused.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    return _read(work, keys, inquiry, document, true(), "patient")


def read_as_owner(
    work: Work, keys: KeyRing, case: str, document: str
) -> tuple[DocumentView, SealedFile]:
    """Return a file for the owner of its case, and write down that it is read.

    Raises:
        RefusedError: If the actor may not read cases.
        NotFoundError: If the case is not theirs, or has no such file for them.
        DocumentNotReadyError: If it was not checked yet, or was refused.
    """
    work.require(Permission.READ_CASES)
    inquiry = owned_case(work.session, work.actor, case).inquiry_id
    which = queries.for_owner(work.actor)
    return _read(work, keys, inquiry, document, which, "owner")


def read_as_hospital(
    work: Work, keys: KeyRing, referral: str, document: str
) -> tuple[DocumentView, SealedFile]:
    """Return a file for a hospital that it was referred to, and write it down.

    Raises:
        RefusedError: If the actor may not read referrals.
        NotFoundError: If the referral is not theirs, consent has ended, or there is
            no such file for them.
        DocumentNotReadyError: If it was not checked yet, or was refused.
    """
    work.require(Permission.READ_REFERRALS)
    inquiry, center = queries.shared_referral(work.session, work.actor, referral)
    which = queries.for_hospital(work.actor, center)
    return _read(work, keys, inquiry, document, which, f"center:{center}")


def _read(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    document: str,
    which: ColumnElement[bool],
    reader: str,
) -> tuple[DocumentView, SealedFile]:
    row = work.session.scalar(
        select(Document).where(
            Document.id == document, Document.inquiry_id == inquiry, which
        )
    )
    if row is None:
        raise NotFoundError(document=document)
    view = queries.view_of(row, data_key_of(work.session, keys, inquiry))
    if not view.is_kept:
        raise DocumentNotReadyError(document=document, state=row.state)
    stored = queries.sealed_document(row)
    log.record(
        work,
        "document.read",
        f"document:{document}",
        inquiry=inquiry,
        reader=reader,
        sha256=row.sha256,
    )
    return view, stored


def _held_case_of(work: Work, inquiry: str) -> Case | None:
    """Return the case of an inquiry, held before its files are, if it has one."""
    return work.session.scalar(
        select(Case)
        .where(Case.inquiry_id == inquiry)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _referral(work: Work, case: Case, center: str) -> Referral | None:
    """Return the newest referral of a case to a center."""
    return work.session.scalar(
        select(Referral)
        .where(Referral.case_id == case.id, Referral.center == center)
        .order_by(Referral.made_at.desc(), Referral.id)
        .limit(1)
    )
