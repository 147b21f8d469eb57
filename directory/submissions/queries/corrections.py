"""Corrections: what everybody may read of one, and what moderators decide on."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from directory.core.actor import Actor
from directory.core.crypto import KeyRing, key_name, unseal
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Language, Text
from directory.listings.model import Current, Listing, Version
from directory.submissions.model import Correction, ListingKeeper
from directory.submissions.rules.corrections import (
    OwnListingError,
    address_place,
    key_place,
)
from directory.submissions.rules.states import CorrectionState


@dataclass(frozen=True, slots=True)
class About:
    """What a correction is about.

    Args:
        kind: ``center`` or ``facilitator``.
        slug: Public name of the listing.
        names: As it is published now.
        field: Place of the fact, or ``listing`` for the whole page.
        version: That the reader saw.
    """

    kind: str
    slug: str
    names: Text
    field: str
    version: int


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """What everybody may read of a correction: never what was written in it.

    Args:
        reference: Public.
        about: ``None`` if the listing was withdrawn.
        state: What became of it.
        outcome: Why, in the moderator's words.
        duplicate_of: Reference of the one that said the same before.
        changed_in: Version that put it right.
        made_at: When it came.
        decided_at: When it was decided.
    """

    reference: str
    about: About | None
    state: CorrectionState
    outcome: str | None
    duplicate_of: str | None
    changed_in: int | None
    made_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionForReview:
    """A correction as moderators see it: without the address of its sender.

    Args:
        page: What everybody may read.
        words: What is right, as the reader wrote it.
        source_url: A page that says so.
        language: Of the page on which it was written.
        wants_answer: Whether an address was confirmed.
        same_field: References of other open ones about the same field.
    """

    page: CorrectionPage
    words: str = dataclasses.field(repr=False)
    source_url: str | None = dataclasses.field(repr=False)
    language: Language
    wants_answer: bool
    same_field: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a letter about a correction goes to.

    Args:
        reference: Of the correction.
        email: As it was given.
        language: Of the letter.
        is_confirmed: Whether the address was confirmed.
        state: What became of it.
    """

    reference: str
    email: str = dataclasses.field(repr=False)
    language: Language
    is_confirmed: bool
    state: CorrectionState


def correction_page(session: Session, reference: str) -> CorrectionPage:
    """Return what everybody may read of a correction.

    Raises:
        NotFoundError: If there is none of this reference.
    """
    row = session.execute(_CORRECTIONS.where(Correction.reference == reference)).first()
    if row is None:
        raise NotFoundError(correction=reference)
    return _page(row)


def open_corrections(
    session: Session, *, most: int | None = None
) -> tuple[CorrectionForReview, ...]:
    """Return what waits for a moderator, the oldest first.

    Corrections of withdrawn listings wait for nobody.
    """
    query = _CORRECTIONS.where(
        Correction.state == CorrectionState.OPEN.value, Version.id.is_not(None)
    ).order_by(Correction.made_at, Correction.id)
    rows = session.execute(query.limit(most)).all()
    return tuple(_review(session, row) for row in rows)


def correction_for_review(session: Session, reference: str) -> CorrectionForReview:
    """Return one correction as moderators see it.

    Raises:
        NotFoundError: If there is none of this reference.
    """
    row = session.execute(_CORRECTIONS.where(Correction.reference == reference)).first()
    if row is None:
        raise NotFoundError(correction=reference)
    return _review(session, row)


def check_not_own(session: Session, actor: Actor, listing: int) -> None:
    """Refuse to let somebody decide on what their own organization keeps.

    Args:
        session: Read only here.
        actor: Who decides.
        listing: Its row.

    Raises:
        OwnListingError: If they belong to the keeper.
    """
    keeper = session.get(ListingKeeper, listing)
    if keeper is not None and keeper.organization_id in actor.organizations:
        raise OwnListingError(listing=listing)


def addressed(session: Session, keys: KeyRing, reference: str) -> Addressed | None:
    """Return whom letters about a correction go to; nobody once it was erased."""
    row = session.scalar(select(Correction).where(Correction.reference == reference))
    if row is None or row.sealed_email is None or row.wrapped_key is None:
        return None
    key = keys.unwrap(row.wrapped_key, key_place(reference))
    return Addressed(
        reference=reference,
        email=unseal(key, row.sealed_email, address_place(reference)).decode(),
        language=Language(row.language),
        is_confirmed=row.email_confirmed_at is not None,
        state=CorrectionState(row.state),
    )


def keys_in_use(session: Session) -> Mapping[str, int]:
    """Return how many addresses each key of the ring wraps the key of."""
    rows = session.execute(
        select(Correction.reference, Correction.wrapped_key).where(
            Correction.wrapped_key.is_not(None)
        )
    )
    return Counter(
        key_name(wrapped, key_place(reference))
        for reference, wrapped in rows
        if wrapped is not None
    )


_First = aliased(Correction)

_CORRECTIONS: Select[Any] = (
    select(
        Correction,
        Listing.kind,
        Listing.slug,
        Version.document,
        _First.reference.label("first"),
    )
    .join(Listing, Listing.id == Correction.listing_id)
    .outerjoin(Current, Current.listing_id == Listing.id)
    .outerjoin(
        Version,
        and_(
            Version.listing_id == Current.listing_id,
            Version.number == Current.number,
        ),
    )
    .outerjoin(_First, _First.id == Correction.duplicate_of)
)


def _page(row: Row[Any]) -> CorrectionPage:
    correction: Correction = row.Correction
    about = None
    if row.document is not None:
        about = About(
            kind=row.kind,
            slug=row.slug,
            names=row.document["names"],
            field=correction.field,
            version=correction.version,
        )
    return CorrectionPage(
        reference=correction.reference,
        about=about,
        state=CorrectionState(correction.state),
        outcome=correction.outcome if about else None,
        duplicate_of=row.first,
        changed_in=correction.changed_in,
        made_at=correction.made_at,
        decided_at=correction.decided_at,
    )


def _review(session: Session, row: Row[Any]) -> CorrectionForReview:
    correction: Correction = row.Correction
    others = session.scalars(
        select(Correction.reference)
        .where(
            Correction.listing_id == correction.listing_id,
            Correction.field == correction.field,
            Correction.state == CorrectionState.OPEN.value,
            Correction.id != correction.id,
        )
        .order_by(Correction.made_at, Correction.id)
    )
    return CorrectionForReview(
        page=_page(row),
        words=correction.words,
        source_url=correction.source_url,
        language=Language(correction.language),
        wants_answer=correction.email_confirmed_at is not None,
        same_field=tuple(others),
    )
