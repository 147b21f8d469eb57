"""Queries that found nothing, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "search_unanswered",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "times > 0", name=op.f("ck_search_unanswered_times_positive")
        ),
        sa.PrimaryKeyConstraint("day", "text", name=op.f("pk_search_unanswered")),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("search_unanswered")
