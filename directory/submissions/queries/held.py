"""Listings that are held back, and names that may not be listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.model import DoNotList, Draft, Listing
from directory.listings.rules.differences import Difference, differences
from directory.listings.rules.document import Kind
from directory.submissions.model import Submission
from directory.submissions.rules.review import FOLLOWS
from directory.submissions.rules.states import SubmissionState


@dataclass(frozen=True, slots=True)
class HeldView:
    """A listing that is held back.

    Args:
        kind: Center or facilitator.
        slug: Its public name, should it be published.
        names: By language.
        city: Vocabulary key; empty for facilitators.
        digest: Of the draft, so that what is brought in is what was read.
        changed_at: When it was last changed.
        authority: On whose word it was drafted.
        fields: All that it says.
        submission: Public id of the submission that it is in, if it is.
    """

    kind: Kind
    slug: str
    names: Text
    city: str
    digest: str
    changed_at: datetime
    authority: str
    fields: tuple[Difference, ...]
    submission: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A name under which nothing is listed.

    Args:
        kind: Center or facilitator.
        spelling: As it is compared: folded.
        reason: Why.
        since: Since when.
    """

    kind: Kind
    spelling: str
    reason: str
    since: datetime


def held_page(session: Session, kind: Kind, slug: str) -> HeldView:
    """Return a listing that is held back.

    Raises:
        NotFoundError: If no such listing is.
    """
    row = session.execute(
        select(Draft, Submission.public_id)
        .join(Listing, Listing.id == Draft.listing_id)
        .outerjoin(
            Submission,
            (Submission.listing_kind == Listing.kind)
            & (Submission.slug == Listing.slug)
            & (Submission.state == SubmissionState.SUBMITTED.value),
        )
        .where(Listing.kind == kind.value, Listing.slug == slug)
    ).first()
    if row is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    document: dict[str, Any] = row.Draft.document
    return HeldView(
        kind=kind,
        slug=slug,
        names=document["names"],
        city=document.get("city", ""),
        digest=row.Draft.digest,
        changed_at=row.Draft.changed_at,
        authority=row.Draft.authority,
        fields=tuple(
            one for one in differences(None, document) if one.field not in FOLLOWS
        ),
        submission=row.public_id,
    )


def do_not_list(session: Session, *, containing: str = "") -> tuple[Kept, ...]:
    """Return the names under which nothing is listed, the latest first.

    Args:
        session: Read only here.
        containing: Folded part of a name; all names if empty.
    """
    query = select(DoNotList).order_by(DoNotList.since.desc(), DoNotList.spelling)
    if containing:
        query = query.where(DoNotList.spelling.contains(containing, autoescape=True))
    return tuple(
        Kept(Kind(row.kind), row.spelling, row.reason, row.since)
        for row in session.scalars(query)
    )
