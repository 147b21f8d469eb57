"""Promises to keep once, and changes for every node to follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model

BIG = BigInteger().with_variant(Integer, "sqlite")


class Promise(Model):
    """An effect on the outside world, to be kept at least once by one worker."""

    __tablename__ = "outbox_promise"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_outbox_promise_open", "kept_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    kept_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(500))


class Change(Model):
    """Something public changed; every node brings its index up to this place."""

    __tablename__ = "outbox_change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    seq: Mapped[int] = mapped_column(BIG, primary_key=True)
    subject: Mapped[str] = mapped_column(
        String(300), doc="kind:key, e.g. center:nanfang-hospital"
    )
    at: Mapped[datetime]
