"""A case, what happened to it, and who looked into it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.cases.rules.states import Closing, PauseReason, Side, State
from directory.core.db import Model, one_of


class Case(Model):
    """An inquiry on its way, or how it ended.

    An open case has an owner (an organization, always) and a moment by which
    somebody must do something; the table itself refuses any other.
    """

    __tablename__ = "care_case"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint("step BETWEEN 1 AND 9", name="step_known"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="open_is_due"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name="closed_is_dated"
        ),
        CheckConstraint(
            "(state = 'closed') = (closing IS NOT NULL)", name="closed_has_a_code"
        ),
        CheckConstraint(
            f"closing IS NULL OR {one_of('closing', Closing)}", name="closing_known"
        ),
        CheckConstraint(
            "(state = 'paused') = (paused_for IS NOT NULL AND resumes IS NOT NULL)",
            name="paused_has_a_reason",
        ),
        CheckConstraint(
            f"paused_for IS NULL OR {one_of('paused_for', PauseReason)}",
            name="pause_known",
        ),
        CheckConstraint(
            f"resumes IS NULL OR ({one_of('resumes', State)}"
            " AND resumes NOT IN ('paused', 'closed'))",
            name="resumes_known",
        ),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("warnings >= 0", name="warnings_counted"),
        Index("ix_care_case_organization_state", "organization_id", "state"),
        Index("ix_care_case_due_at", "due_at"),
        Index("ix_care_case_assignee_id", "assignee_id"),
    )

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, doc="128 random bits, in hexadecimal"
    )
    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"), unique=True)
    reference: Mapped[str] = mapped_column(
        String(9), unique=True, doc="What staff call it: XXXX-XXXX, no secret"
    )
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"),
        doc="Owner: a facilitator, or the directory's own office",
    )
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="Who of the owner's people carries it"
    )
    step: Mapped[int]
    state: Mapped[str] = mapped_column(String(24))
    resumes: Mapped[str | None] = mapped_column(
        String(24), doc="Of a paused case: its state before"
    )
    paused_for: Mapped[str | None] = mapped_column(String(20))
    due_at: Mapped[datetime | None] = mapped_column(
        doc="By when who is waited for must have acted; of a paused case, its end"
    )
    warnings: Mapped[int] = mapped_column(
        default=0, doc="How often somebody was warned about this due moment"
    )
    version: Mapped[int] = mapped_column(
        doc="Counts changes, so that two people do not overwrite each other"
    )
    opened_at: Mapped[datetime]
    step_since: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(
        doc="When somebody of the staff first wrote or referred"
    )
    closed_at: Mapped[datetime | None]
    closing: Mapped[str | None] = mapped_column(String(24))
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("care_case.id"))
    is_invented: Mapped[bool] = mapped_column(default=False, doc="For demonstration")


class Move(Model):
    """One line of a case's timeline; the same for all who may read it.

    It is written with :func:`directory.cases.actions.telling.tell` only.
    """

    __tablename__ = "case_move"
    __table_args__ = (
        CheckConstraint(one_of("side", Side), name="side_known"),
        Index("ix_case_move_case_id_at", "case_id", "at"),
        Index("ix_case_move_referral_id", "referral_id"),
        Index("ix_case_move_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(
        String(40), doc="What happened; see directory.cases.rules.timeline"
    )
    side: Mapped[str] = mapped_column(String(16), doc="Who did it")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    referral_id: Mapped[str | None] = mapped_column(
        ForeignKey("referral.id"),
        doc="If it concerns one center: other centers do not read it",
    )
    is_internal: Mapped[bool] = mapped_column(
        default=False, doc="Read by the owner's people alone"
    )
    step: Mapped[int] = mapped_column(doc="After it")
    state: Mapped[str] = mapped_column(String(24), doc="After it")
    due_at: Mapped[datetime | None] = mapped_column(doc="After it")
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON, doc="Codes, days and ids for the sentence; never words about a person"
    )


class CaseMark(Model):
    """A blind index by which duplicates are found: a keyed digest of a contact."""

    __tablename__ = "case_mark"
    __table_args__ = (Index("ix_case_mark_digest", "digest"),)

    case_id: Mapped[str] = mapped_column(
        ForeignKey("care_case.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Look(Model):
    """Somebody who looks into a case that is not theirs, and why."""

    __tablename__ = "case_look"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint("ends_at > began_at", name="ends_later"),
        Index("ix_case_look_case_id", "case_id"),
        UniqueConstraint("case_id", "person_id", "began_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(24), doc="Kind of reason")
    reason: Mapped[bytes] = mapped_column(LargeBinary, doc="Sealed: in words")
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(doc="After this it is closed again")
