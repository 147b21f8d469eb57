"""What an organization keeps, and what became of what it proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.text import Text
from directory.listings.rules.document import CenterDocument, Kind, Value
from directory.submissions.model import ListingClaim, Submission
from directory.submissions.queries.drafts import names_of
from directory.submissions.queries.keeping import CapacityView, capacity, rechecks
from directory.submissions.rules.states import (
    OPEN,
    ClaimState,
    SubmissionKind,
    SubmissionState,
)

MOST_SHOWN = 50
"""Submissions that the history of an organization shows."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A submission as lists show it.

    Args:
        public_id: How addresses name it.
        slug: Of the listing, or to be.
        names: Of the listing, by language; empty if none was typed.
        kind: First listing or change.
        state: Where it stands.
        changed_at: When somebody last worked on it.
        submitted_at: When it was handed in last.
        decided_at: When it was decided.
        reason: For the whole of it, in the moderator's own words.
        version: That it became.
    """

    public_id: str
    slug: str
    names: Text
    kind: SubmissionKind
    state: SubmissionState
    changed_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    reason: str
    version: int | None


@dataclass(frozen=True, slots=True)
class KeptView:
    """A published listing that the organization keeps.

    Args:
        kind: Center or facilitator.
        slug: Its public name.
        names: By language.
        number: Of its version.
        not_stated: Capabilities of which nothing is stated.
        asked: Capabilities that are asked for.
        due: Facts that should be looked at again.
        is_late: Whether the day of one has passed.
        capacity: What was said last, while it counts.
        open: The submission of it that is open.
    """

    kind: Kind
    slug: str
    names: Text
    number: int
    not_stated: int
    asked: int
    due: int
    is_late: bool
    capacity: CapacityView | None
    open: Proposal | None


@dataclass(frozen=True, slots=True)
class OfficePage:
    """All that an organization keeps and proposes.

    Args:
        kept: Its listings, by slug.
        first: Drafts of hospitals that are not listed yet.
        may_begin: Names of hospitals, from claims that were approved, for which
            nobody began a draft.
        past: What was decided, the latest first.
    """

    kept: tuple[KeptView, ...]
    first: tuple[Proposal, ...]
    may_begin: tuple[str, ...]
    past: tuple[Proposal, ...]


def office_page(session: Session, actor: Actor, *, today: date) -> OfficePage:
    """Return what the actor's organization keeps and proposes.

    Args:
        session: Read only here.
        actor: Who asks.
        today: The reader's day, against which facts are judged overdue.
    """
    proposals = history(session, actor)
    opened = {one.slug: one for one in proposals if one.state in OPEN}
    found = rechecks(session, actor.organization, today=today)
    kept = []
    for view in found:
        document = view.kept.document
        known = document.capabilities if isinstance(document, CenterDocument) else ()
        kept.append(
            KeptView(
                kind=view.kept.kind,
                slug=view.kept.slug,
                names=view.kept.names,
                number=view.kept.number,
                not_stated=sum(one.value is Value.NOT_STATED for one in known),
                asked=len(known),
                due=len(view.due),
                is_late=view.is_late,
                capacity=capacity(session, view.kept.id, today=today),
                open=opened.pop(view.kept.slug, None),
            )
        )
    return OfficePage(
        kept=tuple(kept),
        first=tuple(opened.values()),
        may_begin=unused_claims(session, actor.organization),
        past=tuple(one for one in proposals if one.state not in OPEN),
    )


def history(session: Session, actor: Actor) -> tuple[Proposal, ...]:
    """Return what the actor's organization proposed, the latest first."""
    if actor.organization is None:
        return ()
    rows = session.scalars(
        select(Submission)
        .where(Submission.organization_id == actor.organization)
        .order_by(Submission.changed_at.desc(), Submission.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        Proposal(
            public_id=row.public_id,
            slug=row.slug,
            names=names_of(row),
            kind=SubmissionKind(row.kind),
            state=SubmissionState(row.state),
            changed_at=row.changed_at,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
            reason=row.reason or "",
            version=row.version,
        )
        for row in rows
    )


def unused_claims(session: Session, organization: int | None) -> tuple[str, ...]:
    """Return names of hospitals not listed yet that may be drafted.

    Each approved claim of what is not listed is good for one first listing.
    """
    if organization is None:
        return ()
    claims = session.scalars(
        select(ListingClaim.named)
        .where(
            ListingClaim.organization_id == organization,
            ListingClaim.state == ClaimState.APPROVED.value,
            ListingClaim.kind == Kind.CENTER.value,
            ListingClaim.listing_id.is_(None),
        )
        .order_by(ListingClaim.id)
    ).all()
    used = (
        session.scalar(
            select(func.count())
            .select_from(Submission)
            .where(
                Submission.organization_id == organization,
                Submission.kind == SubmissionKind.FIRST.value,
                Submission.state.not_in(
                    [
                        SubmissionState.DISCARDED.value,
                        SubmissionState.REJECTED.value,
                    ]
                ),
            )
        )
        or 0
    )
    return tuple(claims[used:])
