"""The first schema: log, outbox, vocabulary, knowledge, listings, inquiries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
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
        "consent_wording",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_wording")),
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
    """Take every table away."""
    op.drop_index("ix_listing_fact_source_id", table_name="listing_fact")
    op.drop_index("ix_listing_fact_next_due", table_name="listing_fact")
    op.drop_table("listing_fact")
    op.drop_table("listing_current")
    op.drop_index(op.f("ix_guide_claim_claim_id"), table_name="guide_claim")
    op.drop_table("guide_claim")
    op.drop_index(
        op.f("ix_therapy_indication_indication"), table_name="therapy_indication"
    )
    op.drop_table("therapy_indication")
    op.drop_table("synonym")
    op.drop_table("listing_version")
    op.drop_table("listing_tombstone")
    op.drop_table("listing_draft")
    op.drop_table("inquiry_target")
    op.drop_index("ix_consent_wording_digest", table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_claim_section"), table_name="claim")
    op.drop_table("claim")
    op.drop_table("therapy")
    op.drop_table("term")
    op.drop_table("source")
    op.drop_index("ix_outbox_promise_open", table_name="outbox_promise")
    op.drop_table("outbox_promise")
    op.drop_table("outbox_change")
    op.drop_table("listing")
    op.drop_index("ix_inquiry_wrapped_by", table_name="inquiry")
    op.drop_index("ix_inquiry_state_sent_at", table_name="inquiry")
    op.drop_index("ix_inquiry_erase_after", table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_table("guide")
    op.drop_table("do_not_list")
    op.drop_table("consent_wording")
    op.drop_table("city_profile")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_event"), table_name="audit_entry")
    op.drop_table("audit_entry")
