"""Promises to keep once, where they cannot go, and changes for every node."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model

BIG = BigInteger().with_variant(Integer, "sqlite")

OPEN = text("kept_at IS NULL AND given_up_at IS NULL")
GIVEN_UP = text("given_up_at IS NOT NULL")


class Promise(Model):
    """An effect on the outside world, to be kept at least once by one worker."""

    __tablename__ = "outbox_promise"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("faults >= 0", name="faults_not_negative"),
        CheckConstraint(
            "kept_at IS NULL OR given_up_at IS NULL", name="kept_or_given_up"
        ),
        CheckConstraint(
            "(worker IS NULL) = (leased_until IS NULL)", name="lease_is_whole"
        ),
        Index(
            "ix_outbox_promise_open",
            "due_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "ix_outbox_promise_given_up",
            "given_up_at",
            sqlite_where=GIVEN_UP,
            postgresql_where=GIVEN_UP,
        ),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    kept_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(
        String(500), doc="Code of the last failure; never words of people"
    )
    faults: Mapped[int] = mapped_column(
        default=0, doc="Tries that failed by a fault of this program"
    )
    first_tried_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(
        String(32), doc="Who is keeping it now; random for each claim"
    )
    leased_until: Mapped[datetime | None] = mapped_column(
        doc="When others may take it to be abandoned"
    )
    given_up_at: Mapped[datetime | None]
    target: Mapped[str | None] = mapped_column(
        String(64), doc="Keyed digest of where it goes, e.g. of an address"
    )
    about: Mapped[str | None] = mapped_column(
        String(100), doc="Whom it concerns, e.g. person:<public id>"
    )


class DeadAddress(Model):
    """An address that a mail server refused for good; nothing is sent there."""

    __tablename__ = "outbox_dead_address"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint("length(code) > 0", name="code_given"),
    )

    digest: Mapped[str] = mapped_column(
        String(64), primary_key=True, doc="Keyed; the address itself is not kept"
    )
    code: Mapped[str] = mapped_column(String(40), doc="Of the answer, e.g. 550 5.1.1")
    refused_at: Mapped[datetime]


class Change(Model):
    """Something public changed; every node brings its index up to this place."""

    __tablename__ = "outbox_change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    seq: Mapped[int] = mapped_column(BIG, primary_key=True)
    subject: Mapped[str] = mapped_column(
        String(300), doc="kind:key, e.g. center:nanfang-hospital"
    )
    at: Mapped[datetime]
