"""Tables of inquiries: sealed answers, targets, consents and their wordings."""

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

from directory.core.db import Model


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
