"""People of a hospital who answer cases, apart from those who edit its listings."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = (
    "'hospital-editor', 'hospital-manager', 'facilitator', 'facilitator-manager',"
    " 'moderator', 'admin'"
)
NOW = (
    "'hospital-editor', 'hospital-manager', 'hospital-coordinator', 'facilitator',"
    " 'facilitator-manager', 'moderator', 'admin'"
)
TABLES = ("membership", "invitation")


def upgrade() -> None:
    """Let memberships and invitations name the new role."""
    _allow(NOW)


def downgrade() -> None:
    """Take the role from whoever has it."""
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE role = 'hospital-coordinator'")  # noqa: S608
    _allow(BEFORE)


def _allow(roles: str) -> None:
    # Nothing hangs on rows of these tables, so that SQLite may make them anew.
    for table in TABLES:
        name = op.f(f"ck_{table}_role_known")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"role IN ({roles})")
