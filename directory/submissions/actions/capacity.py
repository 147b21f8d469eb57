"""Saying whether a center takes patients now."""

from __future__ import annotations

from directory.audit import actions as log
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.rules.document import Kind
from directory.outbox import actions as queue
from directory.submissions.model import Capacity
from directory.submissions.queries.keeping import kept_listing
from directory.submissions.rules.capacity import LASTS, check_weeks
from directory.submissions.rules.states import CapacityState


def state_capacity(
    work: Work, slug: str, state: CapacityState, wait_weeks: int | None = None
) -> None:
    """Say whether a center takes patients; it counts for 14 days from today.

    The same again counts from today again.

    Args:
        work: The transaction.
        slug: Of a center that the actor's organization keeps.
        state: What holds now.
        wait_weeks: About how long one waits; ``None`` if that is not said.

    Raises:
        RefusedError: If the actor may not speak for a center.
        NotFoundError: If the actor's organization keeps no such center.
        CapacityError: If the weeks do not fit.
    """
    work.require(Permission.STATE_CAPACITY)
    kept = kept_listing(work.session, work.actor, slug)
    if kept.kind is not Kind.CENTER or work.actor.person is None:
        raise NotFoundError(slug=slug)
    check_weeks(state, wait_weeks)
    row = work.session.get(Capacity, kept.id, with_for_update=True)
    if row is None:
        row = Capacity(listing_id=kept.id)
        work.session.add(row)
    row.state, row.wait_weeks = state.value, wait_weeks
    row.stated_on = work.now.date()
    row.expires_on = row.stated_on + LASTS
    row.stated_by, row.organization_id = work.actor.person, kept.organization
    work.session.flush()
    subject = f"center:{slug}"
    log.record(
        work, "capacity.stated", subject, state=state.value, wait_weeks=wait_weeks
    )
    queue.announce(work, subject)


def take_back_capacity(work: Work, slug: str) -> None:
    """Say nothing of a center's capacity any more; nothing said is no change.

    Raises:
        RefusedError: If the actor may not speak for a center.
        NotFoundError: If the actor's organization keeps no such center.
    """
    work.require(Permission.STATE_CAPACITY)
    kept = kept_listing(work.session, work.actor, slug)
    row = work.session.get(Capacity, kept.id, with_for_update=True)
    if row is None:
        return
    work.session.delete(row)
    work.session.flush()
    subject = f"center:{slug}"
    log.record(work, "capacity.taken-back", subject)
    queue.announce(work, subject)
