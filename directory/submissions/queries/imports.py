"""Sheets that were read: what they would change, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from directory.core.actor import Actor, Role
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.listings.model import Current, Listing, Version
from directory.listings.rules.document import Kind
from directory.listings.rules.names import folded
from directory.submissions.model import ImportRun, ListingKeeper, Submission
from directory.submissions.rules.sheets.facts import Known
from directory.submissions.rules.sheets.report import CellError, Problem
from directory.submissions.rules.states import OPEN, ImportState

OPEN_FOR = timedelta(hours=24)
"""How long a sheet that was read can be confirmed."""


@dataclass(frozen=True, slots=True)
class ImportChange:
    """One field that a sheet would change, as canonical documents have it."""

    slug: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ImportCenter:
    """One center that a sheet speaks of.

    Args:
        slug: Its public name.
        names: By language.
        number: Version that it was compared with.
        changes: How many fields would change.
        is_open: Whether another submission of it was open, which must end first.
    """

    slug: str
    names: Text
    number: int
    changes: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class ImportView:
    """A sheet that was read.

    Args:
        public_id: By which it is confirmed.
        name: Of the file, cleaned.
        state: Whether it was confirmed.
        made_at: When it was read.
        until: Last moment at which it can be confirmed.
        format: ``csv`` or ``xlsx``; empty if neither could be read.
        encoding: In which text was read.
        delimiter: Between cells of text.
        sheet: Name of the worksheet that was read.
        read: Rows that hold anything.
        empty: Rows that hold nothing.
        rows: Facts in which nothing is wrong.
        errors: The first of them.
        count: How many errors there are.
        centers: Those that it speaks of, by slug.
        sample: The first changes.
        changes: How many there are.
        submissions: Public id of the submission of each center, once confirmed.
    """

    public_id: str
    name: str
    state: ImportState
    made_at: datetime
    until: datetime
    format: str
    encoding: str
    delimiter: str
    sheet: str
    read: int
    empty: int
    rows: int
    errors: tuple[CellError, ...]
    count: int
    centers: tuple[ImportCenter, ...]
    sample: tuple[ImportChange, ...]
    changes: int
    submissions: Mapping[str, str]

    @property
    def open(self) -> tuple[ImportCenter, ...]:
        """Return the centers whose other submission must end first."""
        return tuple(one for one in self.centers if one.is_open)

    def is_confirmable(self, now: datetime) -> bool:
        """Tell whether pressing the button would do anything."""
        return (
            self.state is ImportState.CHECKED
            and self.count == 0
            and self.changes > 0
            and not self.open
            and now <= self.until
        )


def import_row(session: Session, actor: Actor, public_id: str) -> ImportRun:
    """Return the row of a sheet that the actor read, for their office of now.

    Raises:
        NotFoundError: If there is none, or somebody else read it.
    """
    row = session.scalar(
        select(ImportRun)
        .where(
            ImportRun.public_id == public_id,
            ImportRun.person_id == actor.person,
            ImportRun.organization_id == actor.organization,
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(run=public_id)
    return row


def import_page(session: Session, actor: Actor, public_id: str) -> ImportView:
    """Return a sheet that the actor read.

    Raises:
        NotFoundError: If there is none, or somebody else read it.
    """
    return import_view(import_row(session, actor, public_id))


def import_view(row: ImportRun) -> ImportView:
    """Return a sheet that was read as pages and the API show it."""
    report = row.report
    return ImportView(
        public_id=row.public_id,
        name=row.name,
        state=ImportState(row.state),
        made_at=row.made_at,
        until=row.made_at + OPEN_FOR,
        format=report["format"],
        encoding=report["encoding"],
        delimiter=report["delimiter"],
        sheet=report["sheet"],
        read=report["read"],
        empty=report["empty"],
        rows=report["rows"],
        errors=tuple(map(_error, report["errors"])),
        count=report["count"],
        centers=tuple(ImportCenter(**one) for one in report["centers"]),
        sample=tuple(ImportChange(**one) for one in report["sample"]),
        changes=report["changes"],
        submissions=report["submissions"],
    )


def _error(stored: Mapping[str, Any]) -> CellError:
    instead = tuple(stored["instead"])
    problem = Problem(stored["problem"])
    return CellError(**{**stored, "problem": problem, "instead": instead})


@dataclass(frozen=True, slots=True)
class PublishedCenter:
    """A center as it stands: what a sheet is compared with."""

    slug: str
    number: int
    document: dict[str, Any]
    keeper: int | None


def published_centers(session: Session) -> dict[str, PublishedCenter]:
    """Return every published center by slug, with the organization that keeps it."""
    rows = session.execute(
        select(
            Listing.slug,
            Version.number,
            Version.document,
            ListingKeeper.organization_id,
        )
        .join(Current, Current.listing_id == Listing.id)
        .join(
            Version,
            and_(
                Version.listing_id == Current.listing_id,
                Version.number == Current.number,
            ),
        )
        .outerjoin(ListingKeeper, ListingKeeper.listing_id == Listing.id)
        .where(Listing.kind == Kind.CENTER.value)
        .order_by(Listing.slug)
    )
    return {
        row.slug: PublishedCenter(
            row.slug, row.number, row.document, row.organization_id
        )
        for row in rows
    }


def is_editor(actor: Actor) -> bool:
    """Tell whether the actor imports for the directory, and so for any center."""
    return Role.MODERATOR in actor.roles


def known_to(
    centers: Mapping[str, PublishedCenter], actor: Actor, today: date
) -> Known:
    """Return what a sheet of this actor may speak of."""
    spellings: dict[str, str] = {}
    for slug, one in centers.items():
        names = {folded(name) for name in one.document["names"].values()}
        for name in names - {""}:
            taken = spellings.get(name, slug)
            spellings[name] = slug if taken == slug else ""
    editor = is_editor(actor)
    mine = None if editor else kept_slugs(centers, actor.organization)
    slugs = {slug: slug for slug in centers}
    return Known({**spellings, **slugs}, mine, today, needs_source=editor)


def kept_slugs(
    centers: Mapping[str, PublishedCenter], organization: int | None
) -> frozenset[str]:
    """Return the centers that an organization keeps."""
    return frozenset(
        slug
        for slug, one in centers.items()
        if organization is not None and one.keeper == organization
    )


def open_slugs(session: Session, slugs: frozenset[str]) -> frozenset[str]:
    """Return those of the centers that have an open submission."""
    found = session.scalars(
        select(Submission.slug).where(
            Submission.listing_kind == Kind.CENTER.value,
            Submission.slug.in_(slugs),
            Submission.state.in_([state.value for state in OPEN]),
        )
    )
    return frozenset(found)
