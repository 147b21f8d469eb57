"""A case at one center, and the rules that proposed it."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.cases.rules.states import Decline, ReferralState, RuleState
from directory.core.db import Model, one_of

_OPEN = text("state IN ('proposed', 'offered', 'accepted', 'needs-more')")
_IN_FORCE = text("state = 'in-force'")


class RuleSet(Model):
    """Routing rules as data; one set is in force."""

    __tablename__ = "rule_set"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint(one_of("state", RuleState), name="state_known"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index(
            "uq_rule_set_in_force",
            "state",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the rules")
    note: Mapped[str] = mapped_column(String(1000), doc="What changed, and why")
    made_by: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="Nobody, for what the program brought"
    )
    made_at: Mapped[datetime]
    began_at: Mapped[datetime | None] = mapped_column(doc="Put in force")
    ended_at: Mapped[datetime | None]


class Referral(Model):
    """What became of a case at one center."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        CheckConstraint(one_of("state", ReferralState), name="state_known"),
        CheckConstraint(
            "(state IN ('proposed', 'offered', 'needs-more')) = (due_at IS NOT NULL)",
            name="waiting_is_due",
        ),
        CheckConstraint(
            "(state = 'declined') = (decline IS NOT NULL)", name="declined_has_a_code"
        ),
        CheckConstraint(
            f"decline IS NULL OR {one_of('decline', Decline)}", name="decline_known"
        ),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("warnings >= 0", name="warnings_counted"),
        Index("ix_referral_case_id", "case_id"),
        Index("ix_referral_organization_state", "organization_id", "state"),
        Index("ix_referral_due_at", "due_at"),
        Index(
            "uq_referral_open",
            "case_id",
            "center",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, doc="128 random bits, in hexadecimal"
    )
    case_id: Mapped[str] = mapped_column(ForeignKey("care_case.id"))
    center: Mapped[str] = mapped_column(String(200), doc="Slug of the listing")
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organization.id"),
        doc="Which keeps the listing; nobody, if the owner asks it by other means",
    )
    place: Mapped[int] = mapped_column(doc="In the order wished, from 1")
    state: Mapped[str] = mapped_column(String(16))
    is_leading: Mapped[bool] = mapped_column(
        default=False, doc="The center that treats, once one was chosen"
    )
    version: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(
        doc="By when an answer is owed: by the center, or by the patient"
    )
    warnings: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None] = mapped_column(
        doc="When the hospital first opened it"
    )
    answered_at: Mapped[datetime | None]
    decline: Mapped[str | None] = mapped_column(String(16))
    lacks: Mapped[list[str]] = mapped_column(doc="Codes of what the center asked for")
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: what the center wrote to its answer"
    )
    rules_version: Mapped[int | None] = mapped_column(ForeignKey("rule_set.version"))
    reasons: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Sealed: why it was proposed, as JSON"
    )
