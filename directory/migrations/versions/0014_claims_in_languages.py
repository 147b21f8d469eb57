"""Checked claims are kept as their documents, whose words may be in any language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Row = Mapping[Any, Any]


def upgrade() -> None:
    """Put the words of claims into documents, in English as they stood."""
    rebuild(
        [sa.Column("document", sa.JSON(), nullable=False)],
        lambda row, source: {"document": document(row, source)},
    )


def downgrade() -> None:
    """Keep the English words alone; the next seeding has nothing to go by besides."""
    rebuild(
        [
            sa.Column("claim", sa.String(length=1000), nullable=False),
            sa.Column("correction", sa.String(length=2000), nullable=True),
            sa.Column("note", sa.String(length=2000), nullable=True),
        ],
        lambda row, _source: {
            name: english(row["document"].get(name))
            for name in ("claim", "correction", "note")
        },
    )


def document(row: Row, source: Row | None) -> dict[str, Any]:
    """Return a claim as its document, without what is not stated."""
    found: dict[str, Any] = {
        "id": row["key"],
        "section": row["section"],
        "verdict": row["verdict"],
        "basis": row["basis"],
        "checked_on": row["checked_on"].isoformat(),
    }
    for name in ("claim", "correction", "note"):
        if row[name] is not None:
            found[name] = {"en": row[name]}
    if source is not None:
        named = ("url", "title", "publisher", "kind", "language")
        found["source"] = {name: source[name] for name in named if source[name]}
    return found


def english(words: dict[str, str] | str | None) -> str | None:
    """Return the English words of a text."""
    return words["en"] if isinstance(words, dict) else words


def rebuild(
    words: list[sa.Column[Any]], told: Callable[[Row, Row | None], dict[str, Any]]
) -> None:
    """Make the table of claims anew, with other columns for its words.

    SQLite cannot take a column away from under a constraint, so rows are read, both
    tables are made again, and the rows are put back under the ids that they had.

    Args:
        words: Columns that hold what a claim says.
        told: The values of these, from the row before and its source.
    """
    connection = op.get_bind()
    before = sa.MetaData()
    before.reflect(connection, only=["claim", "guide_claim", "source"])
    claim, cited, source = (
        before.tables[name] for name in ("claim", "guide_claim", "source")
    )
    found = connection.execute(sa.select(source)).mappings()
    sources = {row["id"]: row for row in found}
    claims = connection.execute(sa.select(claim)).mappings().all()
    citations = [dict(row) for row in connection.execute(sa.select(cited)).mappings()]
    op.drop_table("guide_claim")
    op.drop_table("claim")
    kept = _claim_table(words)
    citing = _guide_claim_table()
    rows = [
        {
            name: row[name]
            for name in (
                *("id", "key", "section", "verdict", "basis", "source_id"),
                *("checked_on", "digest", "changed_at"),
            )
        }
        | told(row, sources.get(row["source_id"]))
        for row in claims
    ]
    if rows:
        op.bulk_insert(kept, rows)
    if citations:
        op.bulk_insert(citing, citations)
    if connection.dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('claim', 'id'),"
            " COALESCE((SELECT max(id) FROM claim), 0) + 1, false)"
        )


def _claim_table(words: list[sa.Column[Any]]) -> sa.Table:
    table = op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("section", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        *words,
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis = 'unverified' OR source_id IS NOT NULL",
            name=op.f("ck_claim_basis_has_source"),
        ),
        sa.CheckConstraint(
            "basis IN ('sourced', 'attested', 'verified', 'unverified')",
            name=op.f("ck_claim_basis_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('holds', 'wrong', 'outdated', 'unverifiable')",
            name=op.f("ck_claim_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_claim_source_id_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_key")),
    )
    op.create_index(op.f("ix_claim_section"), "claim", ["section"], unique=False)
    return table


def _guide_claim_table() -> sa.Table:
    table = op.create_table(
        "guide_claim",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_guide_claim_claim_id_claim")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"],
            ["guide.id"],
            name=op.f("fk_guide_claim_guide_id_guide"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("guide_id", "claim_id", name=op.f("pk_guide_claim")),
    )
    op.create_index(
        op.f("ix_guide_claim_claim_id"), "guide_claim", ["claim_id"], unique=False
    )
    return table
