"""Claiming a listing: asking, proving, deciding."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from directory.accounts.actions.organizations import found_organization, join
from directory.accounts.model import Person
from directory.accounts.rules.roles import MANAGES, OrganizationKind
from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError, RefusedError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.outbox import actions as queue
from directory.submissions.model import ListingClaim, ListingKeeper
from directory.submissions.queries.claims import domains_of_listing
from directory.submissions.rules.claims import (
    LETTER_LASTS_DAYS,
    ClaimStateError,
    domain_of,
    first_state,
    letter_digest,
    new_letter_code,
    proof_for,
)
from directory.submissions.rules.states import ClaimState, Proof

OPEN = (ClaimState.UNCONFIRMED.value, ClaimState.WAITING.value)


class AlreadyClaimedError(DirectoryError):
    """The same person has claimed it before, and that is not decided yet."""

    code = "claim.repeated"


class AlreadyKeptError(DirectoryError):
    """An organization keeps the listing; its manager invites others."""

    code = "claim.already-kept"


class LetterCodeError(DirectoryError):
    """The code is not the one in the letter, or the letter is too old."""

    code = "claim.letter-code"


def claim(
    work: Work,
    *,
    kind: Kind,
    slug: str | None,
    named: str,
    city: str | None,
    website: str,
    position: str,
    note: str,
) -> str:
    """Say that one speaks for a hospital or a facilitator; return the public id.

    Args:
        work: The transaction.
        kind: Center or facilitator.
        slug: Public name of the listing; ``None`` for one that is not listed yet.
        named: The organization as the person names it.
        city: Vocabulary key, for what is not listed yet.
        website: Of what is not listed yet; a moderator compares it.
        position: What the person does there.
        note: Anything else that helps the moderator.

    Raises:
        RefusedError: If nobody is signed in.
        NotFoundError: If there is no such published listing.
        AlreadyKeptError: If an organization keeps it already.
        AlreadyClaimedError: If this person's claim of it is not decided yet.
    """
    work.require(Permission.CLAIM_LISTING)
    person = _person(work)
    listing = _listing(work, kind, slug) if slug else None
    if listing and work.session.get(ListingKeeper, listing.id):
        raise AlreadyKeptError(kind=kind.value, slug=slug)
    _refuse_repeated(work, listing, named)
    # What a person types as their website proves nothing; what is published does.
    domains = domains_of_listing(work.session, listing.id) if listing else frozenset()
    proof = proof_for(person.email, domains)
    row = ListingClaim(
        public_id=secrets.token_hex(16),
        kind=kind.value,
        listing_id=listing.id if listing else None,
        named=named,
        city=city,
        person_id=person.id,
        position=position,
        note="\n".join(filter(None, (website if not listing else "", note))),
        proof=proof.value,
        state=first_state(proof).value,
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    log.record(work, "claim.made", f"claim:{row.public_id}", proof=proof.value)
    return row.public_id


def send_letter(work: Work, public_id: str) -> str:
    """Return a new code for the letter to a hospital; only its digest is kept.

    An earlier letter ends.

    Raises:
        RefusedError: If the actor may not decide claims.
        NotFoundError: If there is no such claim.
        ClaimStateError: If it does not wait for a letter.
    """
    work.require(Permission.DECIDE_CLAIM)
    row = _claim(work, public_id)
    if row.proof != Proof.LETTER or row.state != ClaimState.UNCONFIRMED:
        raise ClaimStateError(claim=public_id, state=row.state)
    code = new_letter_code()
    row.letter_digest = letter_digest(public_id, code)
    row.letter_sent_on = work.now.date()
    log.record(work, "claim.letter-sent", f"claim:{public_id}")
    return code


def prove_by_letter(work: Work, public_id: str, typed: str) -> None:
    """Take the code out of the letter; the claim then waits for a moderator.

    Raises:
        NotFoundError: If there is no such claim of this person.
        ClaimStateError: If it waits for no letter.
        LetterCodeError: If the code is another one, or too old.
    """
    work.require(Permission.CLAIM_LISTING)
    row = _claim(work, public_id)
    if row.person_id != work.actor.person:
        raise NotFoundError(claim=public_id)
    if row.state != ClaimState.UNCONFIRMED or row.letter_sent_on is None:
        raise ClaimStateError(claim=public_id, state=row.state)
    age = work.now.date() - row.letter_sent_on
    right = hmac.compare_digest(
        letter_digest(public_id, typed), row.letter_digest or ""
    )
    if not right or age > timedelta(days=LETTER_LASTS_DAYS):
        raise LetterCodeError(claim=public_id, sent_on=row.letter_sent_on.isoformat())
    row.letter_proved_at, row.state = work.now, ClaimState.WAITING.value
    log.record(work, "claim.proved", f"claim:{public_id}")


def approve_claim(work: Work, public_id: str) -> None:
    """Make the claimant the account manager of an organization that keeps it.

    Promises a mail to them.

    Raises:
        RefusedError: If the actor may not decide claims, or made this one.
        NotFoundError: If there is no such claim.
        ClaimStateError: If it does not wait for a decision.
        AlreadyKeptError: If another organization keeps the listing by now.
    """
    row = _to_decide(work, public_id)
    if row.listing_id and work.session.get(ListingKeeper, row.listing_id):
        raise AlreadyKeptError(claim=public_id)
    person = work.session.get_one(Person, row.person_id)
    kind = (
        OrganizationKind.HOSPITAL
        if row.kind == Kind.CENTER
        else OrganizationKind.FACILITATOR
    )
    proved = domain_of(person.email.rpartition("@")[2])
    domains = (proved,) if proved and row.proof == Proof.DOMAIN else ()
    office = found_organization(work, kind, row.named, domains)
    join(work, row.person_id, office, MANAGES[kind])
    if row.listing_id:
        _entrust(work, row.listing_id, office)
    row.organization_id = office
    _decide(work, row, ClaimState.APPROVED, None)


def decline_claim(work: Work, public_id: str, reason: str) -> None:
    """Decline a claim, with a reason that its maker reads.

    Raises:
        RefusedError: If the actor may not decide claims, or made this one.
        NotFoundError: If there is no such claim.
        ClaimStateError: If it was decided already.
    """
    row = _to_decide(work, public_id, also=ClaimState.UNCONFIRMED)
    _decide(work, row, ClaimState.DECLINED, reason)


def entrust(work: Work, kind: Kind, slug: str, organization: int) -> None:
    """Let an organization keep a published listing.

    Raises:
        RefusedError: If the actor may not decide claims.
        NotFoundError: If there is no such published listing.
        AlreadyKeptError: If an organization keeps it already.
    """
    work.require(Permission.DECIDE_CLAIM)
    listing = _listing(work, kind, slug)
    if work.session.get(ListingKeeper, listing.id):
        raise AlreadyKeptError(kind=kind.value, slug=slug)
    _entrust(work, listing.id, organization)
    log.record(
        work, "listing.entrusted", f"{kind.value}:{slug}", organization=organization
    )


def _entrust(work: Work, listing: int, organization: int) -> None:
    work.session.add(
        ListingKeeper(listing_id=listing, organization_id=organization, since=work.now)
    )
    work.session.flush()


def _to_decide(
    work: Work, public_id: str, *, also: ClaimState | None = None
) -> ListingClaim:
    work.require(Permission.DECIDE_CLAIM)
    row = _claim(work, public_id)
    if row.person_id == work.actor.person:
        raise RefusedError(permission="decide another's claim", actor=work.actor.name)
    if row.state not in {ClaimState.WAITING, also}:
        raise ClaimStateError(claim=public_id, state=row.state)
    return row


def _decide(
    work: Work, row: ListingClaim, state: ClaimState, reason: str | None
) -> None:
    # Two moderators at once: the second finds that it was decided.
    changed = work.session.execute(
        update(ListingClaim)
        .where(ListingClaim.id == row.id, ListingClaim.state == row.state)
        .values(
            state=state.value,
            reason=reason,
            decided_at=work.now,
            decided_by=work.actor.person,
            organization_id=row.organization_id,
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # of a CursorResult
        raise ClaimStateError(claim=row.public_id, state=row.state)
    work.session.refresh(row)
    subject = f"claim:{row.public_id}"
    log.record(work, f"claim.{state.value}", subject, organization=row.organization_id)
    queue.promise(work, "mail.claim-decided", claim=row.public_id)


def _person(work: Work) -> Person:
    person = work.session.get(Person, work.actor.person) if work.actor.person else None
    if person is None or person.confirmed_at is None:
        raise RefusedError(permission="claim", actor=work.actor.name)
    return person


def _listing(work: Work, kind: Kind, slug: str) -> Listing:
    found = work.session.scalar(
        select(Listing).where(
            Listing.kind == kind.value,
            Listing.slug == slug,
            Listing.state == "published",
        )
    )
    if found is None:
        raise NotFoundError(kind=kind.value, slug=slug)
    return found


def _refuse_repeated(work: Work, listing: Listing | None, named: str) -> None:
    same = select(ListingClaim.public_id).where(
        ListingClaim.person_id == work.actor.person, ListingClaim.state.in_(OPEN)
    )
    if listing is not None:
        same = same.where(ListingClaim.listing_id == listing.id)
    else:
        same = same.where(
            ListingClaim.listing_id.is_(None), ListingClaim.named == named
        )
    found = work.session.scalar(same)
    if found is not None:
        raise AlreadyClaimedError(claim=found)


def _claim(work: Work, public_id: str) -> ListingClaim:
    row = work.session.scalar(
        select(ListingClaim)
        .where(ListingClaim.public_id == public_id)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(claim=public_id)
    return row
