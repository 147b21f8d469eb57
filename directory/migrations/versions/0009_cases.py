"""Cases and their referrals, documents of inquiries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; cases of inquiries that came before are opened by a job."""
    op.create_table(
        "care_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("resumes", sa.String(length=24), nullable=True),
        sa.Column("paused_for", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing", sa.String(length=24), nullable=True),
        sa.Column("duplicate_of", sa.String(length=32), nullable=True),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_care_case_closed_is_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closing IS NOT NULL)",
            name=op.f("ck_care_case_closed_has_a_code"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (due_at IS NULL)",
            name=op.f("ck_care_case_open_is_due"),
        ),
        sa.CheckConstraint(
            "(state = 'paused') = (paused_for IS NOT NULL AND resumes IS NOT NULL)",
            name=op.f("ck_care_case_paused_has_a_reason"),
        ),
        sa.CheckConstraint(
            "closing IS NULL OR closing IN ('treated', 'not-eligible', 'no-capacity', 'patient-chose-elsewhere', 'cost', 'visa', 'died', 'withdrew', 'no-reply', 'duplicate', 'out-of-scope')",
            name=op.f("ck_care_case_closing_known"),
        ),
        sa.CheckConstraint(
            "paused_for IS NULL OR paused_for IN ('patient-asked', 'medical', 'waiting-list', 'travel')",
            name=op.f("ck_care_case_pause_known"),
        ),
        sa.CheckConstraint(
            "resumes IS NULL OR (resumes IN ('waiting-for-patient', 'waiting-for-facilitator', 'waiting-for-hospital', 'paused', 'closed') AND resumes NOT IN ('paused', 'closed'))",
            name=op.f("ck_care_case_resumes_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting-for-patient', 'waiting-for-facilitator', 'waiting-for-hospital', 'paused', 'closed')",
            name=op.f("ck_care_case_state_known"),
        ),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_care_case_id_is_random")),
        sa.CheckConstraint(
            "step BETWEEN 1 AND 9", name=op.f("ck_care_case_step_known")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_care_case_version_positive")),
        sa.CheckConstraint("warnings >= 0", name=op.f("ck_care_case_warnings_counted")),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name=op.f("fk_care_case_assignee_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["care_case.id"],
            name=op.f("fk_care_case_duplicate_of_care_case"),
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_care_case_inquiry_id_inquiry")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_care_case_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_case")),
        sa.UniqueConstraint("inquiry_id", name=op.f("uq_care_case_inquiry_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_care_case_reference")),
    )
    op.create_index(
        "ix_care_case_assignee_id", "care_case", ["assignee_id"], unique=False
    )
    op.create_index("ix_care_case_due_at", "care_case", ["due_at"], unique=False)
    op.create_index(
        "ix_care_case_organization_state",
        "care_case",
        ["organization_id", "state"],
        unique=False,
    )
    op.create_table(
        "inquiry_document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("center", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("flaw", sa.String(length=30), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("received_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_key", sa.String(length=60), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(length=200), nullable=True),
        sa.Column("wrapped_by", sa.String(length=32), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("is_deidentified", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('record', 'estimate', 'letter', 'other')",
            name=op.f("ck_inquiry_document_kind_known"),
        ),
        sa.CheckConstraint(
            "side IN ('patient', 'facilitator', 'hospital')",
            name=op.f("ck_inquiry_document_side_known"),
        ),
        sa.CheckConstraint(
            "state != 'kept' OR (file_key IS NOT NULL AND wrapped_key IS NOT NULL AND media_type IS NOT NULL AND sha256 IS NOT NULL)",
            name=op.f("ck_inquiry_document_kept_is_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('arriving', 'checking', 'kept', 'refused')",
            name=op.f("ck_inquiry_document_state_known"),
        ),
        sa.CheckConstraint(
            "(wrapped_key IS NULL) = (wrapped_by IS NULL)",
            name=op.f("ck_inquiry_document_wrapping_is_named"),
        ),
        sa.CheckConstraint(
            "length(id) = 32", name=op.f("ck_inquiry_document_id_is_random")
        ),
        sa.CheckConstraint(
            "received_bytes >= 0 AND received_bytes <= size_bytes",
            name=op.f("ck_inquiry_document_received_within_size"),
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiry.id"],
            name=op.f("fk_inquiry_document_inquiry_id_inquiry"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_inquiry_document_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_document")),
    )
    op.create_index(
        "ix_inquiry_document_inquiry_id",
        "inquiry_document",
        ["inquiry_id"],
        unique=False,
    )
    op.create_index(
        "ix_inquiry_document_state",
        "inquiry_document",
        ["state", "changed_at"],
        unique=False,
    )
    op.create_index(
        "ix_inquiry_document_wrapped_by",
        "inquiry_document",
        ["wrapped_by"],
        unique=False,
    )
    op.create_table(
        "rule_set",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'in-force', 'retired')",
            name=op.f("ck_rule_set_state_known"),
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_rule_set_digest_is_sha256")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_rule_set_version_positive")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_rule_set_made_by_person")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_set")),
    )
    op.create_index(
        "uq_rule_set_in_force",
        "rule_set",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'in-force'"),
        postgresql_where=sa.text("state = 'in-force'"),
    )
    op.create_table(
        "case_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > began_at", name=op.f("ck_case_look_ends_later")),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_case_look_id_is_random")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_case_look_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_look_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_look")),
        sa.UniqueConstraint(
            "case_id",
            "person_id",
            "began_at",
            name=op.f("uq_case_look_case_id_person_id_began_at"),
        ),
    )
    op.create_index("ix_case_look_case_id", "case_look", ["case_id"], unique=False)
    op.create_table(
        "case_mark",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["care_case.id"],
            name=op.f("fk_case_mark_case_id_care_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_case_mark")),
    )
    op.create_index("ix_case_mark_digest", "case_mark", ["digest"], unique=False)
    op.create_table(
        "inquiry_document_part",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("begins_at", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(length=60), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(length=200), nullable=False),
        sa.Column("wrapped_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "begins_at >= 0", name=op.f("ck_inquiry_document_part_begins_within")
        ),
        sa.CheckConstraint(
            "size_bytes > 0", name=op.f("ck_inquiry_document_part_size_positive")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["inquiry_document.id"],
            name=op.f("fk_inquiry_document_part_document_id_inquiry_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "document_id", "begins_at", name=op.f("pk_inquiry_document_part")
        ),
    )
    op.create_index(
        "ix_inquiry_document_part_wrapped_by",
        "inquiry_document_part",
        ["wrapped_by"],
        unique=False,
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("center", sa.String(length=200), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_leading", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline", sa.String(length=16), nullable=True),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("rules_version", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'declined') = (decline IS NOT NULL)",
            name=op.f("ck_referral_declined_has_a_code"),
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'offered', 'needs-more')) = (due_at IS NOT NULL)",
            name=op.f("ck_referral_waiting_is_due"),
        ),
        sa.CheckConstraint(
            "decline IS NULL OR decline IN ('capacity', 'eligibility', 'no-product', 'other')",
            name=op.f("ck_referral_decline_known"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'offered', 'accepted', 'needs-more', 'declined', 'expired', 'refused', 'ended')",
            name=op.f("ck_referral_state_known"),
        ),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_referral_id_is_random")),
        sa.CheckConstraint("version > 0", name=op.f("ck_referral_version_positive")),
        sa.CheckConstraint("warnings >= 0", name=op.f("ck_referral_warnings_counted")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_referral_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_referral_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["rules_version"],
            ["rule_set.version"],
            name=op.f("fk_referral_rules_version_rule_set"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index("ix_referral_case_id", "referral", ["case_id"], unique=False)
    op.create_index("ix_referral_due_at", "referral", ["due_at"], unique=False)
    op.create_index(
        "ix_referral_organization_state",
        "referral",
        ["organization_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_referral_open",
        "referral",
        ["case_id", "center"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('proposed', 'offered', 'accepted', 'needs-more')"
        ),
        postgresql_where=sa.text(
            "state IN ('proposed', 'offered', 'accepted', 'needs-more')"
        ),
    )
    op.create_table(
        "case_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("referral_id", sa.String(length=32), nullable=True),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "side IN ('patient', 'facilitator', 'hospital', 'directory')",
            name=op.f("ck_case_move_side_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_case_move_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_case_move_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_move_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_case_move_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_move")),
    )
    op.create_index("ix_case_move_at", "case_move", ["at"], unique=False)
    op.create_index(
        "ix_case_move_case_id_at", "case_move", ["case_id", "at"], unique=False
    )
    op.create_index(
        "ix_case_move_referral_id", "case_move", ["referral_id"], unique=False
    )
    # A plain statement: SQLite would else make the table anew, and delete what
    # hangs on its rows.
    moment = (
        "TIMESTAMP WITH TIME ZONE"
        if op.get_bind().dialect.name == "postgresql"
        else "DATETIME"
    )
    op.execute(f"ALTER TABLE inquiry ADD COLUMN email_confirmed_at {moment}")


def downgrade() -> None:
    """Drop the tables, and with them every case."""
    op.execute("ALTER TABLE inquiry DROP COLUMN email_confirmed_at")
    op.drop_index("ix_case_move_referral_id", table_name="case_move")
    op.drop_index("ix_case_move_case_id_at", table_name="case_move")
    op.drop_index("ix_case_move_at", table_name="case_move")
    op.drop_table("case_move")
    op.drop_index(
        "uq_referral_open",
        table_name="referral",
        sqlite_where=sa.text(
            "state IN ('proposed', 'offered', 'accepted', 'needs-more')"
        ),
        postgresql_where=sa.text(
            "state IN ('proposed', 'offered', 'accepted', 'needs-more')"
        ),
    )
    op.drop_index("ix_referral_organization_state", table_name="referral")
    op.drop_index("ix_referral_due_at", table_name="referral")
    op.drop_index("ix_referral_case_id", table_name="referral")
    op.drop_table("referral")
    op.drop_index(
        "ix_inquiry_document_part_wrapped_by", table_name="inquiry_document_part"
    )
    op.drop_table("inquiry_document_part")
    op.drop_index("ix_case_mark_digest", table_name="case_mark")
    op.drop_table("case_mark")
    op.drop_index("ix_case_look_case_id", table_name="case_look")
    op.drop_table("case_look")
    op.drop_index(
        "uq_rule_set_in_force",
        table_name="rule_set",
        sqlite_where=sa.text("state = 'in-force'"),
        postgresql_where=sa.text("state = 'in-force'"),
    )
    op.drop_table("rule_set")
    op.drop_index("ix_inquiry_document_wrapped_by", table_name="inquiry_document")
    op.drop_index("ix_inquiry_document_state", table_name="inquiry_document")
    op.drop_index("ix_inquiry_document_inquiry_id", table_name="inquiry_document")
    op.drop_table("inquiry_document")
    op.drop_index("ix_care_case_organization_state", table_name="care_case")
    op.drop_index("ix_care_case_due_at", table_name="care_case")
    op.drop_index("ix_care_case_assignee_id", table_name="care_case")
    op.drop_table("care_case")
