"""Published listings as moderators look them up, with their facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.model import Current, Listing, Version
from directory.listings.rules.differences import by_field
from directory.listings.rules.document import Kind
from directory.listings.rules.names import folded
from directory.submissions.model import ListingKeeper, Submission
from directory.submissions.queries.cases import published_now
from directory.submissions.rules.review import FOLLOWS
from directory.submissions.rules.states import OPEN


@dataclass(frozen=True, slots=True)
class ListedView:
    """A published listing.

    Args:
        kind: Center or facilitator.
        slug: Its public name.
        names: By language.
        city: Vocabulary key; empty for facilitators.
        number: Of its version.
        kept_by: Organization that keeps it; empty if none does.
    """

    kind: Kind
    slug: str
    names: Text
    city: str
    number: int
    kept_by: str


@dataclass(frozen=True, slots=True)
class FactsPage:
    """A published listing with all that it says.

    Args:
        kind: Center or facilitator.
        slug: Its public name.
        names: By language.
        number: Of its version.
        fields: What it says, by field, as its document has it.
        submission: Public id of its open submission, if it was submitted.
        is_open: Whether a submission of it is open, also one that nobody
            submitted yet.
    """

    kind: Kind
    slug: str
    names: Text
    number: int
    fields: Mapping[str, Any]
    submission: str | None
    is_open: bool


def listed(session: Session, *, containing: str = "") -> tuple[ListedView, ...]:
    """Return published listings by name.

    Args:
        session: Read only here.
        containing: Part of a name or of the slug, however it is written.
    """
    rows = session.execute(
        select(Listing.kind, Listing.slug, Version, Organization.name)
        .join(Current, Current.listing_id == Listing.id)
        .join(
            Version,
            (Version.listing_id == Current.listing_id)
            & (Version.number == Current.number),
        )
        .outerjoin(ListingKeeper, ListingKeeper.listing_id == Listing.id)
        .outerjoin(Organization, Organization.id == ListingKeeper.organization_id)
        .order_by(Listing.kind, Listing.slug)
    )
    wanted = folded(containing)
    return tuple(
        ListedView(
            kind=Kind(row.kind),
            slug=row.slug,
            names=row.Version.document["names"],
            city=row.Version.city or "",
            number=row.Version.number,
            kept_by=row.name or "",
        )
        for row in rows
        if any(
            wanted in folded(name)
            for name in (row.slug, *row.Version.document["names"].values())
        )
    )


def facts_page(session: Session, kind: Kind, slug: str) -> FactsPage:
    """Return a published listing with all that it says.

    Raises:
        NotFoundError: If there is no such published listing.
    """
    stands = published_now(session, kind.value, slug)
    if stands is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    number, document = stands
    opened = session.execute(
        select(Submission.public_id, Submission.state).where(
            Submission.listing_kind == kind.value,
            Submission.slug == slug,
            Submission.state.in_([state.value for state in OPEN]),
        )
    ).first()
    return FactsPage(
        kind=kind,
        slug=slug,
        names=document["names"],
        number=number,
        fields={
            field: value
            for field, value in by_field(document).items()
            if field not in FOLLOWS
        },
        submission=opened.public_id if opened and opened.state == "submitted" else None,
        is_open=opened is not None,
    )
