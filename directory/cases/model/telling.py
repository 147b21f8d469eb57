"""Who is told of news, and how a facilitator says who pays it."""

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

from directory.core.db import Model


class NewsSeen(Model):
    """Up to which moment somebody has seen the news of an organization."""

    __tablename__ = "news_seen"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), primary_key=True, autoincrement=False
    )
    seen_at: Mapped[datetime]


class Webhook(Model):
    """An address of an organization's own that is told of news."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("length(id) = 32", name="id_is_random"),
        UniqueConstraint("organization_id", "url"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    url: Mapped[str] = mapped_column(String(500))
    wrapped_secret: Mapped[bytes] = mapped_column(
        LargeBinary, doc="What its deliveries are signed with, wrapped by the ring"
    )
    wrapped_by: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None] = mapped_column(
        doc="By its people, or by the program after days without an answer"
    )
    failing_since: Mapped[datetime | None]


class Delivery(Model):
    """One try to tell an address."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("attempt > 0", name="attempt_positive"),
        Index("ix_webhook_delivery_webhook_id_at", "webhook_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[str] = mapped_column(
        ForeignKey("webhook.id", ondelete="CASCADE")
    )
    event_id: Mapped[str] = mapped_column(
        String(40), doc="The same for each try, so that a receiver can tell"
    )
    kind: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int]
    at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(doc="Of HTTP, if one was answered")
    failure: Mapped[str | None] = mapped_column(String(60))
    took_ms: Mapped[int | None]


class InterestCard(Model):
    """Who pays a facilitator, and with which hospitals it has contracts."""

    __tablename__ = "interest_card"
    __table_args__ = (
        UniqueConstraint("listing_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    version: Mapped[int]
    paid_by: Mapped[list[str]] = mapped_column(doc="Codes: patient, hospital, other")
    contracts: Mapped[list[str]] = mapped_column(doc="Slugs of centers")
    has_no_contracts: Mapped[bool] = mapped_column(doc="Said so, not left open")
    words: Mapped[dict[str, Any]] = mapped_column(
        JSON, doc="How fees are made up, by language"
    )
    stated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    stated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NewsTold(Model):
    """When somebody is next told by mail, so that much news is one mail."""

    __tablename__ = "news_told"
    __table_args__ = (CheckConstraint("length(whom) > 0", name="whom_named"),)

    whom: Mapped[str] = mapped_column(
        String(80), primary_key=True, doc="case:<id>, or person:<row>:<organization>"
    )
    at: Mapped[datetime]
