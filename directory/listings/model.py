"""Tables of listings: numbered versions, their facts, drafts, and what was withdrawn.

A listing is in one state, and each state has a table of its own whose foreign
key carries that state: a draft cannot have a current version, and a withdrawn
listing can have neither a current version nor a draft.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model


class Listing(Model):
    """A center or a facilitator, by its public name."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("kind", "slug", name="uq_listing_kind_slug"),
        UniqueConstraint("id", "state", name="uq_listing_id_state"),
        CheckConstraint("kind IN ('center', 'facilitator')", name="kind_known"),
        CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name="state_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    added_at: Mapped[datetime]


class Version(Model):
    """What a listing said from one moment on; written once, never changed."""

    __tablename__ = "listing_version"
    __table_args__ = (
        UniqueConstraint(
            "listing_id", "number", name="uq_listing_version_listing_id_number"
        ),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint("length(authority) > 0", name="authority_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    number: Mapped[int] = mapped_column(doc="From 1, without gaps")
    city: Mapped[str | None] = mapped_column(
        String(60), doc="Vocabulary key, for centers"
    )
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(
        String(64), doc="SHA-256 of the document's canonical JSON"
    )
    published_at: Mapped[datetime]
    authority: Mapped[str] = mapped_column(
        String(200), doc="On whose word it was published, e.g. seed"
    )


class Current(Model):
    """Which version of a published listing readers see."""

    __tablename__ = "listing_current"
    __table_args__ = (
        ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_current_listing_id_listing",
        ),
        ForeignKeyConstraint(
            ["listing_id", "number"],
            ["listing_version.listing_id", "listing_version.number"],
            name="fk_listing_current_listing_id_listing_version",
        ),
        CheckConstraint("state = 'published'", name="only_published"),
    )

    listing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20), default="published")
    number: Mapped[int]


class Draft(Model):
    """A listing that waits for a moderator and is shown to no reader."""

    __tablename__ = "listing_draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_draft_listing_id_listing",
        ),
        CheckConstraint("state = 'draft'", name="only_draft"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        CheckConstraint("length(authority) > 0", name="authority_named"),
    )

    listing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    authority: Mapped[str] = mapped_column(String(200))


class Tombstone(Model):
    """What stays of a withdrawn listing: that it was one, and why it went."""

    __tablename__ = "listing_tombstone"
    __table_args__ = (
        ForeignKeyConstraint(
            ["listing_id", "state"],
            ["listing.id", "listing.state"],
            name="fk_listing_tombstone_listing_id_listing",
        ),
        CheckConstraint("state = 'withdrawn'", name="only_withdrawn"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    listing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20), default="withdrawn")
    reason: Mapped[str] = mapped_column(String(1000))
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[str] = mapped_column(String(200))


class DoNotList(Model):
    """A slug or a name under which nothing may be listed again."""

    __tablename__ = "do_not_list"
    __table_args__ = (
        UniqueConstraint("kind", "spelling", name="uq_do_not_list_kind_spelling"),
        CheckConstraint("kind IN ('center', 'facilitator')", name="kind_known"),
        CheckConstraint("length(spelling) > 0", name="spelling_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    spelling: Mapped[str] = mapped_column(String(500), doc="Folded by rules.names")
    reason: Mapped[str] = mapped_column(String(1000))
    since: Mapped[datetime]


class Fact(Model):
    """One statement of a version, with what bears it out and when it is due."""

    __tablename__ = "listing_fact"
    __table_args__ = (
        UniqueConstraint("version_id", "field", name="uq_listing_fact_version_id"),
        CheckConstraint(
            "part IN ('identity', 'detail', 'capability', 'evidence', 'treatment',"
            " 'trial', 'service', 'city', 'language')",
            name="part_known",
        ),
        CheckConstraint(
            "part <> 'capability' OR value IN"
            " ('yes', 'no', 'not-stated', 'refused', 'conflicting')",
            name="capability_value_known",
        ),
        CheckConstraint(
            "part <> 'treatment' OR value IN ('approved-product',"
            " 'registered-trial', 'investigator-trial', 'clinical-application',"
            " 'not-offered', 'not-stated')",
            name="route_known",
        ),
        CheckConstraint(
            "basis IS NULL OR basis IN"
            " ('sourced', 'attested', 'verified', 'unverified')",
            name="basis_known",
        ),
        CheckConstraint(
            "basis IS NULL OR basis <> 'sourced' OR source_id IS NOT NULL",
            name="sourced_has_source",
        ),
        CheckConstraint(
            "(part = 'capability' AND value = 'not-stated') OR basis IS NOT NULL",
            name="stated_has_basis",
        ),
        CheckConstraint(
            "NOT (part = 'capability' AND value = 'not-stated')"
            " OR (basis IS NULL AND source_id IS NULL AND statement IS NULL)",
            name="not_stated_has_no_basis",
        ),
        CheckConstraint(
            "as_of IS NULL OR length(as_of) IN (4, 7, 10)", name="as_of_is_partial_date"
        ),
        CheckConstraint("next_due > checked_on", name="due_after_check"),
        Index("ix_listing_fact_next_due", "next_due"),
        Index("ix_listing_fact_source_id", "source_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("listing_version.id"))
    part: Mapped[str] = mapped_column(String(20), doc="Which list of the document")
    field: Mapped[str] = mapped_column(
        String(120), doc="Its place in the document, e.g. capability.icu, trial.1"
    )
    value: Mapped[str] = mapped_column(
        String(2000), doc="Value of a capability, route of a treatment, else words"
    )
    basis: Mapped[str | None] = mapped_column(String(20))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    statement: Mapped[str | None] = mapped_column(String(4000))
    as_of: Mapped[str | None] = mapped_column(
        String(10), doc="Day, month or year of the source, as exact as it gives it"
    )
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(String(200))
    next_due: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(4000))


class CityRow(Model):
    """What is told about a city around its centers."""

    __tablename__ = "city_profile"
    __table_args__ = (
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(doc="Order on pages, from 1")
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
