"""Queries that found nothing, for moderators."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model


class UnansweredQuery(Model):
    """Words that found nothing on one day; nobody's, and no time of day."""

    __tablename__ = "search_unanswered"
    __table_args__ = (CheckConstraint("times > 0", name="times_positive"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200), primary_key=True)
    times: Mapped[int]
