"""Tables of terms and of the ways to write them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Model, one_of
from directory.vocabulary.rules import SEED, Form, Reason, TermKind


class TermRow(Model):
    """One concept of the vocabulary."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint(one_of("kind", TermKind), name="kind_known"),
        CheckConstraint(one_of("reason", Reason), name="reason_known"),
        CheckConstraint("length(authority) > 0", name="authority_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    labels: Mapped[dict[str, str]] = mapped_column(doc="Words by language code")
    broader: Mapped[list[str]] = mapped_column(doc="Keys of terms of the same kind")
    near: Mapped[list[str]] = mapped_column(doc="What to offer, each kind:key")
    reason: Mapped[str | None] = mapped_column(String(40))
    caution: Mapped[str | None] = mapped_column(String(1000))
    digest: Mapped[str] = mapped_column(
        String(64), doc="SHA-256 of the term as JSON, synonyms included"
    )
    changed_at: Mapped[datetime]
    authority: Mapped[str] = mapped_column(
        String(200),
        server_default=SEED,
        doc="On whose word it stands, e.g. seed, or person: and an id",
    )

    synonyms: Mapped[list[SynonymRow]] = relationship(
        order_by="SynonymRow.position", cascade="all, delete-orphan"
    )


class SynonymRow(Model):
    """One way of writing a term."""

    __tablename__ = "synonym"
    __table_args__ = (
        UniqueConstraint("term_id", "position"),
        CheckConstraint(one_of("form", Form), name="form_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(8), doc="BCP 47; mul for any")
    form: Mapped[str] = mapped_column(String(20))
    cautious: Mapped[bool] = mapped_column(
        doc="Counts only in capitals or beside another medical term"
    )
    whole: Mapped[bool] = mapped_column(doc="Counts only as a whole token")
    also: Mapped[bool] = mapped_column(doc="Read together with other meanings")
    ordered: Mapped[bool] = mapped_column(
        doc="Counts only where the words speak of an order of treatments"
    )
    note: Mapped[str | None] = mapped_column(String(80), doc="Note to show with it")
