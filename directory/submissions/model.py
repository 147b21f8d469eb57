"""Tables of submissions: claims, drafts, fields under review, evidence, corrections.

What is published lives in the tables of listings; here stands how it came about.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Model, one_of
from directory.core.text import Language
from directory.submissions.rules.states import (
    CapacityState,
    ClaimState,
    CorrectionState,
    Decision,
    EvidenceKind,
    EvidenceState,
    ImportState,
    Proof,
    SampleVerdict,
    SubmissionKind,
    SubmissionState,
)

OPEN_STATES = "state IN ('draft', 'submitted', 'sent-back')"


class ListingClaim(Model):
    """Somebody's word that they speak for a hospital or a facilitator."""

    __tablename__ = "listing_claim"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint(one_of("state", ClaimState), name="state_known"),
        CheckConstraint(one_of("proof", Proof), name="proof_known"),
        CheckConstraint("kind IN ('center', 'facilitator')", name="kind_known"),
        Index("ix_listing_claim_state", "state", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    listing_id: Mapped[int | None] = mapped_column(
        ForeignKey("listing.id"), index=True, doc="None for what is not listed yet"
    )
    named: Mapped[str] = mapped_column(
        String(300), doc="The hospital as the person names it"
    )
    city: Mapped[str | None] = mapped_column(
        String(60), doc="Vocabulary key, for what is not listed yet"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[str] = mapped_column(String(200), doc="What they do there")
    note: Mapped[str] = mapped_column(String(2000))
    proof: Mapped[str] = mapped_column(String(20))
    letter_digest: Mapped[str | None] = mapped_column(
        String(64), doc="Of the code in the letter"
    )
    letter_sent_on: Mapped[date | None]
    letter_proved_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(2000))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))


class ListingKeeper(Model):
    """Which organization keeps a listing."""

    __tablename__ = "listing_keeper"

    listing_id: Mapped[int] = mapped_column(
        ForeignKey("listing.id"), primary_key=True, autoincrement=False
    )
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), index=True
    )
    since: Mapped[datetime]


class Submission(Model):
    """What a hospital proposes for its listing, from draft to decision."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint(one_of("kind", SubmissionKind), name="kind_known"),
        CheckConstraint(one_of("state", SubmissionState), name="state_known"),
        CheckConstraint(
            "listing_kind IN ('center', 'facilitator')", name="listing_kind_known"
        ),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint(
            "state IN ('draft', 'discarded') OR proposed IS NOT NULL",
            name="submitted_is_whole",
        ),
        CheckConstraint(
            "state <> 'published' OR version IS NOT NULL", name="published_has_version"
        ),
        Index("ix_submission_state", "state", "submitted_at"),
        # A listing is changed by one open submission at a time.
        Index(
            "uq_submission_open",
            "listing_kind",
            "slug",
            unique=True,
            sqlite_where=text(OPEN_STATES),
            postgresql_where=text(OPEN_STATES),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), index=True
    )
    listing_kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(120), doc="Of the listing, or to be")
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(
        doc="Counts every save; a save names the one that it was made from"
    )
    base_version: Mapped[int | None] = mapped_column(
        doc="Published version that the draft began from"
    )
    base: Mapped[dict[str, Any]] = mapped_column(
        doc="Document that the draft began from, as it was published"
    )
    typed: Mapped[dict[str, Any]] = mapped_column(
        doc="What was typed, by section, also what cannot be accepted as it is"
    )
    typed_by: Mapped[dict[str, Any]] = mapped_column(
        doc="By section: revision, person and moment of its last change"
    )
    proposed: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="The whole document, once it was submitted"
    )
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(
        String(2000), doc="For the whole of it, in words that the hospital reads"
    )
    version: Mapped[int | None] = mapped_column(doc="That it became")


class SubmissionField(Model):
    """One field that a submission changes, and what was decided on it."""

    __tablename__ = "submission_field"
    __table_args__ = (
        UniqueConstraint("submission_id", "field"),
        CheckConstraint(
            "decision IS NULL OR " + one_of("decision", Decision),
            name="decision_known",
        ),
        CheckConstraint(
            "decision IS NULL OR decision = 'accepted' OR length(reason) > 0",
            name="refusal_has_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    field: Mapped[str] = mapped_column(String(120), doc="As differences name it")
    position: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="{'value': …} as it was published"
    )
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(2000))
    verified: Mapped[bool] = mapped_column(
        default=False,
        doc="Whether the moderator compared it with a primary source",
    )
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SubmissionFinding(Model):
    """What the linter found in a field, and how a moderator answered."""

    __tablename__ = "submission_finding"
    __table_args__ = (
        CheckConstraint(
            "answer IS NULL OR answer IN ('upheld', 'dismissed')", name="answer_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    rule: Mapped[str] = mapped_column(String(60))
    field: Mapped[str] = mapped_column(String(120))
    excerpt: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(2000))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Approval(Model):
    """One moderator's agreement to publish a submission as it stands."""

    __tablename__ = "submission_approval"

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int] = mapped_column(doc="What they looked at")
    at: Mapped[datetime]


class Evidence(Model):
    """What bears out a proposed field: a link, or a file."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint(one_of("kind", EvidenceKind), name="kind_known"),
        CheckConstraint(one_of("state", EvidenceState), name="state_known"),
        CheckConstraint("kind <> 'link' OR url IS NOT NULL", name="link_has_address"),
        CheckConstraint("kind <> 'file' OR name IS NOT NULL", name="file_has_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    field: Mapped[str] = mapped_column(String(120), doc="Empty: for the whole")
    kind: Mapped[str] = mapped_column(String(10))
    url: Mapped[str | None] = mapped_column(String(2000))
    name: Mapped[str | None] = mapped_column(String(255), doc="As shown, cleaned")
    media_type: Mapped[str | None] = mapped_column(String(60), doc="By its content")
    size_bytes: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    store_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str | None] = mapped_column(
        String(60), doc="Why it was refused, as a key that pages have words for"
    )
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]


class Correction(Model):
    """A reader's word that something is wrong, and what became of it."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(one_of("state", CorrectionState), name="state_known"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint(
            "state = 'open' OR decided_at IS NOT NULL", name="decided_has_day"
        ),
        Index("ix_correction_state", "state", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(
        String(20), unique=True, doc="Public, to look up the outcome"
    )
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    version: Mapped[int] = mapped_column(doc="That the reader saw")
    field: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(4000), doc="What is right; never shown")
    source_url: Mapped[str | None] = mapped_column(String(2000))
    sealed_email: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="Erased some time after the outcome"
    )
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_confirmed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(
        String(2000), doc="In public, so nothing about a person"
    )
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("correction.id"))
    changed_in: Mapped[int | None] = mapped_column(doc="Version that put it right")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Recheck(Model):
    """A request to look at what is due of a listing, and the mails about it."""

    __tablename__ = "recheck"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint("mails >= 0", name="mails_not_negative"),
        UniqueConstraint("listing_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    due_on: Mapped[date]
    mails: Mapped[int] = mapped_column(default=0, doc="Stages that were promised")
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Capacity(Model):
    """Whether a center takes patients, by its own word, until it expires."""

    __tablename__ = "capacity"
    __table_args__ = (
        CheckConstraint(one_of("state", CapacityState), name="state_known"),
        CheckConstraint(
            "wait_weeks IS NULL OR wait_weeks BETWEEN 0 AND 104",
            name="wait_is_weeks",
        ),
        CheckConstraint("expires_on > stated_on", name="expires_later"),
    )

    listing_id: Mapped[int] = mapped_column(
        ForeignKey("listing.id"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(20))
    wait_weeks: Mapped[int | None]
    stated_on: Mapped[date]
    expires_on: Mapped[date]
    stated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))


class ImportRun(Model):
    """A sheet that was read and checked, and perhaps confirmed."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("length(public_id) = 32", name="public_id_is_random"),
        CheckConstraint(one_of("state", ImportState), name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(255), doc="Of the file, cleaned")
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Sample(Model):
    """Facts that were drawn at random, to see how many still hold."""

    __tablename__ = "sample"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seed: Mapped[str] = mapped_column(
        String(64), doc="With which anybody can draw the same again"
    )
    size: Mapped[int]
    of: Mapped[int] = mapped_column(doc="Facts that it was drawn from")
    completed_at: Mapped[datetime | None]


class SampledFact(Model):
    """One fact of a sample, and what looking at its source again showed."""

    __tablename__ = "sampled_fact"
    __table_args__ = (
        CheckConstraint(
            "verdict IS NULL OR " + one_of("verdict", SampleVerdict),
            name="verdict_known",
        ),
        UniqueConstraint("sample_id", "listing_id", "field"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    version: Mapped[int]
    field: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    verdict: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(2000))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
