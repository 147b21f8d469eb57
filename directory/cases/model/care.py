"""What a hospital gives to a case: times, estimates, letters, follow-up."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.cases.rules.states import CallState, QuoteState
from directory.core.db import Model, one_of


class Call(Model):
    """Times offered for a remote consultation, and the one chosen."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(one_of("state", CallState), name="state_known"),
        CheckConstraint(
            "state NOT IN ('chosen', 'held') OR chosen_at IS NOT NULL",
            name="chosen_is_known",
        ),
        CheckConstraint("minutes BETWEEN 5 AND 240", name="minutes_sensible"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_call_referral_id", "referral_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id"))
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    slots: Mapped[list[str]] = mapped_column(
        JSON, doc="Beginnings offered, as ISO 8601 moments in UTC"
    )
    minutes: Mapped[int]
    chosen_at: Mapped[datetime | None] = mapped_column(doc="The beginning chosen")
    has_interpreter: Mapped[bool]
    how: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: how to join, e.g. an address"
    )
    summary: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: the treatment plan, as written down after it"
    )
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Quote(Model):
    """An itemized estimate of one center."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(one_of("state", QuoteState), name="state_known"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_quote_referral_id", "referral_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int] = mapped_column(doc="Counts the estimates of a referral")
    state: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3), doc="ISO 4217")
    valid_until: Mapped[date]
    body: Mapped[bytes] = mapped_column(
        LargeBinary, doc="Sealed: lines, deposit, refund rule, what is excluded"
    )
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class LetterTemplate(Model):
    """What a hospital's invitation letters say, with places for what differs."""

    __tablename__ = "letter_template"
    __table_args__ = (CheckConstraint("version > 0", name="version_positive"),)

    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    fields: Mapped[dict[str, str]] = mapped_column(
        doc="Heading, address, signer, body in English and Chinese"
    )
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Letter(Model):
    """An invitation letter that a hospital gave out; its PDF is a document."""

    __tablename__ = "invitation_letter"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_invitation_letter_referral_id", "referral_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int]
    body: Mapped[bytes] = mapped_column(
        LargeBinary, doc="Sealed: every field as it was filled in, with the template"
    )
    document_id: Mapped[str] = mapped_column(ForeignKey("inquiry_document.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class FollowUp(Model):
    """One line of what is to be done after treatment."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        Index("ix_follow_up_referral_id", "referral_id"),
        Index("ix_follow_up_due_on", "due_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[str] = mapped_column(String(40), doc="Line of the schedule, or own")
    body: Mapped[bytes | None] = mapped_column(LargeBinary, doc="Sealed, if own")
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
