"""What bears a submission out, as those see it who may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true

from directory.core.actor import Actor
from directory.core.crypto import key_name
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission, holds
from directory.core.sealed_files import SealedFile, wrapping_place
from directory.listings.rules.differences import SINGULAR, by_field
from directory.outbox.model import Promise
from directory.submissions.model import Evidence, Submission
from directory.submissions.rules.states import (
    EDITABLE,
    EvidenceKind,
    EvidenceState,
    SubmissionState,
)
from directory.submissions.rules.typed.shape import Section

ENTRIES: Mapping[Section, str] = {
    Section.THERAPIES: SINGULAR["treatments"],
    Section.TRIALS: SINGULAR["trials"],
}
"""Sections that are lists, and what one entry is called in a field's name."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A link, or a file.

    Args:
        public_id: How addresses name it.
        field: What it bears out, as differences name it; empty for the whole.
        kind: Link or file.
        state: Whether it may be opened.
        verdict: Why it was refused, as a flaw of files; else nothing.
        name: Of a file, or of what a link leads to; empty if nobody said.
        url: Where a link leads; else empty.
        media_type: Of a file, by its content; else empty.
        size_bytes: Of a file; else 0.
        sha256: Of a file, in hexadecimal digits; else empty.
        added_at: When it was added.
    """

    public_id: str
    field: str
    kind: EvidenceKind
    state: EvidenceState
    verdict: str
    name: str
    url: str
    media_type: str
    size_bytes: int
    sha256: str
    added_at: datetime

    @property
    def is_file(self) -> bool:
        """Whether it is a file and not a link."""
        return self.kind is EvidenceKind.FILE

    @property
    def is_clean(self) -> bool:
        """Whether it may be opened."""
        return self.state is EvidenceState.CLEAN

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be checked."""
        return self.state is EvidenceState.PENDING


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """All that bears out one submission.

    Args:
        submission: Public id.
        kind: Of the listing: ``center`` or ``facilitator``.
        slug: Of the listing.
        is_open: Whether pieces can be added and removed.
        fields: What the listing says, or would say, that evidence can be about.
        pieces: In the order in which they were added.
    """

    submission: str
    kind: str
    slug: str
    is_open: bool
    fields: tuple[str, ...]
    pieces: tuple[Piece, ...]


def evidence_page(session: Session, actor: Actor, submission: str) -> EvidencePage:
    """Return what bears out a submission of the actor's own organization.

    Args:
        session: Read only here.
        actor: Who asks.
        submission: Public id.

    Raises:
        NotFoundError: If there is no such submission of theirs.
    """
    row = session.scalar(
        select(Submission).where(
            Submission.public_id == submission,
            Submission.organization_id == actor.organization,
        )
    )
    if row is None:
        raise NotFoundError(submission=submission)
    return EvidencePage(
        submission=row.public_id,
        kind=row.listing_kind,
        slug=row.slug,
        is_open=SubmissionState(row.state) in EDITABLE,
        fields=_fields(row),
        pieces=pieces(session, row.id),
    )


def _fields(row: Submission) -> tuple[str, ...]:
    """Return the fields of the document, and of entries that were typed since."""
    found = dict.fromkeys(by_field(row.proposed or row.base))
    for section, part in ENTRIES.items():
        entries = (row.typed.get(section.value) or {}).get("rows") or ()
        found.update(
            dict.fromkeys(f"{part}.{number}" for number in range(1, len(entries) + 1))
        )
    return tuple(found)


def pieces(session: Session, submission: int) -> tuple[Piece, ...]:
    """Return what bears out a submission that the caller may show.

    Args:
        session: Read only here.
        submission: Its row.
    """
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.submission_id == submission, Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at, Evidence.id)
    )
    return tuple(map(piece_of, rows))


def piece_of(row: Evidence) -> Piece:
    """Return a row as pages get it."""
    return Piece(
        public_id=row.public_id,
        field=row.field,
        kind=EvidenceKind(row.kind),
        state=EvidenceState(row.state),
        verdict=row.verdict or "",
        name=row.name or "",
        url=row.url or "",
        media_type=row.media_type or "",
        size_bytes=row.size_bytes or 0,
        sha256=row.sha256 or "",
        added_at=row.added_at,
    )


def sealed_file(row: Evidence) -> SealedFile:
    """Return where the file of a row is kept.

    Raises:
        NotFoundError: If it is kept no more.
    """
    if row.store_key is None or row.wrapped_key is None:
        raise NotFoundError(evidence=row.public_id)
    return SealedFile(
        row.store_key, row.wrapped_key, row.size_bytes or 0, row.sha256 or ""
    )


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that somebody may know of a submission's evidence.

    Their own organization always; whoever reviews, once it was submitted.
    """
    own = and_(
        true() if actor.organization is not None else ~true(),
        Submission.organization_id == actor.organization,
    )
    if holds(actor, Permission.REVIEW_SUBMISSION):
        return or_(own, Submission.submitted_at.is_not(None))
    return own


def to_check(session: Session, evidence: str) -> tuple[str, SealedFile] | None:
    """Return the type and place of a file that waits; nothing if none does."""
    row = session.scalar(
        select(Evidence).where(
            Evidence.public_id == evidence,
            Evidence.kind == EvidenceKind.FILE.value,
            Evidence.state == EvidenceState.PENDING.value,
            Evidence.removed_at.is_(None),
        )
    )
    return (row.media_type or "", sealed_file(row)) if row else None


def kept_objects(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Return those of these keys of the store that a row knows."""
    found = session.scalars(
        select(Evidence.store_key).where(Evidence.store_key.in_(keys))
    )
    return frozenset(key for key in found if key is not None)


def open_checks(session: Session, kind: str) -> frozenset[str]:
    """Return the files of which somebody is still going to check each.

    Args:
        session: Read only here.
        kind: Of the promises.
    """
    found = session.scalars(
        select(Promise.payload).where(
            Promise.kind == kind,
            Promise.kept_at.is_(None),
            Promise.given_up_at.is_(None),
        )
    )
    return frozenset(str(payload.get("evidence")) for payload in found)


def keys_in_use(session: Session) -> dict[str, int]:
    """Return how many keys of files each key of the ring has wrapped."""
    rows = session.execute(
        select(Evidence.store_key, Evidence.wrapped_key).where(
            Evidence.wrapped_key.is_not(None)
        )
    )
    return dict(
        Counter(
            key_name(wrapped, wrapping_place(key))
            for key, wrapped in rows
            if key is not None and wrapped is not None
        )
    )
