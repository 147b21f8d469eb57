"""Publishing, drafting and withdrawing listings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, text

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.knowledge.actions import source_ids
from directory.knowledge.rules.digest import canonical, digest
from directory.listings.model import (
    CityRow,
    Current,
    DoNotList,
    Draft,
    Fact,
    Listing,
    Tombstone,
    Version,
)
from directory.listings.rules.document import (
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
    Kind,
)
from directory.listings.rules.facts import facts, sources
from directory.listings.rules.names import folded, spellings
from directory.outbox import actions as queue

LISTING_LOCK = 7_214_003
"""PostgreSQL advisory lock: one transaction at a time changes listings."""


class PublishedError(DirectoryError):
    """A published listing cannot go back to being a draft."""

    code = "listing.published"


class DoNotListError(DirectoryError):
    """The listing was withdrawn, or asked not to be listed."""

    code = "listing.do-not-list"


class MovedOnError(DirectoryError):
    """Another version is current than the one that the document was made from."""

    code = "listing.moved-on"


class StateError(DirectoryError):
    """The document is marked for another state than the one it is put into."""

    code = "listing.other-state"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to.

    Args:
        number: The current version's number.
        changed: Whether it is new; the same document again changes nothing.
    """

    number: int
    changed: bool


def publish(
    work: Work,
    document: CenterDocument | FacilitatorDocument,
    *,
    authority: str,
    over: int | None = None,
) -> Published:
    """Publish a document as the next version of its listing.

    Writes the version and its facts, and announces the change to every index.
    The same document again changes nothing. A draft of the listing is used up.

    Args:
        work: The transaction.
        document: With ``state`` published.
        authority: On whose word, e.g. ``seed`` or ``submission:17``.
        over: Version that the document was made from, if it matters that no other
            came meanwhile.

    Raises:
        RefusedError: If the actor may not publish.
        StateError: If the document is marked as a draft.
        MovedOnError: If another version than ``over`` is current by now.
        DoNotListError: If its slug or one of its names is not to be listed.
    """
    work.require(Permission.PUBLISH_LISTING)
    _check_state(document, "published")
    _lock(work)
    _check_may_be_listed(work, document)
    form = canonical(document)
    seal = digest(form)
    listing = _listing(work, document.kind, document.slug)
    if listing is None:
        listing = _add(work, document, "published")
    current = work.session.get(Current, listing.id, populate_existing=True)
    if over is not None and (current is None or current.number != over):
        raise MovedOnError(kind=document.kind, slug=document.slug, over=over)
    if current is not None and _digest_of(work, listing, current.number) == seal:
        return Published(current.number, changed=False)
    version = Version(
        listing_id=listing.id,
        number=_next_number(work, listing),
        city=document.city if isinstance(document, CenterDocument) else None,
        document=form,
        digest=seal,
        published_at=work.now,
        authority=authority,
    )
    work.session.add(version)
    work.session.flush()
    _write_facts(work, version, document)
    _make_current(work, listing, current, version.number)
    subject = f"{document.kind}:{document.slug}"
    log.record(
        work,
        "listing.published",
        subject,
        number=version.number,
        digest=seal,
        authority=authority,
    )
    queue.announce(work, subject)
    return Published(version.number, changed=True)


def draft(
    work: Work,
    document: CenterDocument | FacilitatorDocument,
    *,
    authority: str = "editors",
) -> bool:
    """Keep a document as a draft that no reader sees.

    Args:
        work: The transaction.
        document: With ``state`` draft.
        authority: On whose word, e.g. ``seed``.

    Returns:
        Whether anything changed; the same document again changes nothing.

    Raises:
        RefusedError: If the actor may not draft.
        StateError: If the document is not marked as a draft.
        PublishedError: If the listing is published already.
        DoNotListError: If its slug or one of its names is not to be listed.
    """
    work.require(Permission.DRAFT_LISTING)
    _check_state(document, "draft")
    _lock(work)
    _check_may_be_listed(work, document)
    form = canonical(document)
    seal = digest(form)
    listing = _listing(work, document.kind, document.slug)
    if listing is None:
        listing = _add(work, document, "draft")
    elif listing.state == "published":
        raise PublishedError(kind=document.kind, slug=document.slug)
    kept = work.session.get(Draft, listing.id)
    if kept is not None and kept.digest == seal:
        return False
    if kept is None:
        kept = Draft(listing_id=listing.id)
        work.session.add(kept)
    kept.document, kept.digest = form, seal
    kept.changed_at, kept.authority = work.now, authority
    work.session.flush()
    subject = f"{document.kind}:{document.slug}"
    log.record(work, "listing.drafted", subject, digest=seal, authority=authority)
    return True


def withdraw(work: Work, kind: Kind, slug: str, reason: str) -> None:
    """Take a listing out of every query at once, and keep it from coming back.

    Its versions stay in the database, out of reach of every reader; a tombstone
    keeps the reason, and its slug and names may not be listed again.
    Withdrawing it twice changes nothing.

    Args:
        work: The transaction.
        kind: Center or facilitator.
        slug: Its public name.
        reason: Why, in words fit to be shown; nothing about a person.

    Raises:
        RefusedError: If the actor may not withdraw.
        NotFoundError: If there is no such listing.
    """
    work.require(Permission.WITHDRAW_LISTING)
    _lock(work)
    listing = _listing(work, kind, slug)
    if listing is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    if listing.state == "withdrawn":
        return
    names = _names_of(work, listing)
    for table in (Current, Draft):
        work.session.execute(delete(table).where(table.listing_id == listing.id))
    listing.state = "withdrawn"
    work.session.flush()
    work.session.add(
        Tombstone(
            listing_id=listing.id,
            reason=reason,
            withdrawn_at=work.now,
            withdrawn_by=work.actor.name,
        )
    )
    _forbid(work, kind, names, reason)
    subject = f"{kind.value}:{slug}"
    log.record(work, "listing.withdrawn", subject)
    queue.announce(work, subject)


def put_city(work: Work, document: CityDocument) -> bool:
    """Keep what is told about a city.

    Returns:
        Whether anything changed; the same document again changes nothing.

    Raises:
        RefusedError: If the actor may not publish.
    """
    work.require(Permission.PUBLISH_LISTING)
    form = canonical(document)
    seal = digest(form)
    row = work.session.get(CityRow, document.slug)
    if row is not None and row.digest == seal:
        return False
    if row is None:
        row = CityRow(slug=document.slug)
        work.session.add(row)
    row.position, row.document = document.position, form
    row.digest, row.changed_at = seal, work.now
    work.session.flush()
    log.record(work, "city.described", f"city:{document.slug}", digest=seal)
    return True


def _lock(work: Work) -> None:
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LISTING_LOCK}
        )


def _check_state(document: CenterDocument | FacilitatorDocument, state: str) -> None:
    if document.state != state:
        raise StateError(
            kind=document.kind, slug=document.slug, state=document.state, wanted=state
        )


def _check_may_be_listed(
    work: Work, document: CenterDocument | FacilitatorDocument
) -> None:
    forbidden = work.session.scalar(
        select(DoNotList.spelling)
        .where(
            DoNotList.kind == document.kind,
            DoNotList.spelling.in_(sorted(spellings(document))),
        )
        .order_by(DoNotList.spelling)
        .limit(1)
    )
    if forbidden is not None:
        raise DoNotListError(kind=document.kind, slug=document.slug, spelling=forbidden)


def _listing(work: Work, kind: str, slug: str) -> Listing | None:
    return work.session.scalar(
        select(Listing).where(Listing.kind == kind, Listing.slug == slug)
    )


def _add(
    work: Work, document: CenterDocument | FacilitatorDocument, state: str
) -> Listing:
    listing = Listing(
        kind=document.kind, slug=document.slug, state=state, added_at=work.now
    )
    work.session.add(listing)
    work.session.flush()
    return listing


def _digest_of(work: Work, listing: Listing, number: int) -> str | None:
    return work.session.scalar(
        select(Version.digest).where(
            Version.listing_id == listing.id, Version.number == number
        )
    )


def _next_number(work: Work, listing: Listing) -> int:
    last = work.session.scalar(
        select(func.max(Version.number)).where(Version.listing_id == listing.id)
    )
    return (last or 0) + 1


def _make_current(
    work: Work, listing: Listing, current: Current | None, number: int
) -> None:
    if current is not None:
        current.number = number
    else:
        # The draft's foreign key carries the state, so it goes first.
        work.session.execute(delete(Draft).where(Draft.listing_id == listing.id))
        listing.state = "published"
        work.session.flush()
        work.session.add(Current(listing_id=listing.id, number=number))
    work.session.flush()


def _write_facts(
    work: Work, version: Version, document: CenterDocument | FacilitatorDocument
) -> None:
    found = facts(document)
    ids = source_ids(work, sources(found))
    work.session.add_all(
        Fact(
            version_id=version.id,
            part=fact.part,
            field=fact.field,
            value=fact.value,
            basis=fact.borne.basis and fact.borne.basis.value,
            source_id=fact.borne.source and ids[fact.borne.source.url],
            statement=fact.borne.statement,
            as_of=fact.borne.as_of,
            checked_on=fact.borne.checked_on,
            checked_by=fact.borne.checked_by,
            next_due=fact.next_due,
            note=fact.borne.note,
        )
        for fact in found
    )
    work.session.flush()


def _names_of(work: Work, listing: Listing) -> frozenset[str]:
    forms: list[dict[str, Any]] = [
        *work.session.scalars(
            select(Version.document).where(Version.listing_id == listing.id)
        ),
        *work.session.scalars(
            select(Draft.document).where(Draft.listing_id == listing.id)
        ),
    ]
    said = {name for form in forms for name in form["names"].values()}
    return frozenset(filter(None, map(folded, {*said, listing.slug})))


def _forbid(work: Work, kind: Kind, names: frozenset[str], reason: str) -> None:
    known = set(
        work.session.scalars(
            select(DoNotList.spelling).where(
                DoNotList.kind == kind.value, DoNotList.spelling.in_(sorted(names))
            )
        )
    )
    work.session.add_all(
        DoNotList(kind=kind.value, spelling=name, reason=reason, since=work.now)
        for name in sorted(names - known)
    )
    work.session.flush()
