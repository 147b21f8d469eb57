"""How promises are kept: who keeps them, how often it failed, what was given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("kept_at IS NULL AND given_up_at IS NULL")
GIVEN_UP = sa.text("given_up_at IS NOT NULL")

CHECKS = {
    "faults_not_negative": "faults >= 0",
    "kept_or_given_up": "kept_at IS NULL OR given_up_at IS NULL",
    "lease_is_whole": "(worker IS NULL) = (leased_until IS NULL)",
}


def upgrade() -> None:
    """Add what keepers write down; no promise was kept or given up before."""
    op.drop_index("ix_outbox_promise_open", table_name="outbox_promise")
    with op.batch_alter_table("outbox_promise") as table:
        table.add_column(
            sa.Column("faults", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(
            sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True)
        )
        table.add_column(sa.Column("worker", sa.String(length=32), nullable=True))
        table.add_column(
            sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True)
        )
        table.add_column(
            sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True)
        )
        table.add_column(sa.Column("target", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("about", sa.String(length=100), nullable=True))
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_outbox_promise_{name}"), condition)
    with op.batch_alter_table("outbox_promise") as table:
        table.alter_column("faults", server_default=None)
    op.create_index(
        "ix_outbox_promise_open",
        "outbox_promise",
        ["due_at"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_outbox_promise_given_up",
        "outbox_promise",
        ["given_up_at"],
        unique=False,
        sqlite_where=GIVEN_UP,
        postgresql_where=GIVEN_UP,
    )
    op.create_table(
        "outbox_dead_address",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64",
            name=op.f("ck_outbox_dead_address_digest_is_sha256"),
        ),
        sa.CheckConstraint(
            "length(code) > 0", name=op.f("ck_outbox_dead_address_code_given")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_outbox_dead_address")),
    )


def downgrade() -> None:
    """Forget how promises were kept; what was given up is to be kept again."""
    op.drop_table("outbox_dead_address")
    op.drop_index("ix_outbox_promise_given_up", table_name="outbox_promise")
    op.drop_index("ix_outbox_promise_open", table_name="outbox_promise")
    with op.batch_alter_table("outbox_promise") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_outbox_promise_{name}"), type_="check")
        for column in (
            "about",
            "target",
            "given_up_at",
            "leased_until",
            "worker",
            "first_tried_at",
            "faults",
        ):
            table.drop_column(column)
    op.create_index(
        "ix_outbox_promise_open", "outbox_promise", ["kept_at", "due_at"], unique=False
    )
