"""Files of an inquiry, as each side may see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from directory.cases.model import Case, Referral
from directory.cases.queries.access import owned_case, referred_case, shared
from directory.core.actor import Actor
from directory.core.crypto import KeyRing, unseal
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.files import FileStore, ImagesTold
from directory.core.sealed_files import SealedFile, open_sealed
from directory.inquiries.model import Document, DocumentPart, Inquiry
from directory.inquiries.queries import NoDraftError, data_key_of, draft_digest
from directory.inquiries.rules.documents import (
    ALL_MOST_BYTES,
    FILES_AT_MOST,
    DocumentKind,
    DocumentSide,
    DocumentState,
    details_place,
    name_place,
)
from directory.inquiries.rules.life import State


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file, without its bytes.

    Args:
        id: How addresses name it.
        kind: What it is for.
        side: Who sent it.
        organization: Of staff who sent it.
        center: Slug of the one center that sent it or may read it.
        state: How far it has come.
        flaw: Why it was refused, or names could not be taken out of it; else empty.
        name: As its sender named it.
        size_bytes: As announced, then as kept.
        received_bytes: That have come.
        media_type: By its content; empty before it was looked at.
        told: What DICOM files in it say of the patient; nothing for others.
        is_deidentified: Whether names and numbers were taken out of it.
        made_at: When it was announced.
    """

    id: str
    kind: DocumentKind
    side: DocumentSide
    organization: int | None
    center: str | None
    state: DocumentState
    flaw: str
    name: str
    size_bytes: int
    received_bytes: int
    media_type: str
    told: ImagesTold | None
    is_deidentified: bool
    made_at: datetime

    @property
    def is_kept(self) -> bool:
        """Whether it may be opened."""
        return self.state is DocumentState.KEPT

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be checked."""
        return self.state is DocumentState.CHECKING

    @property
    def is_arriving(self) -> bool:
        """Whether bytes of it are missing."""
        return self.state is DocumentState.ARRIVING

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be taken."""
        return self.state is DocumentState.REFUSED


@dataclass(frozen=True, slots=True)
class Room:
    """How many files and bytes a sender may still add.

    Args:
        files: Files.
        bytes_left: Of all of them together.
    """

    files: int
    bytes_left: int


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A file that waits to be looked through.

    Args:
        inquiry: Its inquiry.
        name: As its sender named it.
        media_type: Of one that was checked before; else empty.
        parts: Where its bytes are, in order.
        kept: The object to take names out of; nothing for a file that has come.
    """

    inquiry: str
    name: str
    media_type: str
    parts: tuple[SealedFile, ...]
    kept: SealedFile | None


def draft_inquiry(
    session: Session, keys: KeyRing, secret: str, *, now: datetime
) -> str:
    """Return the id of the draft under a browser's secret.

    Raises:
        NoDraftError: If there is none, its time is over, or it was sent.
    """
    found = session.scalar(
        select(Inquiry.id).where(
            Inquiry.draft_digest == draft_digest(keys, secret),
            Inquiry.state == State.DRAFT.value,
            Inquiry.erase_after > now,
        )
    )
    if found is None:
        raise NoDraftError
    return found


def documents_of(
    session: Session, keys: KeyRing, inquiry: str
) -> tuple[DocumentView, ...]:
    """Return all files of an inquiry, for whoever holds its code; oldest first.

    Raises:
        NotFoundError: If there is no such inquiry, or it was erased.
    """
    return _views(session, keys, inquiry, true())


def documents_of_case(
    session: Session, keys: KeyRing, actor: Actor, case: str
) -> tuple[DocumentView, ...]:
    """Return the files of a case of the actor's organization; oldest first.

    Raises:
        NotFoundError: If the case is not theirs, or there is none.
    """
    inquiry = owned_case(session, actor, case).inquiry_id
    return _views(session, keys, inquiry, for_owner(actor))


def documents_of_referral(
    session: Session, keys: KeyRing, actor: Actor, referral: str
) -> tuple[DocumentView, ...]:
    """Return the files that a hospital may see of a referral; oldest first.

    Records that the patient shares with it, and what it sent itself.

    Raises:
        NotFoundError: If the referral is not theirs, or the patient does not share
            with the center now.
    """
    inquiry, center = shared_referral(session, actor, referral)
    return _views(session, keys, inquiry, for_hospital(actor, center))


def shared_referral(session: Session, actor: Actor, referral: str) -> tuple[str, str]:
    """Return the inquiry and the center of a referral while consent lives.

    Raises:
        NotFoundError: If the referral is not theirs, or the patient does not share
            with the center now.
    """
    row = referred_case(session, actor, referral)
    inquiry = session.scalar(select(Case.inquiry_id).where(Case.id == row.case_id))
    if inquiry is None or f"center:{row.center}" not in shared(session, inquiry):
        raise NotFoundError(case=referral)
    return inquiry, row.center


def centers_of_case(session: Session, actor: Actor, case: str) -> tuple[str, ...]:
    """Return the centers that a case was ever referred to, by slug.

    Raises:
        NotFoundError: If the case is not of the actor's organization.
    """
    owned_case(session, actor, case)
    found = session.scalars(
        select(Referral.center)
        .where(Referral.case_id == case)
        .group_by(Referral.center)
        .order_by(func.min(Referral.place), Referral.center)
    )
    return tuple(found)


def for_owner(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the owner of a case may see a file.

    What others are still sending, or sent in vain, is not theirs to see.
    """
    return or_(
        Document.state.in_([DocumentState.KEPT.value, DocumentState.CHECKING.value]),
        and_(
            Document.side == DocumentSide.FACILITATOR.value,
            Document.organization_id == actor.organization,
        ),
    )


def for_hospital(actor: Actor, center: str) -> ColumnElement[bool]:
    """Return the condition that a hospital may see a file of a case it was sent."""
    return or_(
        and_(
            Document.state.in_(
                [DocumentState.KEPT.value, DocumentState.CHECKING.value]
            ),
            Document.side != DocumentSide.HOSPITAL.value,
            or_(
                Document.center == center,
                and_(
                    Document.center.is_(None),
                    Document.kind == DocumentKind.RECORD.value,
                ),
            ),
        ),
        and_(
            Document.side == DocumentSide.HOSPITAL.value,
            Document.organization_id == actor.organization,
            Document.center == center,
        ),
    )


def room_of(documents: Collection[DocumentView], side: DocumentSide) -> Room:
    """Return how much a side may still add, by what it has added."""
    own = [one for one in documents if one.side is side and not one.is_refused]
    return Room(
        files=max(0, FILES_AT_MOST - len(own)),
        bytes_left=max(0, ALL_MOST_BYTES - sum(one.size_bytes for one in own)),
    )


def sealed_document(row: Document) -> SealedFile:
    """Return where the bytes of a file are kept.

    Raises:
        NotFoundError: If they are kept no more.
    """
    if row.file_key is None or row.wrapped_key is None:
        raise NotFoundError(document=row.id)
    return SealedFile(row.file_key, row.wrapped_key, row.size_bytes, row.sha256 or "")


def open_document(
    files: FileStore, keys: KeyRing, stored: SealedFile
) -> Iterator[bytes]:
    """Return the chunks of a file; errors are those of :func:`open_sealed`."""
    return open_sealed(files, keys, stored)


def view_of(row: Document, data_key: bytes) -> DocumentView:
    """Return a row as pages get it.

    Raises:
        SealBrokenError: If its name or details were changed or moved.
    """
    return DocumentView(
        id=row.id,
        kind=DocumentKind(row.kind),
        side=DocumentSide(row.side),
        organization=row.organization_id,
        center=row.center,
        state=DocumentState(row.state),
        flaw=row.flaw or "",
        name=unseal(data_key, row.name, name_place(row.id)).decode().rstrip(" "),
        size_bytes=row.size_bytes,
        received_bytes=row.received_bytes,
        media_type=row.media_type or "",
        told=_told(row, data_key),
        is_deidentified=row.is_deidentified,
        made_at=row.made_at,
    )


def document_to_check(session: Session, keys: KeyRing, document: str) -> ToCheck | None:
    """Return a file that waits to be looked through; nothing if it does not.

    Raises:
        NotFoundError: If its inquiry was erased.
    """
    row = session.get(Document, document)
    if row is None or row.state != DocumentState.CHECKING:
        return None
    data_key = data_key_of(session, keys, row.inquiry_id)
    parts = session.scalars(
        select(DocumentPart)
        .where(DocumentPart.document_id == document)
        .order_by(DocumentPart.begins_at)
    )
    return ToCheck(
        inquiry=row.inquiry_id,
        name=unseal(data_key, row.name, name_place(row.id)).decode().rstrip(" "),
        media_type=row.media_type or "",
        parts=tuple(
            SealedFile(part.file_key, part.wrapped_key, part.size_bytes, "")
            for part in parts
        ),
        kept=sealed_document(row) if row.file_key else None,
    )


def known_objects(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Return those of these keys of the store that a row knows."""
    found = [
        *session.scalars(select(Document.file_key).where(Document.file_key.in_(keys))),
        *session.scalars(
            select(DocumentPart.file_key).where(DocumentPart.file_key.in_(keys))
        ),
    ]
    return frozenset(key for key in found if key is not None)


def quarantined(session: Session) -> int:
    """Return how many bytes have come and were not checked yet."""
    waiting = [DocumentState.ARRIVING.value, DocumentState.CHECKING.value]
    found = session.scalar(
        select(func.sum(Document.received_bytes)).where(Document.state.in_(waiting))
    )
    return int(found or 0)


def document_counts(session: Session) -> Mapping[str, int]:
    """Return how many files are in each state."""
    rows = session.execute(
        select(Document.state, func.count()).group_by(Document.state)
    )
    found = {str(state): int(count) for state, count in rows}
    return {state.value: found.get(state.value, 0) for state in DocumentState}


def is_closed(session: Session, inquiry: str) -> bool:
    """Tell whether an inquiry, or its case, has ended."""
    state = session.scalar(select(Inquiry.state).where(Inquiry.id == inquiry))
    closed = session.scalar(select(Case.closed_at).where(Case.inquiry_id == inquiry))
    return closed is not None or state not in {
        State.DRAFT.value,
        State.RECEIVED.value,
    }


def _views(
    session: Session, keys: KeyRing, inquiry: str, which: ColumnElement[bool]
) -> tuple[DocumentView, ...]:
    data_key = data_key_of(session, keys, inquiry)
    rows = session.scalars(
        select(Document)
        .where(Document.inquiry_id == inquiry, which)
        .order_by(Document.made_at, Document.id)
    )
    return tuple(view_of(row, data_key) for row in rows)


def _told(row: Document, data_key: bytes) -> ImagesTold | None:
    if row.details is None:
        return None
    found = json.loads(unseal(data_key, row.details, details_place(row.id)))
    says = {name: tuple(values) for name, values in found["says"].items()}
    return ImagesTold(**{**found, "says": says})
