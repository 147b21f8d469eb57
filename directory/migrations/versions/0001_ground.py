"""The ground: log, outbox, vocabulary, and what is known of therapies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_entry_seq_positive")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entry_previous")),
        sa.UniqueConstraint("seal", name=op.f("uq_audit_entry_seal")),
    )
    op.create_index(
        op.f("ix_audit_entry_event"), "audit_entry", ["event"], unique=False
    )
    op.create_index(
        op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False
    )
    op.create_table(
        "guide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "position >= 0", name=op.f("ck_guide_position_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide")),
        sa.UniqueConstraint("slug", name=op.f("uq_guide_slug")),
    )
    op.create_table(
        "outbox_change",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox_change")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox_promise",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "tries >= 0", name=op.f("ck_outbox_promise_tries_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_promise")),
    )
    op.create_index(
        "ix_outbox_promise_open", "outbox_promise", ["kept_at", "due_at"], unique=False
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.String(length=1000), nullable=True),
        sa.Column("publisher", sa.String(length=500), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "kind IN ('official-hospital', 'journal', 'news', 'facilitator', 'registry', 'registry-mirror', 'government', 'company', 'encyclopedia', 'other')",
            name=op.f("ck_source_kind_known"),
        ),
        sa.CheckConstraint(
            "url LIKE 'http://%' OR url LIKE 'https://%'",
            name=op.f("ck_source_url_is_web"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("broader", sa.JSON(), nullable=False),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("caution", sa.String(length=1000), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('city', 'capability', 'therapy', 'indication', 'audience', 'language', 'type', 'route', 'guide', 'target', 'filler', 'not-covered')",
            name=op.f("ck_term_kind_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('city-not-covered', 'disease-not-covered', 'therapy-not-approved-in-china', 'out-of-scope', 'no-claim')",
            name=op.f("ck_term_reason_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_term_kind_key")),
    )
    op.create_table(
        "therapy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("market_status", sa.String(length=40), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "market_status IN ('approved-and-marketed', 'approved-not-on-sale', 'approved', 'not-approved-in-mainland-china', 'application-accepted', 'pivotal-trial')",
            name=op.f("ck_therapy_status_known"),
        ),
        sa.CheckConstraint(
            "role IN ('approved-in-china', 'global-comparator', 'watch-list')",
            name=op.f("ck_therapy_role_known"),
        ),
        sa.CheckConstraint(
            "position >= 0", name=op.f("ck_therapy_position_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapy")),
        sa.UniqueConstraint("slug", name=op.f("uq_therapy_slug")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("section", sa.String(length=80), nullable=False),
        sa.Column("claim", sa.String(length=1000), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("correction", sa.String(length=2000), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
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
    op.create_table(
        "synonym",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("cautious", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("also", sa.Boolean(), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "form IN ('name', 'abbreviation', 'code', 'nickname', 'pinyin', 'initials', 'misspelling', 'question')",
            name=op.f("ck_synonym_form_known"),
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_synonym_term_id_term"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        sa.UniqueConstraint(
            "term_id", "position", name=op.f("uq_synonym_term_id_position")
        ),
    )
    op.create_table(
        "therapy_indication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapy_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("indication", sa.String(length=80), nullable=False),
        sa.Column("regulator", sa.String(length=40), nullable=True),
        sa.Column("approved_on", sa.String(length=10), nullable=True),
        sa.Column("line", sa.String(length=200), nullable=True),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "basis = 'unverified' OR source_id IS NOT NULL",
            name=op.f("ck_therapy_indication_basis_has_source"),
        ),
        sa.CheckConstraint(
            "basis IN ('sourced', 'attested', 'verified', 'unverified')",
            name=op.f("ck_therapy_indication_basis_known"),
        ),
        sa.CheckConstraint(
            "position >= 0", name=op.f("ck_therapy_indication_position_not_negative")
        ),
        sa.CheckConstraint(
            "regulator IS NOT NULL OR approved_on IS NULL",
            name=op.f("ck_therapy_indication_approved_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_therapy_indication_source_id_source"),
        ),
        sa.ForeignKeyConstraint(
            ["therapy_id"],
            ["therapy.id"],
            name=op.f("fk_therapy_indication_therapy_id_therapy"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapy_indication")),
        sa.UniqueConstraint(
            "therapy_id",
            "position",
            name=op.f("uq_therapy_indication_therapy_id_position"),
        ),
    )
    op.create_index(
        op.f("ix_therapy_indication_indication"),
        "therapy_indication",
        ["indication"],
        unique=False,
    )
    op.create_table(
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


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index(op.f("ix_guide_claim_claim_id"), table_name="guide_claim")
    op.drop_table("guide_claim")
    op.drop_index(
        op.f("ix_therapy_indication_indication"), table_name="therapy_indication"
    )
    op.drop_table("therapy_indication")
    op.drop_table("synonym")
    op.drop_index(op.f("ix_claim_section"), table_name="claim")
    op.drop_table("claim")
    op.drop_table("therapy")
    op.drop_table("term")
    op.drop_table("source")
    op.drop_index("ix_outbox_promise_open", table_name="outbox_promise")
    op.drop_table("outbox_promise")
    op.drop_table("outbox_change")
    op.drop_table("guide")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_event"), table_name="audit_entry")
    op.drop_table("audit_entry")
