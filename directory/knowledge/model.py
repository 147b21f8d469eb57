"""Tables of sources, therapies, guides and checked claims."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model


class SourceRow(Model):
    """A page or paper that was read, once per address."""

    __tablename__ = "source"
    __table_args__ = (CheckConstraint("url LIKE 'http%'", name="url_is_web"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    title: Mapped[str | None] = mapped_column(String(1000))
    publisher: Mapped[str | None] = mapped_column(String(500))
    kind: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(40))
