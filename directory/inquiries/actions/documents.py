"""Files of an inquiry: taking them in part by part, and letting go of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.core.crypto import KeyRing, key_name, seal
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.files import FileStore
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile, put_sealed, wrapping_place
from directory.core.work import Work
from directory.inquiries import queries
from directory.inquiries.actions.rows import forget_file
from directory.inquiries.model import Document, DocumentPart, Inquiry
from directory.inquiries.rules.documents import (
    AREA,
    CLEANED_MOST_BYTES,
    IMAGES,
    PARTS_AT_MOST,
    DocumentKind,
    DocumentNotReadyError,
    DocumentsClosedError,
    DocumentSide,
    DocumentState,
    NoRoomError,
    NotArrivingError,
    OffsetMistakenError,
    check_room,
    name_place,
    shown_name,
)
from directory.inquiries.rules.life import State
from directory.outbox import actions as queue

CHECK = "document.check"
"""Promise to look through a file and make it anew; ``document`` names it."""

MAY_ADD: Mapping[DocumentSide, Permission] = {
    DocumentSide.PATIENT: Permission.FOLLOW_INQUIRY,
    DocumentSide.FACILITATOR: Permission.WORK_ON_CASE,
    DocumentSide.HOSPITAL: Permission.ANSWER_REFERRAL,
}
"""What each side needs to add and remove files."""


class TooManyPartsError(DirectoryError):
    """The file came in too many small parts; it must be sent anew."""

    code = "document.too-many-parts"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a file, and who may read it.

    Args:
        side: The patient, the owner of the case, or a hospital.
        organization: Of staff.
        center: Slug of the one center that sends it or may read it; nothing if
            every center may that the patient shares with.
    """

    side: DocumentSide
    organization: int | None = None
    center: str | None = None


PATIENT = Sender(DocumentSide.PATIENT)


def begin_document(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    sender: Sender,
    name: str,
    size_bytes: int,
    *,
    room_bytes: int,
    kind: DocumentKind = DocumentKind.RECORD,
) -> str:
    """Make room for a file that is about to come; return its id.

    Args:
        work: The transaction.
        keys: To seal its name.
        inquiry: Draft, or sent.
        sender: Who sends it.
        name: As it came with the file.
        size_bytes: Of the whole file.
        room_bytes: That files of everybody may take until they are checked.
        kind: What it is for.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If there is no such inquiry, or it was erased.
        DocumentsClosedError: If it was withdrawn.
        DocumentEmptyError, DocumentTooLargeError, TooManyDocumentsError,
            TooLargeTogetherError: If it is not taken for its size or number.
        NoRoomError: If too much of everybody's waits to be checked.
    """
    work.require(MAY_ADD[sender.side])
    held = _held_inquiry(work, inquiry)
    if held.state == State.WITHDRAWN.value:
        raise DocumentsClosedError
    check_room(size_bytes, _sizes(work, inquiry, sender))
    if _waiting_bytes(work) + size_bytes > room_bytes:
        raise NoRoomError
    row = _new(work, keys, inquiry, sender, kind, name)
    row.state = DocumentState.ARRIVING.value
    row.size_bytes = size_bytes
    work.session.add(row)
    work.session.flush()
    log.record(work, "document.begun", f"document:{row.id}", inquiry=inquiry)
    return row.id


def add_part(work: Work, document: str, begins_at: int, stored: SealedFile) -> int:
    """Write down bytes that have arrived and are in the store.

    Args:
        work: The transaction.
        document: Whose they are; that the sender may add to it was asked before.
        begins_at: Byte of the file with which they begin.
        stored: Where they are.

    Returns:
        How many bytes of the file there are now.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If there is no such file.
        NotArrivingError: If it is not on its way.
        OffsetMistakenError: If they do not follow those that are there.
        TooManyPartsError: If it came in too many parts.
    """
    row = _held_document(work, document)
    work.require(MAY_ADD[DocumentSide(row.side)])
    _check_arriving(row)
    ends_at = begins_at + stored.size_bytes
    if begins_at != row.received_bytes or ends_at > row.size_bytes:
        raise OffsetMistakenError(offset=row.received_bytes)
    there = work.session.scalar(
        select(func.count())
        .select_from(DocumentPart)
        .where(DocumentPart.document_id == document)
    )
    if (there or 0) >= PARTS_AT_MOST:
        raise TooManyPartsError(most=PARTS_AT_MOST)
    work.session.add(
        DocumentPart(
            document_id=document,
            begins_at=begins_at,
            size_bytes=stored.size_bytes,
            file_key=stored.key,
            wrapped_key=stored.wrapped_key,
            wrapped_by=wrapped_by(stored),
        )
    )
    row.received_bytes = ends_at
    row.changed_at = work.now
    work.session.flush()
    return ends_at


def finish_document(work: Work, document: str) -> None:
    """Let a file that has arrived whole be checked.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If there is no such file.
        NotArrivingError: If it is not on its way.
        OffsetMistakenError: If bytes are missing.
    """
    row = _held_document(work, document)
    work.require(MAY_ADD[DocumentSide(row.side)])
    _check_arriving(row)
    if row.received_bytes != row.size_bytes:
        raise OffsetMistakenError(offset=row.received_bytes)
    row.state = DocumentState.CHECKING.value
    row.changed_at = work.now
    queue.promise(work, CHECK, document=row.id)
    log.record(work, "document.arrived", f"document:{row.id}", inquiry=row.inquiry_id)


def put_document(
    work: Work,
    keys: KeyRing,
    files: FileStore,
    inquiry: str,
    sender: Sender,
    name: str,
    media_type: str,
    chunks: Iterable[bytes],
    *,
    kind: DocumentKind,
) -> str:
    """Keep a file that the program itself made, such as a letter; return its id.

    It is not checked, because nobody handed it in. What the store has taken and the
    transaction does not keep is swept up later.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If there is no such inquiry, or it was erased.
        FilesUnavailableError: If it could not be kept.
    """
    work.require(MAY_ADD[sender.side])
    _held_inquiry(work, inquiry)
    stored = put_sealed(files, keys, AREA, chunks, most_bytes=CLEANED_MOST_BYTES)
    row = _new(work, keys, inquiry, sender, kind, shown_name(name, media_type))
    row.state = DocumentState.KEPT.value
    row.media_type = media_type
    store(row, stored)
    row.received_bytes = row.size_bytes
    work.session.add(row)
    work.session.flush()
    log.record(work, "document.kept", f"document:{row.id}", inquiry=inquiry)
    return row.id


def deidentify_document(work: Work, inquiry: str, document: str) -> None:
    """Let names and numbers be taken out of DICOM files; nobody reads them meanwhile.

    Asking again changes nothing.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If there is no such file of DICOM that the patient sent.
        DocumentNotReadyError: If it was not checked yet.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = _held_document(work, document)
    if (
        row.inquiry_id != inquiry
        or row.side != DocumentSide.PATIENT
        or (row.media_type is not None and row.media_type not in IMAGES)
    ):
        raise NotFoundError(document=document)
    if row.is_deidentified or (row.state == DocumentState.CHECKING and row.file_key):
        return
    if row.state != DocumentState.KEPT:
        raise DocumentNotReadyError(document=document, state=row.state)
    row.state, row.flaw = DocumentState.CHECKING.value, None
    row.changed_at = work.now
    queue.promise(work, CHECK, document=row.id)
    log.record(
        work, "document.deidentifying", f"document:{row.id}", inquiry=row.inquiry_id
    )


def remove_document(work: Work, inquiry: str, sender: Sender, document: str) -> None:
    """Take a file away, row and bytes, on the word of who sent it.

    Promises that its objects are deleted; without its keys nobody can open them.

    Raises:
        RefusedError: If the actor may not add files.
        NotFoundError: If the sender sent no such file.
    """
    work.require(MAY_ADD[sender.side])
    row = _held_document(work, document)
    if (row.inquiry_id, row.side, row.organization_id) != (
        inquiry,
        sender.side.value,
        sender.organization,
    ):
        raise NotFoundError(document=document)
    forget_file(work, row)
    log.record(work, "document.removed", f"document:{document}", inquiry=inquiry)


def _waiting_bytes(work: Work) -> int:
    """Return how many bytes of everybody have come and were not checked yet."""
    found = work.session.scalar(
        select(func.sum(Document.received_bytes)).where(
            Document.state.in_(
                [DocumentState.ARRIVING.value, DocumentState.CHECKING.value]
            )
        )
    )
    return int(found or 0)


def store(row: Document, stored: SealedFile) -> None:
    """Write down where a file is kept."""
    row.file_key = stored.key
    row.wrapped_key = stored.wrapped_key
    row.wrapped_by = wrapped_by(stored)
    row.size_bytes = stored.size_bytes
    row.received_bytes = stored.size_bytes
    row.sha256 = stored.sha256


def wrapped_by(stored: SealedFile) -> str:
    """Return the name of the ring's key that wrapped the key of a file."""
    return key_name(stored.wrapped_key, wrapping_place(stored.key))


def sealed_name(data_key: bytes, document: str, name: str) -> bytes:
    """Return a name sealed, filled up so that its length says little."""
    return seal(data_key, name.encode().ljust(512), name_place(document))


def _new(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    sender: Sender,
    kind: DocumentKind,
    name: str,
) -> Document:
    document = secrets.token_hex(16)
    data_key = queries.data_key_of(work.session, keys, inquiry)
    return Document(
        id=document,
        inquiry_id=inquiry,
        kind=kind.value,
        side=sender.side.value,
        organization_id=sender.organization,
        center=sender.center,
        name=sealed_name(data_key, document, shown_name(name, None)),
        size_bytes=0,
        received_bytes=0,
        is_deidentified=False,
        made_at=work.now,
        changed_at=work.now,
    )


def _held_inquiry(work: Work, inquiry: str) -> Inquiry:
    """Return an inquiry that is not erased, held so that files are counted once."""
    row = work.session.scalar(
        select(Inquiry)
        .where(
            Inquiry.id == inquiry,
            Inquiry.wrapped_key.is_not(None),
            Inquiry.erase_after > work.now,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(inquiry=inquiry)
    return row


def _held_document(work: Work, document: str) -> Document:
    row = work.session.scalar(
        select(Document)
        .where(Document.id == document)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(document=document)
    return row


def _check_arriving(row: Document) -> None:
    if row.state != DocumentState.ARRIVING:
        raise NotArrivingError(state=row.state)


def _sizes(work: Work, inquiry: str, sender: Sender) -> list[int]:
    found = work.session.scalars(
        select(Document.size_bytes).where(
            Document.inquiry_id == inquiry,
            Document.side == sender.side.value,
            Document.organization_id.is_(None)
            if sender.organization is None
            else Document.organization_id == sender.organization,
            Document.state != DocumentState.REFUSED.value,
        )
    )
    return list(found)
