"""What is written about a case: messages, internal notes, tasks."""

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

from directory.cases.rules.states import Side
from directory.core.db import Model, one_of
from directory.core.text import Language


class Message(Model):
    """What one side wrote to another."""

    __tablename__ = "case_message"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(
            f"{one_of('side', Side)} AND side != 'directory'", name="side_known"
        ),
        UniqueConstraint("case_id", "sent_key"),
        Index("ix_case_message_case_id_at", "case_id", "at"),
        Index("ix_case_message_referral_id", "referral_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    referral_id: Mapped[str | None] = mapped_column(
        ForeignKey("referral.id"),
        doc="With which center; if none, between patient and owner alone",
    )
    side: Mapped[str] = mapped_column(String(16), doc="Who wrote it")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    at: Mapped[datetime]
    sent_key: Mapped[str] = mapped_column(
        String(32), doc="Of the form it came by: sent twice is one message"
    )
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[bytes] = mapped_column(LargeBinary, doc="Sealed")
    read_by_patient_at: Mapped[datetime | None]
    read_by_owner_at: Mapped[datetime | None]
    read_by_hospital_at: Mapped[datetime | None]


class MessageTemplate(Model):
    """Words that an organization writes again and again, in two languages."""

    __tablename__ = "message_template"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint(
            "other_language IS NULL OR other_language != language",
            name="languages_differ",
        ),
        UniqueConstraint("organization_id", "name"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[str] = mapped_column(String(4000))
    other_language: Mapped[str | None] = mapped_column(String(2))
    other_body: Mapped[str | None] = mapped_column(String(4000))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Note(Model):
    """What the people of one organization write for themselves."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        Index("ix_case_note_case_id", "case_id", "organization_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary, doc="Sealed")


class Task(Model):
    """Something to be done for a case, by a day; also a line of its triage."""

    __tablename__ = "case_task"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(
            "(done_at IS NULL) = (done_by IS NULL)", name="done_by_somebody"
        ),
        Index("ix_case_task_case_id", "case_id", "organization_id"),
        Index("ix_case_task_due_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(
        String(40), doc="Line of the triage checklist, or own"
    )
    body: Mapped[bytes | None] = mapped_column(LargeBinary, doc="Sealed, if own")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
