"""On whose word a term stands, so that seeds leave alone what people edited."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of every term that the seeds brought it; until now nobody else could."""
    # In one statement, for SQLite too: a table that is made anew there would take
    # all spellings along, which are deleted with their term.
    op.execute(
        "ALTER TABLE term ADD COLUMN authority VARCHAR(200) DEFAULT 'seed' NOT NULL"
        " CONSTRAINT ck_term_authority_named CHECK (length(authority) > 0)"
    )


def downgrade() -> None:
    """Forget who edited a term; the next seeds bring their own words back."""
    op.execute("ALTER TABLE term DROP COLUMN authority")
