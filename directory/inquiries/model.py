"""Tables of inquiries: sealed answers, targets, consents, documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model, one_of
from directory.inquiries.rules.documents import (
    DocumentKind,
    DocumentSide,
    DocumentState,
)


class Inquiry(Model):
    """A question under way, or what is left of one that was erased.

    Answers are sealed with the row's own data key, which the ring wraps;
    without ``wrapped_key`` nobody can read them again.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'received', 'withdrawn', 'erased')", name="state_known"
        ),
        CheckConstraint(
            "state != 'draft' OR (draft_digest IS NOT NULL AND wrapped_key IS NOT NULL"
            " AND receipt_digest IS NULL AND sent_at IS NULL)",
            name="draft_is_unsent",
        ),
        CheckConstraint(
            "state NOT IN ('received', 'withdrawn') OR (receipt_digest IS NOT NULL"
            " AND wrapped_key IS NOT NULL AND person IS NOT NULL"
            " AND illness IS NOT NULL AND wishes IS NULL AND sent_at IS NOT NULL)",
            name="sent_is_whole",
        ),
        CheckConstraint(
            "state = 'erased' OR erase_after IS NOT NULL", name="kept_is_bounded"
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND erased_at IS NULL)",
            name="withdrawn_is_dated",
        ),
        CheckConstraint(
            "(state = 'erased') = (erased_at IS NOT NULL)", name="erased_is_dated"
        ),
        CheckConstraint(
            "state != 'erased' OR (draft_digest IS NULL AND receipt_digest IS NULL"
            " AND wrapped_key IS NULL AND wrapped_by IS NULL AND person IS NULL"
            " AND illness IS NULL AND wishes IS NULL AND erase_after IS NULL)",
            name="erased_is_empty",
        ),
        CheckConstraint(
            "(wrapped_key IS NULL) = (wrapped_by IS NULL)", name="wrapping_is_named"
        ),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index("ix_inquiry_wrapped_by", "wrapped_by"),
        Index("ix_inquiry_erase_after", "erase_after"),
        Index("ix_inquiry_state_sent_at", "state", "sent_at"),
    )

    id: Mapped[str] = mapped_column(
        String(36), primary_key=True, doc="UUID version 7, made before the row"
    )
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(
        doc="How often the draft was saved, to notice that it changed elsewhere"
    )
    language: Mapped[str] = mapped_column(
        String(2), doc="Of the pages it was written on (ISO 639-1)"
    )
    draft_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, doc="Of the secret in the reader's browser"
    )
    receipt_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, doc="Of the receipt code"
    )
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary(200))
    wrapped_by: Mapped[str | None] = mapped_column(
        String(32), doc="Name of the ring's key that wrapped the data key"
    )
    person: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: who asks and how to reach them"
    )
    illness: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: the illness, and the question"
    )
    wishes: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed, of a draft only: to whom, and boxes ticked"
    )
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(
        doc="When the reader showed that the receipt code was saved"
    )
    email_confirmed_at: Mapped[datetime | None] = mapped_column(
        doc="When the address was proved by the button of a letter"
    )
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None] = mapped_column(
        doc="When it is erased if nothing else happens to it"
    )


class Target(Model):
    """One listing that an inquiry is addressed to; none means: advise me."""

    __tablename__ = "inquiry_target"
    __table_args__ = (
        CheckConstraint("kind IN ('center', 'facilitator')", name="kind_known"),
        CheckConstraint("place BETWEEN 1 AND 3", name="place_known"),
        UniqueConstraint("inquiry_id", "kind", "slug"),
    )

    inquiry_id: Mapped[str] = mapped_column(
        ForeignKey("inquiry.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    slug: Mapped[str] = mapped_column(String(200), doc="Public name of the listing")


class ConsentWording(Model):
    """The exact sentences under which boxes stood, kept once for all."""

    __tablename__ = "consent_wording"

    digest: Mapped[str] = mapped_column(
        String(64), primary_key=True, doc="SHA-256 of the text, in hexadecimal"
    )
    text: Mapped[str] = mapped_column(
        doc="%(recipient)s stands where the recipient was named"
    )


class Consent(Model):
    """One box that was ticked in an inquiry that was sent."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('health-data', 'transfer', 'share')", name="purpose_known"
        ),
        CheckConstraint(
            "purpose = 'share' OR recipient IS NULL", name="recipient_of_share"
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at",
            name="withdrawn_after_given",
        ),
        CheckConstraint("place > 0", name="place_positive"),
        UniqueConstraint("inquiry_id", "purpose", "recipient"),
        Index("ix_consent_wording_digest", "wording_digest"),
    )

    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str | None] = mapped_column(
        String(220), doc="kind:slug; emptied when the inquiry is erased"
    )
    version: Mapped[str] = mapped_column(
        String(32), doc="Of the wording, the same in every language"
    )
    locale: Mapped[str] = mapped_column(
        String(16), doc="Language of the page on which the box stood"
    )
    wording_digest: Mapped[str] = mapped_column(ForeignKey("consent_wording.digest"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class OpenView(Model):
    """A browser in which an inquiry is open, until it is closed or idle."""

    __tablename__ = "inquiry_view"
    __table_args__ = (
        CheckConstraint("seen_at >= opened_at", name="seen_after_opened"),
        Index("ix_inquiry_view_inquiry_id", "inquiry_id"),
        Index("ix_inquiry_view_seen_at", "seen_at"),
    )

    digest: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, doc="Keyed, of the secret in the cookie"
    )
    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"))
    opened_at: Mapped[datetime] = mapped_column(doc="When the code was typed")
    seen_at: Mapped[datetime] = mapped_column(doc="When a page was last opened")


class Document(Model):
    """A file that belongs to an inquiry, from its first byte on."""

    __tablename__ = "inquiry_document"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(one_of("state", DocumentState), name="state_known"),
        CheckConstraint(one_of("side", DocumentSide), name="side_known"),
        CheckConstraint(one_of("kind", DocumentKind), name="kind_known"),
        CheckConstraint(
            "received_bytes >= 0 AND received_bytes <= size_bytes",
            name="received_within_size",
        ),
        CheckConstraint(
            "state != 'kept' OR (file_key IS NOT NULL AND wrapped_key IS NOT NULL"
            " AND media_type IS NOT NULL AND sha256 IS NOT NULL)",
            name="kept_is_whole",
        ),
        CheckConstraint(
            "(wrapped_key IS NULL) = (wrapped_by IS NULL)", name="wrapping_is_named"
        ),
        Index("ix_inquiry_document_inquiry_id", "inquiry_id"),
        Index("ix_inquiry_document_state", "state", "changed_at"),
        Index("ix_inquiry_document_wrapped_by", "wrapped_by"),
    )

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, doc="128 random bits, in hexadecimal"
    )
    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"))
    kind: Mapped[str] = mapped_column(String(16))
    side: Mapped[str] = mapped_column(String(16), doc="Who sent it")
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    center: Mapped[str | None] = mapped_column(
        String(200), doc="Slug of the one center that sent it or may read it"
    )
    state: Mapped[str] = mapped_column(String(16))
    flaw: Mapped[str | None] = mapped_column(String(30), doc="Why it was refused")
    name: Mapped[bytes] = mapped_column(LargeBinary, doc="Sealed: as its sender named")
    size_bytes: Mapped[int] = mapped_column(doc="As announced, then as kept")
    received_bytes: Mapped[int]
    media_type: Mapped[str | None] = mapped_column(String(40), doc="By its content")
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_key: Mapped[str | None] = mapped_column(String(60))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary(200))
    wrapped_by: Mapped[str | None] = mapped_column(String(32))
    details: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: what DICOM files say of the patient, as JSON"
    )
    is_deidentified: Mapped[bool] = mapped_column(
        default=False, doc="Names and numbers were taken out of it"
    )
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DocumentPart(Model):
    """Bytes that have arrived of a file that is still on its way."""

    __tablename__ = "inquiry_document_part"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_positive"),
        CheckConstraint("begins_at >= 0", name="begins_within"),
        Index("ix_inquiry_document_part_wrapped_by", "wrapped_by"),
    )

    document_id: Mapped[str] = mapped_column(
        ForeignKey("inquiry_document.id", ondelete="CASCADE"), primary_key=True
    )
    begins_at: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="Byte of the file, from 0"
    )
    size_bytes: Mapped[int]
    file_key: Mapped[str] = mapped_column(String(60))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary(200))
    wrapped_by: Mapped[str] = mapped_column(String(32))
