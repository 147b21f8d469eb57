"""Asking for a look at what is due, and saying that it still holds."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, select

from directory.accounts.model import Membership, Organization, Person
from directory.audit import actions as log
from directory.core.actor import system
from directory.core.errors import DirectoryError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.actions import MovedOnError, publish
from directory.listings.rules.facts import facts
from directory.outbox import actions as queue
from directory.submissions.model import Recheck
from directory.submissions.queries.keeping import kept_listing, kept_listings
from directory.submissions.rules.rechecks import (
    due,
    due_on,
    is_confirmable,
    renewed,
    stages_reached,
)


class NothingChosenError(DirectoryError):
    """None of the facts was chosen, or none of those is due."""

    code = "recheck.nothing-chosen"


def ask_for_rechecks(work: Work) -> int:
    """Promise a mail for each listing of which something is due, at each stage.

    The keeper is asked on the day, and 14 and 30 days later; asking twice on one
    day asks once.

    Returns:
        How many mails were promised.

    Raises:
        RefusedError: If the actor is not the program itself.
    """
    work.require(Permission.ASK_FOR_RECHECK)
    today = work.now.date()
    promised = 0
    for kept in kept_listings(work.session):
        since = due_on(facts(kept.document), today)
        if since is None:
            continue
        row = work.session.scalar(
            select(Recheck)
            .where(Recheck.listing_id == kept.id, Recheck.due_on == since)
            .with_for_update()
        )
        if row is None:
            row = Recheck(
                public_id=secrets.token_hex(16),
                listing_id=kept.id,
                due_on=since,
                mails=0,
                made_at=work.now,
            )
            work.session.add(row)
            work.session.flush()
        stage = stages_reached(since, today)
        if row.done_at is not None or row.mails >= stage:
            continue
        # Stages that passed while nobody was there to ask are one question.
        row.mails = stage
        for person in _people_of(work, kept.organization):
            queue.promise(
                work,
                "mail.recheck",
                recheck=row.public_id,
                person=person,
                stage=stage,
            )
            promised += 1
        log.record(
            work,
            "recheck.asked",
            f"{kept.kind.value}:{kept.slug}",
            due_on=since.isoformat(),
            stage=stage,
        )
    return promised


def still_true(work: Work, slug: str, fields: Collection[str], *, number: int) -> int:
    """Say that facts still hold; the next version shows the keeper's word and day.

    Args:
        work: The transaction.
        slug: Of a listing that the actor's organization keeps.
        fields: Places of the facts, e.g. ``capability.icu``.
        number: Version that the page showed.

    Returns:
        How many facts were renewed.

    Raises:
        RefusedError: If the actor may not keep listings.
        NotFoundError: If the actor's organization keeps no such listing.
        MovedOnError: If another version was published meanwhile.
        NothingChosenError: If none of the facts is due and may be renewed so.
    """
    work.require(Permission.RECHECK_LISTING)
    kept = kept_listing(work.session, work.actor, slug)
    if kept.number != number:
        raise MovedOnError(kind=kept.kind.value, slug=slug, over=number)
    today = work.now.date()
    chosen = {
        fact.field
        for fact in due(facts(kept.document), today)
        if fact.field in fields and is_confirmable(fact)
    }
    if not chosen:
        raise NothingChosenError(slug=slug)
    office = work.session.get_one(Organization, kept.organization)
    document = renewed(kept.document, chosen, today=today, by=office.name)
    log.record(
        work,
        "listing.rechecked",
        f"{kept.kind.value}:{slug}",
        fields=sorted(chosen),
        number=number,
    )
    # What the keeper may say by themselves is a new day for what was published;
    # publishing anything else is for moderators.
    publish(
        replace(work, actor=system("recheck")),
        document,
        authority=f"recheck:{office.public_id}",
        over=number,
    )
    _close(work, kept.id, due_on(facts(document), today) is None)
    return len(chosen)


def _close(work: Work, listing: int, nothing_left: bool) -> None:
    if not nothing_left:
        return
    rows = work.session.scalars(
        select(Recheck).where(Recheck.listing_id == listing, Recheck.done_at.is_(None))
    )
    for row in rows:
        row.done_at, row.done_by = work.now, work.actor.person
    work.session.flush()


def _people_of(work: Work, organization: int) -> list[str]:
    """Return the public ids of who can answer for an organization."""
    return list(
        work.session.scalars(
            select(Person.public_id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.organization_id == organization, Person.active)
            .group_by(Person.public_id)
            .order_by(func.min(Person.id))
        )
    )
