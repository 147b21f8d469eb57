"""What is written about cases, and what hospitals give to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "letter_template",
        sa.Column("organization_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "version > 0", name=op.f("ck_letter_template_version_positive")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["person.id"],
            name=op.f("fk_letter_template_changed_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_letter_template_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_letter_template")),
    )
    op.create_table(
        "message_template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body", sa.String(length=4000), nullable=False),
        sa.Column("other_language", sa.String(length=2), nullable=True),
        sa.Column("other_body", sa.String(length=4000), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "language IN ('en', 'zh', 'ru', 'ar')",
            name=op.f("ck_message_template_language_known"),
        ),
        sa.CheckConstraint(
            "length(id) = 32", name=op.f("ck_message_template_id_is_random")
        ),
        sa.CheckConstraint(
            "other_language IS NULL OR other_language != language",
            name=op.f("ck_message_template_languages_differ"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["person.id"],
            name=op.f("fk_message_template_changed_by_person"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_message_template_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint(
            "organization_id",
            "name",
            name=op.f("uq_message_template_organization_id_name"),
        ),
    )
    op.create_table(
        "case_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_case_note_id_is_random")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_case_note_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_case_note_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(
        "ix_case_note_case_id",
        "case_note",
        ["case_id", "organization_id"],
        unique=False,
    )
    op.create_table(
        "case_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by IS NULL)",
            name=op.f("ck_case_task_done_by_somebody"),
        ),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_case_task_id_is_random")),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name=op.f("fk_case_task_assignee_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["care_case.id"], name=op.f("fk_case_task_case_id_care_case")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.id"], name=op.f("fk_case_task_done_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_case_task_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_case_task_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
    )
    op.create_index(
        "ix_case_task_case_id",
        "case_task",
        ["case_id", "organization_id"],
        unique=False,
    )
    op.create_index("ix_case_task_due_at", "case_task", ["due_at"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_interpreter", sa.Boolean(), nullable=False),
        sa.Column("how", sa.LargeBinary(), nullable=True),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'chosen', 'none-fits', 'held', 'canceled')",
            name=op.f("ck_call_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('chosen', 'held') OR chosen_at IS NOT NULL",
            name=op.f("ck_call_chosen_is_known"),
        ),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_call_id_is_random")),
        sa.CheckConstraint(
            "minutes BETWEEN 5 AND 240", name=op.f("ck_call_minutes_sensible")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_call_version_positive")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_call_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_call_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_referral_id", "call", ["referral_id"], unique=False)
    op.create_table(
        "case_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=True),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_key", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("read_by_patient_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_owner_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_hospital_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "side IN ('patient', 'facilitator', 'hospital', 'directory') AND side != 'directory'",
            name=op.f("ck_case_message_side_known"),
        ),
        sa.CheckConstraint(
            "length(id) = 32", name=op.f("ck_case_message_id_is_random")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["care_case.id"],
            name=op.f("fk_case_message_case_id_care_case"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_case_message_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_message_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_case_message_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
        sa.UniqueConstraint(
            "case_id", "sent_key", name=op.f("uq_case_message_case_id_sent_key")
        ),
    )
    op.create_index(
        "ix_case_message_case_id_at", "case_message", ["case_id", "at"], unique=False
    )
    op.create_index(
        "ix_case_message_referral_id", "case_message", ["referral_id"], unique=False
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_follow_up_id_is_random")),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_follow_up_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index("ix_follow_up_due_on", "follow_up", ["due_on"], unique=False)
    op.create_index(
        "ix_follow_up_referral_id", "follow_up", ["referral_id"], unique=False
    )
    op.create_table(
        "invitation_letter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(id) = 32", name=op.f("ck_invitation_letter_id_is_random")
        ),
        sa.CheckConstraint(
            "number > 0", name=op.f("ck_invitation_letter_number_positive")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["inquiry_document.id"],
            name=op.f("fk_invitation_letter_document_id_inquiry_document"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_invitation_letter_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_invitation_letter_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_letter")),
    )
    op.create_index(
        "ix_invitation_letter_referral_id",
        "invitation_letter",
        ["referral_id"],
        unique=False,
    )
    op.create_table(
        "quote",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('sent', 'agreed', 'replaced', 'taken-back')",
            name=op.f("ck_quote_state_known"),
        ),
        sa.CheckConstraint("length(id) = 32", name=op.f("ck_quote_id_is_random")),
        sa.CheckConstraint("number > 0", name=op.f("ck_quote_number_positive")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_quote_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_quote_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index("ix_quote_referral_id", "quote", ["referral_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_quote_referral_id", table_name="quote")
    op.drop_table("quote")
    op.drop_index("ix_invitation_letter_referral_id", table_name="invitation_letter")
    op.drop_table("invitation_letter")
    op.drop_index("ix_follow_up_referral_id", table_name="follow_up")
    op.drop_index("ix_follow_up_due_on", table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index("ix_case_message_referral_id", table_name="case_message")
    op.drop_index("ix_case_message_case_id_at", table_name="case_message")
    op.drop_table("case_message")
    op.drop_index("ix_call_referral_id", table_name="call")
    op.drop_table("call")
    op.drop_index("ix_case_task_due_at", table_name="case_task")
    op.drop_index("ix_case_task_case_id", table_name="case_task")
    op.drop_table("case_task")
    op.drop_index("ix_case_note_case_id", table_name="case_note")
    op.drop_table("case_note")
    op.drop_table("message_template")
    op.drop_table("letter_template")
