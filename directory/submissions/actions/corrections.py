"""Corrections by readers: sending one, confirming an address, deciding."""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass

from sqlalchemy import or_, select

from directory.audit import actions as log
from directory.core.crypto import KeyRing, key_name, new_key, seal
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.model import Current, Listing, Version
from directory.listings.queries import ListingPage, center_page, facilitator_page
from directory.listings.rules.document import Kind
from directory.listings.rules.views import borne
from directory.outbox import actions as queue
from directory.submissions.model import Correction
from directory.submissions.queries.corrections import check_not_own
from directory.submissions.rules.corrections import (
    KEPT_AFTER_OUTCOME,
    KEPT_UNCONFIRMED,
    REFERENCES,
    WHOLE,
    DecidedError,
    address_place,
    check_outcome,
    key_place,
    reference,
)
from directory.submissions.rules.states import CorrectionState

BATCH = 500
"""Addresses that one transaction erases or re-wraps at most."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a reader says is wrong.

    Args:
        kind: Center or facilitator.
        slug: Public name of the listing.
        version: That the reader saw.
        field: Place of the fact, or :data:`WHOLE`.
        words: What is right.
        source_url: A page that says so.
        email: Where the outcome should be told.
        language: Of the page, and of the mail.
    """

    kind: Kind
    slug: str
    version: int
    field: str
    words: str = dataclasses.field(repr=False)
    source_url: str | None = dataclasses.field(repr=False)
    email: str | None = dataclasses.field(repr=False)
    language: Language


def send_correction(work: Work, keys: KeyRing | None, wrong: Wrong) -> str:
    """Take a correction; return its public reference.

    Promises a mail that asks to confirm the address, if one was given.

    Args:
        work: The transaction.
        keys: Seal the address; without them none is taken.
        wrong: With words, and perhaps an address.

    Raises:
        RefusedError: If the actor may not send corrections.
        WithdrawnError: If the listing was withdrawn.
        NotFoundError: If there is no such published listing, version or fact.
    """
    work.require(Permission.SEND_CORRECTION)
    listing = _listing(work, wrong)
    row = Correction(
        reference=_new_reference(work),
        listing_id=listing,
        version=wrong.version,
        field=wrong.field,
        words=wrong.words,
        source_url=wrong.source_url,
        language=wrong.language.value,
        made_at=work.now,
        state=CorrectionState.OPEN.value,
    )
    if wrong.email and keys is not None:
        key = new_key()
        row.wrapped_key = keys.wrap(key, key_place(row.reference))
        place = address_place(row.reference)
        row.sealed_email = seal(key, wrong.email.encode(), place)
    work.session.add(row)
    work.session.flush()
    subject = f"{wrong.kind.value}:{wrong.slug}"
    log.record(
        work, "correction.sent", subject, reference=row.reference, field=wrong.field
    )
    if row.sealed_email is not None:
        queue.promise(work, "mail.correction-confirm", correction=row.reference)
    return row.reference


def confirm_address(work: Work, reference: str) -> None:
    """Say that the address of a correction is the sender's own.

    The reference comes from a signed link. Twice changes nothing.

    Raises:
        RefusedError: If the actor may not send corrections.
        NotFoundError: If there is no such correction, or its address was erased.
    """
    work.require(Permission.SEND_CORRECTION)
    row = _held(work, reference)
    if row.sealed_email is None:
        raise NotFoundError(correction=reference)
    if row.email_confirmed_at is not None:
        return
    row.email_confirmed_at = work.now
    log.record(work, "correction.confirmed", f"correction:{reference}")
    if row.state != CorrectionState.OPEN.value:
        queue.promise(work, "mail.correction-decided", correction=reference)


def decide_correction(
    work: Work,
    reference: str,
    outcome: CorrectionState,
    words: str,
    *,
    duplicate_of: str | None = None,
    changed_in: int | None = None,
) -> None:
    """Decide on a correction; everybody can read the outcome.

    Promises a mail to whoever sent it, if they confirmed an address.

    Args:
        work: The transaction.
        reference: Of an open correction.
        outcome: Accepted, declined, or a duplicate.
        words: Why, for everybody to read: nothing about a person.
        duplicate_of: Reference of the one that says the same, of the same listing.
        changed_in: Version that put it right, of an accepted one.

    Raises:
        RefusedError: If the actor may not decide on corrections.
        NotFoundError: If there is no such correction, duplicate or version.
        DecidedError: If it was decided before.
        OwnListingError: If the actor's own organization keeps the listing.
        OutcomeError: If something is missing or out of place.
    """
    work.require(Permission.DECIDE_CORRECTION)
    row = _held(work, reference)
    if row.state != CorrectionState.OPEN.value:
        raise DecidedError(correction=reference, state=row.state)
    check_not_own(work.session, work.actor, row.listing_id)
    check_outcome(outcome, words, duplicate_of=duplicate_of, changed_in=changed_in)
    if duplicate_of is not None:
        row.duplicate_of = _first(work, row, duplicate_of)
    if changed_in is not None:
        _check_version(work, row, changed_in)
        row.changed_in = changed_in
    row.state = outcome.value
    row.outcome = words.strip() or None
    row.decided_at, row.decided_by = work.now, work.actor.person
    work.session.flush()
    log.record(
        work,
        "correction.decided",
        f"correction:{reference}",
        outcome=outcome.value,
        duplicate_of=duplicate_of,
        changed_in=changed_in,
    )
    if row.email_confirmed_at is not None and row.sealed_email is not None:
        queue.promise(work, "mail.correction-decided", correction=reference)


def erase_addresses(work: Work, *, at_most: int = BATCH) -> int:
    """Erase addresses of corrections that nobody needs any more.

    Args:
        work: The transaction.
        at_most: How many in it.

    Returns:
        How many were erased; as many as ``at_most`` means that more may wait.

    Raises:
        RefusedError: If the actor is not the program itself.
    """
    work.require(Permission.EXPIRE_CORRECTIONS)
    unconfirmed = Correction.email_confirmed_at.is_(None) & (
        Correction.made_at <= work.now - KEPT_UNCONFIRMED
    )
    rows = work.session.scalars(
        select(Correction)
        .where(
            Correction.sealed_email.is_not(None),
            or_(Correction.decided_at <= work.now - KEPT_AFTER_OUTCOME, unconfirmed),
        )
        .order_by(Correction.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.sealed_email = row.wrapped_key = None
    if rows:
        work.session.flush()
        log.record(work, "correction.address-erased", "corrections", count=len(rows))
    return len(rows)


def rewrap_addresses(work: Work, keys: KeyRing, *, at_most: int = BATCH) -> int:
    """Wrap keys of addresses of older keys of the ring with the current one.

    Args:
        work: The transaction.
        keys: A ring that still has the older keys.
        at_most: How many in it.

    Returns:
        How many were wrapped anew; none means that all are.

    Raises:
        RefusedError: If the actor may not rotate keys.
    """
    work.require(Permission.ROTATE_KEYS)
    done = 0
    rows = work.session.scalars(
        select(Correction).where(Correction.wrapped_key.is_not(None))
    )
    for row in rows:
        place = key_place(row.reference)
        wrapped = row.wrapped_key
        if wrapped is not None and key_name(wrapped, place) != keys.current:
            row.wrapped_key = keys.rewrap(wrapped, place)
            done += 1
            if done == at_most:
                break
    work.session.flush()
    return done


def _listing(work: Work, wrong: Wrong) -> int:
    """Return the row of the listing, once everything that is named exists."""
    today = work.now.date()
    page: ListingPage
    if wrong.kind is Kind.CENTER:
        page = center_page(work.session, wrong.slug, today=today)
    else:
        page = facilitator_page(work.session, wrong.slug, today=today)
    fields = {WHOLE, *(fact.field for fact in borne(page))}
    if wrong.field not in fields or not 1 <= wrong.version <= page.version:
        raise NotFoundError(
            kind=wrong.kind.value,
            slug=wrong.slug,
            field=wrong.field,
            version=wrong.version,
        )
    return work.session.scalars(
        select(Listing.id)
        .join(Current, Current.listing_id == Listing.id)
        .where(Listing.kind == wrong.kind.value, Listing.slug == wrong.slug)
    ).one()


def _new_reference(work: Work) -> str:
    while True:
        drawn = reference(secrets.randbelow(REFERENCES))
        taken = select(Correction.id).where(Correction.reference == drawn)
        if work.session.scalar(taken) is None:
            return drawn


def _held(work: Work, reference: str) -> Correction:
    row = work.session.scalar(
        select(Correction)
        .where(Correction.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(correction=reference)
    return row


def _first(work: Work, row: Correction, duplicate_of: str) -> int:
    """Return the row of the first one that said the same."""
    first = work.session.scalar(
        select(Correction).where(
            Correction.reference == duplicate_of,
            Correction.listing_id == row.listing_id,
            Correction.id != row.id,
        )
    )
    if first is None:
        raise NotFoundError(correction=duplicate_of)
    found = first.duplicate_of or first.id
    if found == row.id:
        raise NotFoundError(correction=duplicate_of)
    return found


def _check_version(work: Work, row: Correction, number: int) -> None:
    known = work.session.scalar(
        select(Version.id).where(
            Version.listing_id == row.listing_id,
            Version.number == number,
            Version.number > row.version,
        )
    )
    if known is None:
        raise NotFoundError(correction=row.reference, version=number)
