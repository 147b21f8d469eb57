"""Listings: numbered versions, their facts, drafts, and what was withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "city_profile",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_city_profile_digest_is_sha256")
        ),
        sa.CheckConstraint(
            "position > 0", name=op.f("ck_city_profile_position_positive")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_city_profile")),
    )
    op.create_table(
        "do_not_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("spelling", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('center', 'facilitator')", name=op.f("ck_do_not_list_kind_known")
        ),
        sa.CheckConstraint(
            "length(spelling) > 0", name=op.f("ck_do_not_list_spelling_given")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_list")),
        sa.UniqueConstraint("kind", "spelling", name="uq_do_not_list_kind_spelling"),
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('center', 'facilitator')", name=op.f("ck_listing_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')",
            name=op.f("ck_listing_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("id", "state", name="uq_listing_id_state"),
        sa.UniqueConstraint("kind", "slug", name="uq_listing_kind_slug"),
    )
    op.create_table(
        "listing_draft",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state = 'draft'", name=op.f("ck_listing_draft_only_draft")),
        sa.CheckConstraint(
            "length(authority) > 0", name=op.f("ck_listing_draft_authority_named")
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_listing_draft_digest_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_draft_listing_id_listing",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_draft")),
    )
    op.create_table(
        "listing_tombstone",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state = 'withdrawn'", name=op.f("ck_listing_tombstone_only_withdrawn")
        ),
        sa.CheckConstraint(
            "length(reason) > 0", name=op.f("ck_listing_tombstone_reason_given")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_tombstone_listing_id_listing",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_tombstone")),
    )
    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "length(authority) > 0", name=op.f("ck_listing_version_authority_named")
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_listing_version_digest_is_sha256")
        ),
        sa.CheckConstraint(
            "number > 0", name=op.f("ck_listing_version_number_positive")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_version_listing_id_listing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
        sa.UniqueConstraint(
            "listing_id", "number", name="uq_listing_version_listing_id_number"
        ),
    )
    op.create_table(
        "listing_current",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'published'", name=op.f("ck_listing_current_only_published")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id", "number"],
            ["listing_version.listing_id", "listing_version.number"],
            name="fk_listing_current_listing_id_listing_version",
        ),
        sa.ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_current_listing_id_listing",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_current")),
    )
    op.create_table(
        "listing_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.String(length=4000), nullable=True),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint(
            "(part = 'capability' AND value = 'not-stated') OR basis IS NOT NULL",
            name=op.f("ck_listing_fact_stated_has_basis"),
        ),
        sa.CheckConstraint(
            "NOT (part = 'capability' AND value = 'not-stated') OR (basis IS NULL AND source_id IS NULL AND statement IS NULL)",
            name=op.f("ck_listing_fact_not_stated_has_no_basis"),
        ),
        sa.CheckConstraint(
            "basis IS NULL OR basis <> 'sourced' OR source_id IS NOT NULL",
            name=op.f("ck_listing_fact_sourced_has_source"),
        ),
        sa.CheckConstraint(
            "basis IS NULL OR basis IN ('sourced', 'attested', 'verified', 'unverified')",
            name=op.f("ck_listing_fact_basis_known"),
        ),
        sa.CheckConstraint(
            "part <> 'capability' OR value IN ('yes', 'no', 'not-stated', 'refused', 'conflicting')",
            name=op.f("ck_listing_fact_capability_value_known"),
        ),
        sa.CheckConstraint(
            "part <> 'treatment' OR value IN ('approved-product', 'registered-trial', 'investigator-trial', 'clinical-application', 'not-offered', 'not-stated')",
            name=op.f("ck_listing_fact_route_known"),
        ),
        sa.CheckConstraint(
            "part IN ('identity', 'detail', 'capability', 'evidence', 'treatment', 'trial', 'service', 'city', 'language')",
            name=op.f("ck_listing_fact_part_known"),
        ),
        sa.CheckConstraint(
            "as_of IS NULL OR length(as_of) IN (4, 7, 10)",
            name=op.f("ck_listing_fact_as_of_is_partial_date"),
        ),
        sa.CheckConstraint(
            "next_due > checked_on", name=op.f("ck_listing_fact_due_after_check")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_listing_fact_source_id_source")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["listing_version.id"],
            name=op.f("fk_listing_fact_version_id_listing_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_fact")),
        sa.UniqueConstraint("version_id", "field", name="uq_listing_fact_version_id"),
    )
    op.create_index(
        "ix_listing_fact_next_due", "listing_fact", ["next_due"], unique=False
    )
    op.create_index(
        "ix_listing_fact_source_id", "listing_fact", ["source_id"], unique=False
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ix_listing_fact_source_id", table_name="listing_fact")
    op.drop_index("ix_listing_fact_next_due", table_name="listing_fact")
    op.drop_table("listing_fact")
    op.drop_table("listing_current")
    op.drop_table("listing_version")
    op.drop_table("listing_tombstone")
    op.drop_table("listing_draft")
    op.drop_table("listing")
    op.drop_table("do_not_list")
    op.drop_table("city_profile")
