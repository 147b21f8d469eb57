"""Submissions: claims, drafts, review, evidence, corrections, re-checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "capacity",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("wait_weeks", sa.Integer(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("stated_by", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'waiting-list', 'full')",
            name=op.f("ck_capacity_state_known"),
        ),
        sa.CheckConstraint(
            "expires_on > stated_on", name=op.f("ck_capacity_expires_later")
        ),
        sa.CheckConstraint(
            "wait_weeks IS NULL OR wait_weeks BETWEEN 0 AND 104",
            name=op.f("ck_capacity_wait_is_weeks"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_capacity_listing_id_listing")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_capacity_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["person.id"], name=op.f("fk_capacity_stated_by_person")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_capacity")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("source_url", sa.String(length=2000), nullable=True),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=2000), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("changed_in", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "language IN ('en', 'zh', 'ru', 'ar')",
            name=op.f("ck_correction_language_known"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR decided_at IS NOT NULL",
            name=op.f("ck_correction_decided_has_day"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'duplicate')",
            name=op.f("ck_correction_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_correction_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["correction.id"],
            name=op.f("fk_correction_duplicate_of_correction"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_correction_listing_id_listing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("reference", name=op.f("uq_correction_reference")),
    )
    op.create_index(
        op.f("ix_correction_listing_id"), "correction", ["listing_id"], unique=False
    )
    op.create_index(
        "ix_correction_state", "correction", ["state", "made_at"], unique=False
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('checked', 'confirmed')", name=op.f("ck_import_run_state_known")
        ),
        sa.CheckConstraint(
            "length(public_id) = 32", name=op.f("ck_import_run_public_id_is_random")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_import_run_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_import_run_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_run_public_id")),
    )
    op.create_index(
        op.f("ix_import_run_organization_id"),
        "import_run",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "listing_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("proof", sa.String(length=20), nullable=False),
        sa.Column("letter_digest", sa.String(length=64), nullable=True),
        sa.Column("letter_sent_on", sa.Date(), nullable=True),
        sa.Column("letter_proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('center', 'facilitator')",
            name=op.f("ck_listing_claim_kind_known"),
        ),
        sa.CheckConstraint(
            "proof IN ('domain', 'letter')", name=op.f("ck_listing_claim_proof_known")
        ),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'waiting', 'approved', 'declined')",
            name=op.f("ck_listing_claim_state_known"),
        ),
        sa.CheckConstraint(
            "length(public_id) = 32", name=op.f("ck_listing_claim_public_id_is_random")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["person.id"],
            name=op.f("fk_listing_claim_decided_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_claim_listing_id_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_listing_claim_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_listing_claim_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_claim")),
        sa.UniqueConstraint("public_id", name=op.f("uq_listing_claim_public_id")),
    )
    op.create_index(
        op.f("ix_listing_claim_listing_id"),
        "listing_claim",
        ["listing_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_listing_claim_person_id"), "listing_claim", ["person_id"], unique=False
    )
    op.create_index(
        "ix_listing_claim_state", "listing_claim", ["state", "made_at"], unique=False
    )
    op.create_table(
        "listing_keeper",
        sa.Column("listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_keeper_listing_id_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_listing_keeper_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_keeper")),
    )
    op.create_index(
        op.f("ix_listing_keeper_organization_id"),
        "listing_keeper",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(public_id) = 32", name=op.f("ck_recheck_public_id_is_random")
        ),
        sa.CheckConstraint("mails >= 0", name=op.f("ck_recheck_mails_not_negative")),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.id"], name=op.f("fk_recheck_done_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_recheck_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint(
            "listing_id", "due_on", name=op.f("uq_recheck_listing_id_due_on")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_recheck_public_id")),
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_sample_size_positive")),
        sa.ForeignKeyConstraint(
            ["drawn_by"], ["person.id"], name=op.f("fk_sample_drawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("listing_kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("typed_by", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('first', 'change')", name=op.f("ck_submission_kind_known")
        ),
        sa.CheckConstraint(
            "listing_kind IN ('center', 'facilitator')",
            name=op.f("ck_submission_listing_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR version IS NOT NULL",
            name=op.f("ck_submission_published_has_version"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'discarded') OR proposed IS NOT NULL",
            name=op.f("ck_submission_submitted_is_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'sent-back', 'published', 'rejected', 'discarded')",
            name=op.f("ck_submission_state_known"),
        ),
        sa.CheckConstraint(
            "length(public_id) = 32", name=op.f("ck_submission_public_id_is_random")
        ),
        sa.CheckConstraint(
            "revision > 0", name=op.f("ck_submission_revision_positive")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_submission_changed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_submission_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_submission_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_submission_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["person.id"],
            name=op.f("fk_submission_submitted_by_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("public_id", name=op.f("uq_submission_public_id")),
    )
    op.create_index(
        op.f("ix_submission_organization_id"),
        "submission",
        ["organization_id"],
        unique=False,
    )
    op.create_index(
        "ix_submission_state", "submission", ["state", "submitted_at"], unique=False
    )
    op.create_index(
        "uq_submission_open",
        "submission",
        ["listing_kind", "slug"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'sent-back')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'sent-back')"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("media_type", sa.String(length=60), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("store_key", sa.String(length=80), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=60), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind <> 'file' OR name IS NOT NULL", name=op.f("ck_evidence_file_has_name")
        ),
        sa.CheckConstraint(
            "kind <> 'link' OR url IS NOT NULL",
            name=op.f("ck_evidence_link_has_address"),
        ),
        sa.CheckConstraint(
            "kind IN ('link', 'file')", name=op.f("ck_evidence_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'clean', 'rejected')",
            name=op.f("ck_evidence_state_known"),
        ),
        sa.CheckConstraint(
            "length(public_id) = 32", name=op.f("ck_evidence_public_id_is_random")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name=op.f("fk_evidence_added_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_evidence_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_public_id")),
        sa.UniqueConstraint("store_key", name=op.f("uq_evidence_store_key")),
    )
    op.create_index(
        op.f("ix_evidence_submission_id"), "evidence", ["submission_id"], unique=False
    )
    op.create_table(
        "sampled_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('holds', 'wrong', 'outdated', 'source-gone')",
            name=op.f("ck_sampled_fact_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"],
            ["person.id"],
            name=op.f("fk_sampled_fact_checked_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_sampled_fact_listing_id_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sampled_fact_sample_id_sample")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_fact")),
        sa.UniqueConstraint(
            "sample_id",
            "listing_id",
            "field",
            name=op.f("uq_sampled_fact_sample_id_listing_id_field"),
        ),
    )
    op.create_table(
        "submission_approval",
        sa.Column("submission_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_submission_approval_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_approval_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint(
            "submission_id", "person_id", name=op.f("pk_submission_approval")
        ),
    )
    op.create_table(
        "submission_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'accepted' OR length(reason) > 0",
            name=op.f("ck_submission_field_refusal_has_reason"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('accepted', 'sent-back', 'rejected')",
            name=op.f("ck_submission_field_decision_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["person.id"],
            name=op.f("fk_submission_field_decided_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_field_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_field")),
        sa.UniqueConstraint(
            "submission_id",
            "field",
            name=op.f("uq_submission_field_submission_id_field"),
        ),
    )
    op.create_index(
        op.f("ix_submission_field_submission_id"),
        "submission_field",
        ["submission_id"],
        unique=False,
    )
    op.create_table(
        "submission_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("excerpt", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('upheld', 'dismissed')",
            name=op.f("ck_submission_finding_answer_known"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["person.id"],
            name=op.f("fk_submission_finding_answered_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_finding_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_finding")),
    )
    op.create_index(
        op.f("ix_submission_finding_submission_id"),
        "submission_finding",
        ["submission_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index(
        op.f("ix_submission_finding_submission_id"), table_name="submission_finding"
    )
    op.drop_table("submission_finding")
    op.drop_index(
        op.f("ix_submission_field_submission_id"), table_name="submission_field"
    )
    op.drop_table("submission_field")
    op.drop_table("submission_approval")
    op.drop_table("sampled_fact")
    op.drop_index(op.f("ix_evidence_submission_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(
        "uq_submission_open",
        table_name="submission",
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'sent-back')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'sent-back')"),
    )
    op.drop_index("ix_submission_state", table_name="submission")
    op.drop_index(op.f("ix_submission_organization_id"), table_name="submission")
    op.drop_table("submission")
    op.drop_table("sample")
    op.drop_table("recheck")
    op.drop_index(
        op.f("ix_listing_keeper_organization_id"), table_name="listing_keeper"
    )
    op.drop_table("listing_keeper")
    op.drop_index("ix_listing_claim_state", table_name="listing_claim")
    op.drop_index(op.f("ix_listing_claim_person_id"), table_name="listing_claim")
    op.drop_index(op.f("ix_listing_claim_listing_id"), table_name="listing_claim")
    op.drop_table("listing_claim")
    op.drop_index(op.f("ix_import_run_organization_id"), table_name="import_run")
    op.drop_table("import_run")
    op.drop_index("ix_correction_state", table_name="correction")
    op.drop_index(op.f("ix_correction_listing_id"), table_name="correction")
    op.drop_table("correction")
    op.drop_table("capacity")
