"""Inquiries: sealed answers, whom they are for, and consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "consent_wording",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_wording")),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("draft_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("receipt_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(length=200), nullable=True),
        sa.Column("wrapped_by", sa.String(length=32), nullable=True),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("illness", sa.LargeBinary(), nullable=True),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erase_after", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'erased') = (erased_at IS NOT NULL)",
            name=op.f("ck_inquiry_erased_is_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND erased_at IS NULL)",
            name=op.f("ck_inquiry_withdrawn_is_dated"),
        ),
        sa.CheckConstraint(
            "state != 'draft' OR (draft_digest IS NOT NULL AND wrapped_key IS NOT NULL AND receipt_digest IS NULL AND sent_at IS NULL)",
            name=op.f("ck_inquiry_draft_is_unsent"),
        ),
        sa.CheckConstraint(
            "state != 'erased' OR (draft_digest IS NULL AND receipt_digest IS NULL AND wrapped_key IS NULL AND wrapped_by IS NULL AND person IS NULL AND illness IS NULL AND wishes IS NULL AND erase_after IS NULL)",
            name=op.f("ck_inquiry_erased_is_empty"),
        ),
        sa.CheckConstraint(
            "state = 'erased' OR erase_after IS NOT NULL",
            name=op.f("ck_inquiry_kept_is_bounded"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'received', 'withdrawn', 'erased')",
            name=op.f("ck_inquiry_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('received', 'withdrawn') OR (receipt_digest IS NOT NULL AND wrapped_key IS NOT NULL AND person IS NOT NULL AND illness IS NOT NULL AND wishes IS NULL AND sent_at IS NOT NULL)",
            name=op.f("ck_inquiry_sent_is_whole"),
        ),
        sa.CheckConstraint(
            "(wrapped_key IS NULL) = (wrapped_by IS NULL)",
            name=op.f("ck_inquiry_wrapping_is_named"),
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_inquiry_revision_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("draft_digest", name=op.f("uq_inquiry_draft_digest")),
        sa.UniqueConstraint("receipt_digest", name=op.f("uq_inquiry_receipt_digest")),
    )
    op.create_index("ix_inquiry_erase_after", "inquiry", ["erase_after"], unique=False)
    op.create_index(
        "ix_inquiry_state_sent_at", "inquiry", ["state", "sent_at"], unique=False
    )
    op.create_index("ix_inquiry_wrapped_by", "inquiry", ["wrapped_by"], unique=False)
    op.create_table(
        "consent",
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=220), nullable=True),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("wording_digest", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose = 'share' OR recipient IS NULL",
            name=op.f("ck_consent_recipient_of_share"),
        ),
        sa.CheckConstraint(
            "purpose IN ('health-data', 'transfer', 'share')",
            name=op.f("ck_consent_purpose_known"),
        ),
        sa.CheckConstraint("place > 0", name=op.f("ck_consent_place_positive")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at",
            name=op.f("ck_consent_withdrawn_after_given"),
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_consent_inquiry_id_inquiry")
        ),
        sa.ForeignKeyConstraint(
            ["wording_digest"],
            ["consent_wording.digest"],
            name=op.f("fk_consent_wording_digest_consent_wording"),
        ),
        sa.PrimaryKeyConstraint("inquiry_id", "place", name=op.f("pk_consent")),
        sa.UniqueConstraint(
            "inquiry_id",
            "purpose",
            "recipient",
            name=op.f("uq_consent_inquiry_id_purpose_recipient"),
        ),
    )
    op.create_index(
        "ix_consent_wording_digest", "consent", ["wording_digest"], unique=False
    )
    op.create_table(
        "inquiry_target",
        sa.Column("inquiry_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('center', 'facilitator')",
            name=op.f("ck_inquiry_target_kind_known"),
        ),
        sa.CheckConstraint(
            "place BETWEEN 1 AND 3", name=op.f("ck_inquiry_target_place_known")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiry.id"],
            name=op.f("fk_inquiry_target_inquiry_id_inquiry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inquiry_id", "place", name=op.f("pk_inquiry_target")),
        sa.UniqueConstraint(
            "inquiry_id",
            "kind",
            "slug",
            name=op.f("uq_inquiry_target_inquiry_id_kind_slug"),
        ),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("inquiry_target")
    op.drop_index("ix_consent_wording_digest", table_name="consent")
    op.drop_table("consent")
    op.drop_index("ix_inquiry_wrapped_by", table_name="inquiry")
    op.drop_index("ix_inquiry_state_sent_at", table_name="inquiry")
    op.drop_index("ix_inquiry_erase_after", table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_table("consent_wording")
