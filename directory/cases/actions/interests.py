"""Saying who pays a facilitator, and with which centers it has contracts."""

from __future__ import annotations

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.model import InterestCard
from directory.cases.rules.interests import (
    Interests,
    InterestsClaimError,
    InterestsError,
    check,
)
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.queries import published
from directory.listings.rules.document import Kind
from directory.outbox import actions as queue
from directory.submissions.queries.drafts import linter_registry
from directory.submissions.queries.keeping import Kept, kept_listing
from directory.submissions.rules.linter.checking import lint


def state_interests(work: Work, slug: str, interests: Interests) -> None:
    """Say who pays a facilitator and what its contracts are; readers see it at once.

    What was said before is kept, ended. The same again is a new statement, with
    today's date.

    Args:
        work: The transaction.
        slug: Of a facilitator that the actor's organization keeps.
        interests: What is stated.

    Raises:
        RefusedError: If the actor may not speak for a facilitator.
        NotFoundError: If the actor's organization keeps no such facilitator.
        InterestsError: If it contradicts itself, says nothing, or names a center
            that is not published.
        InterestsClaimError: If its words promise, rate or advertise.
    """
    work.require(Permission.STATE_INTERESTS)
    kept = _kept(work, slug)
    check(interests)
    if unknown := interests.contracts - _published(work, interests.contracts):
        raise InterestsError(
            field="contracts", reason="unknown-center", center=min(unknown)
        )
    words = {language.value: said for language, said in interests.words.items() if said}
    findings = lint(
        {f"words_{code}": said for code, said in words.items()},
        linter_registry(work.session),
        names=tuple(kept.names.values()),
    )
    if findings:
        raise InterestsClaimError(findings)
    last = _end(work, kept.id)
    assert work.actor.person is not None
    work.session.add(
        InterestCard(
            listing_id=kept.id,
            version=last + 1,
            paid_by=sorted(interests.paid_by),
            contracts=sorted(interests.contracts),
            has_no_contracts=interests.has_no_contracts,
            words=words,
            stated_by=work.actor.person,
            organization_id=kept.organization,
            stated_at=work.now,
        )
    )
    work.session.flush()
    subject = f"facilitator:{slug}"
    log.record(
        work,
        "interests.stated",
        subject,
        version=last + 1,
        paid_by=sorted(interests.paid_by),
        contracts=sorted(interests.contracts),
        has_no_contracts=interests.has_no_contracts,
    )
    queue.announce(work, subject)


def take_back_interests(work: Work, slug: str) -> None:
    """Say nothing of a facilitator's interests any more; nothing said is no change.

    Raises:
        RefusedError: If the actor may not speak for a facilitator.
        NotFoundError: If the actor's organization keeps no such facilitator.
    """
    work.require(Permission.STATE_INTERESTS)
    kept = _kept(work, slug)
    before = _current(work, kept.id)
    if before is None:
        return
    before.ended_at = work.now
    work.session.flush()
    subject = f"facilitator:{slug}"
    log.record(work, "interests.taken-back", subject, version=before.version)
    queue.announce(work, subject)


def _kept(work: Work, slug: str) -> Kept:
    kept = kept_listing(work.session, work.actor, slug)
    if kept.kind is not Kind.FACILITATOR or work.actor.person is None:
        raise NotFoundError(slug=slug)
    return kept


def _published(work: Work, slugs: frozenset[str]) -> frozenset[str]:
    if not slugs:
        return slugs
    pairs = {(Kind.CENTER.value, slug) for slug in slugs}
    return frozenset(slug for _, slug in published(work.session, pairs))


def _current(work: Work, listing: int) -> InterestCard | None:
    return work.session.scalar(
        select(InterestCard)
        .where(InterestCard.listing_id == listing, InterestCard.ended_at.is_(None))
        .with_for_update()
    )


def _end(work: Work, listing: int) -> int:
    """End what was said before; return its number, or 0."""
    if (before := _current(work, listing)) is not None:
        before.ended_at = work.now
        work.session.flush()
    return (
        work.session.scalar(
            select(func.max(InterestCard.version)).where(
                InterestCard.listing_id == listing
            )
        )
        or 0
    )
