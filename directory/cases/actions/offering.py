"""Offering a case to centers, one after another, and ending what is not allowed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from directory.accounts.actions.organizations import own_office
from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.actions.due import settle, wait, wait_at
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Referral
from directory.cases.queries.access import shared
from directory.cases.rules.deadlines import CHINA
from directory.cases.rules.machine import Why, check_referral
from directory.cases.rules.states import (
    SEEN_BY_HOSPITAL,
    Decline,
    ReferralState,
    Side,
    State,
)
from directory.cases.rules.timeline import Kind
from directory.core.actor import system
from directory.core.crypto import KeyRing
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.model import Target
from directory.listings.model import Listing
from directory.listings.rules.document import Kind as ListingKind
from directory.submissions.model import ListingKeeper
from directory.submissions.queries.capacity import center_capacity
from directory.submissions.rules.states import CapacityState


def targets(work: Work, inquiry: str, kind: ListingKind) -> list[Target]:
    """Return whom an inquiry names of a kind, in the order wished."""
    found = work.session.scalars(
        select(Target)
        .where(Target.inquiry_id == inquiry, Target.kind == kind.value)
        .order_by(Target.place)
    )
    return list(found)


def keeper_of(work: Work, kind: ListingKind, slug: str) -> int | None:
    """Return the organization that keeps a listing here; nothing if none does."""
    return work.session.scalar(
        select(ListingKeeper.organization_id)
        .join(Listing, Listing.id == ListingKeeper.listing_id)
        .where(Listing.kind == kind.value, Listing.slug == slug)
    )


def is_full(work: Work, slug: str) -> bool:
    """Tell whether a center says that it takes nobody now."""
    said = center_capacity(work.session, slug, today=work.now.astimezone(CHINA).date())
    return said is not None and said.state is CapacityState.FULL


def new_referral(
    work: Work,
    case: Case,
    slug: str,
    place: int,
    *,
    rules_version: int | None = None,
) -> Referral:
    """Return a referral that stands nowhere yet; it has to be offered or proposed."""
    return Referral(
        id=secrets.token_hex(16),
        case_id=case.id,
        center=slug,
        organization_id=keeper_of(work, ListingKind.CENTER, slug),
        place=place,
        state=ReferralState.PROPOSED.value,
        is_leading=False,
        version=1,
        warnings=0,
        made_at=work.now,
        lacks=[],
        rules_version=rules_version,
    )


def offer(
    work: Work, keys: KeyRing | None, case: Case, row: Referral, *, side: Side
) -> bool:
    """Offer a case to a center, unless it says that it is full.

    The patient hears of a full center if they chose it themselves; the owner always.

    Args:
        work: The transaction, with the case locked.
        keys: As for :func:`directory.cases.actions.due.wait`.
        case: The case, shared with the center.
        row: Its referral, proposed or new.
        side: Who offers; the program, when it offers it onward.

    Returns:
        Whether it was offered.
    """
    if is_full(work, row.center):
        check_referral(row.state, ReferralState.DECLINED)
        row.state, row.decline = ReferralState.DECLINED.value, Decline.CAPACITY.value
        row.due_at = None
        row.answered_at = work.now
        work.session.add(row)
        work.session.flush()
        chosen = {
            one.slug for one in targets(work, case.inquiry_id, ListingKind.CENTER)
        }
        tell(
            work,
            case,
            Kind.NOT_OFFERED,
            side=Side.DIRECTORY,
            referral=row,
            is_internal=row.center not in chosen,
            code=Decline.CAPACITY.value,
        )
        return False
    check_referral(row.state, ReferralState.OFFERED)
    row.state, row.offered_at = ReferralState.OFFERED.value, work.now
    wait_at(work, keys, case, row, Side.HOSPITAL)
    work.session.add(row)
    work.session.flush()
    if case.state == State.HOSPITAL.value:
        wait(work, keys, case, Side.HOSPITAL)
    tell(work, case, Kind.OFFERED, side=side, referral=row)
    return True


def onward(work: Work, keys: KeyRing | None, case: Case) -> Referral | None:
    """Offer a case to the next center that the patient wished and lets see it.

    Not while it rests, or a center has accepted it.

    Returns:
        The referral; nothing if there is no such center, and the owner decides.
    """
    if case.state in {State.CLOSED.value, State.PAUSED.value}:
        return None
    for row in _next(work, case):
        if offer(work, keys, case, row, side=Side.DIRECTORY):
            return row
    return None


def _next(work: Work, case: Case) -> Iterator[Referral]:
    """Yield referrals to centers that were never asked, in the patient's order."""
    rows = work.session.scalars(
        select(Referral).where(Referral.case_id == case.id).order_by(Referral.made_at)
    ).all()
    if any(row.state == ReferralState.ACCEPTED.value for row in rows):
        return
    allowed = shared(work.session, case.inquiry_id)
    by_center: dict[str, list[Referral]] = {}
    for row in rows:
        by_center.setdefault(row.center, []).append(row)
    wished = targets(work, case.inquiry_id, ListingKind.CENTER)
    for target in wished:
        if f"center:{target.slug}" not in allowed:
            continue
        known = by_center.get(target.slug, [])
        proposed = [row for row in known if row.state == ReferralState.PROPOSED.value]
        if proposed:
            yield proposed[0]
        elif all(_was_full(row) for row in known) and not (
            known and is_full(work, target.slug)
        ):
            yield new_referral(work, case, target.slug, target.place)


def _was_full(row: Referral) -> bool:
    """Tell whether a center was not asked because it was full."""
    return (
        row.state == ReferralState.DECLINED.value
        and row.decline == Decline.CAPACITY.value
        and row.offered_at is None
    )


def end(work: Work, case: Case, row: Referral, why: Why, *, side: Side) -> None:
    """End a referral; its center reads the case no longer."""
    check_referral(row.state, ReferralState.ENDED)
    row.state, row.due_at = ReferralState.ENDED.value, None
    row.version += 1
    if why is not Why.CLOSED:
        row.is_leading = False
    work.session.flush()
    tell(work, case, Kind.REFERRAL_ENDED, side=side, referral=row, why=why.value)


def end_shares(work: Work, inquiry: str, keys: KeyRing | None = None) -> None:
    """End what a consent that was taken back had allowed.

    Centers that may no longer see the case lose it, and it is offered onward if no
    other has it. If its facilitator may not see it, the directory's office gets it.

    Raises:
        RefusedError: If the actor may not follow inquiries.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case = work.session.scalar(
        select(Case)
        .where(Case.inquiry_id == inquiry)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None or case.state == State.CLOSED.value:
        return
    allowed = shared(work.session, inquiry)
    rows = work.session.scalars(
        select(Referral)
        .where(
            Referral.case_id == case.id, Referral.state.in_(sorted(SEEN_BY_HOSPITAL))
        )
        .order_by(Referral.place)
        .with_for_update()
    ).all()
    ended = [row for row in rows if f"center:{row.center}" not in allowed]
    for row in ended:
        end(work, case, row, Why.CONSENT, side=Side.PATIENT)
    if ended and onward(work, keys, case) is None:
        give_back(work, keys, case)
    if not may_own(work, case.inquiry_id, case.organization_id):
        office = own_office(replace(work, actor=system("cases"))).id
        give_to(work, keys, case, office, side=Side.DIRECTORY)


def give_back(work: Work, keys: KeyRing | None, case: Case) -> None:
    """Let a case wait for its owner if no center has it any more, and say so."""
    before = case.state
    settle(work, keys, case)
    if case.state != before:
        tell(work, case, Kind.WAITS, side=Side.DIRECTORY)


def give_to(
    work: Work, keys: KeyRing | None, case: Case, organization: int, *, side: Side
) -> None:
    """Give a case to another owner, none of whose people carries it yet."""
    case.organization_id, case.assignee_id = organization, None
    if case.state == State.FACILITATOR.value:
        wait(work, keys, case, Side.FACILITATOR)
    tell(work, case, Kind.HANDED_OVER, side=side, organization=organization)


def may_own(work: Work, inquiry: str, organization: int) -> bool:
    """Tell whether an organization may look after a case by the consents there are."""
    office = work.session.get_one(Organization, organization)
    if office.kind == OrganizationKind.DIRECTORY.value:
        return True
    slugs = work.session.scalars(
        select(Listing.slug)
        .join(ListingKeeper, ListingKeeper.listing_id == Listing.id)
        .where(
            ListingKeeper.organization_id == organization,
            Listing.kind == ListingKind.FACILITATOR.value,
        )
    )
    allowed = shared(work.session, inquiry)
    return any(f"facilitator:{slug}" in allowed for slug in slugs)
