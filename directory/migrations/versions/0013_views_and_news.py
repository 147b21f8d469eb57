"""Browsers in which an inquiry is open, and when somebody is next told of news."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inquiry_view",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "seen_at >= opened_at", name=op.f("ck_inquiry_view_seen_after_opened")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiry.id"],
            name=op.f("fk_inquiry_view_inquiry_id_inquiry"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_inquiry_view")),
    )
    op.create_index("ix_inquiry_view_inquiry_id", "inquiry_view", ["inquiry_id"])
    op.create_index("ix_inquiry_view_seen_at", "inquiry_view", ["seen_at"])
    op.create_table(
        "news_told",
        sa.Column("whom", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(whom) > 0", name=op.f("ck_news_told_whom_named")),
        sa.PrimaryKeyConstraint("whom", name=op.f("pk_news_told")),
    )


def downgrade() -> None:
    """Close every view, and forget the rest; at worst somebody is told twice."""
    op.drop_table("news_told")
    op.drop_table("inquiry_view")
