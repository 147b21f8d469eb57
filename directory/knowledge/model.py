"""Tables of sources, therapies, guides and checked claims."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Model, one_of
from directory.knowledge.rules.guide import Verdict
from directory.knowledge.rules.sources import Basis, SourceKind
from directory.knowledge.rules.therapy import MarketStatus, TherapyRole


class SourceRow(Model):
    """A page or paper that was read, once per address."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint(
            "url LIKE 'http://%' OR url LIKE 'https://%'", name="url_is_web"
        ),
        CheckConstraint(one_of("kind", SourceKind), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    title: Mapped[str | None] = mapped_column(String(1000))
    publisher: Mapped[str | None] = mapped_column(String(500))
    kind: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(40))


class TherapyRow(Model):
    """One CAR-T product, as its document stands today."""

    __tablename__ = "therapy"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position_not_negative"),
        CheckConstraint(one_of("role", TherapyRole), name="role_known"),
        CheckConstraint(one_of("market_status", MarketStatus), name="status_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    position: Mapped[int] = mapped_column(doc="Place in lists of all products")
    role: Mapped[str] = mapped_column(String(40))
    market_status: Mapped[str] = mapped_column(String(40))
    document: Mapped[dict[str, Any]] = mapped_column(doc="TherapyDocument, as JSON")
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document")
    changed_at: Mapped[datetime]

    indications: Mapped[list[TherapyIndication]] = relationship(
        order_by="TherapyIndication.position", cascade="all, delete-orphan"
    )


class TherapyIndication(Model):
    """A disease that a product is licensed for, or that a license is sought for."""

    __tablename__ = "therapy_indication"
    __table_args__ = (
        UniqueConstraint("therapy_id", "position"),
        CheckConstraint("position >= 0", name="position_not_negative"),
        CheckConstraint(one_of("basis", Basis), name="basis_known"),
        CheckConstraint(
            "basis = 'unverified' OR source_id IS NOT NULL", name="basis_has_source"
        ),
        CheckConstraint(
            "regulator IS NOT NULL OR approved_on IS NULL", name="approved_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    therapy_id: Mapped[int] = mapped_column(
        ForeignKey("therapy.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    indication: Mapped[str] = mapped_column(
        String(80), index=True, doc="Key of a vocabulary term"
    )
    regulator: Mapped[str | None] = mapped_column(
        String(40), doc="Who licensed it, e.g. NMPA; empty while a license is sought"
    )
    approved_on: Mapped[str | None] = mapped_column(
        String(10), doc="Day, month or year, as exactly as the source gives it"
    )
    line: Mapped[str | None] = mapped_column(String(200), doc="Line of therapy")
    basis: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))


class GuideRow(Model):
    """One guide, as its document stands today."""

    __tablename__ = "guide"
    __table_args__ = (CheckConstraint("position >= 0", name="position_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    position: Mapped[int] = mapped_column(doc="Place in lists of all guides")
    document: Mapped[dict[str, Any]] = mapped_column(doc="GuideDocument, as JSON")
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document")
    changed_at: Mapped[datetime]


class ClaimRow(Model):
    """A statement that circulates, and what checking it found."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint(one_of("verdict", Verdict), name="verdict_known"),
        CheckConstraint(one_of("basis", Basis), name="basis_known"),
        CheckConstraint(
            "basis = 'unverified' OR source_id IS NOT NULL", name="basis_has_source"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True, doc="E.g. SC003")
    section: Mapped[str] = mapped_column(String(80), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    document: Mapped[dict[str, Any]] = mapped_column(doc="ClaimDocument, as JSON")
    basis: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    checked_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document")
    changed_at: Mapped[datetime]


class GlossaryRow(Model):
    """A word that is explained wherever it stands, as its document is today."""

    __tablename__ = "glossary_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True, doc="E.g. crs")
    document: Mapped[dict[str, Any]] = mapped_column(doc="GlossaryTerm, as JSON")
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document")
    changed_at: Mapped[datetime]


class RateRow(Model):
    """What a currency was worth in yuan on a day, as a source gave it."""

    __tablename__ = "exchange_rate"
    __table_args__ = (UniqueConstraint("currency", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), doc="ISO 4217")
    as_of: Mapped[str] = mapped_column(
        String(10), doc="Day, month or year, as exactly as the source gives it"
    )
    document: Mapped[dict[str, Any]] = mapped_column(doc="Rate, as JSON")
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document")
    changed_at: Mapped[datetime]


class GuideClaim(Model):
    """A guide cites a claim: the guide's page changes when the claim does."""

    __tablename__ = "guide_claim"

    guide_id: Mapped[int] = mapped_column(
        ForeignKey("guide.id", ondelete="CASCADE"), primary_key=True
    )
    claim_id: Mapped[int] = mapped_column(
        ForeignKey("claim.id"), primary_key=True, index=True
    )
