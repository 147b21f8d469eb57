"""Drawing facts at random, and writing down whether they still hold."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from directory.audit import actions as log
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.model import Current, Fact, Listing, Version
from directory.submissions.model import Sample, SampledFact
from directory.submissions.queries.corrections import check_not_own
from directory.submissions.rules.samples import (
    Drawable,
    SampleCompletedError,
    SampleOpenError,
    drawn,
)
from directory.submissions.rules.states import SampleVerdict


def draw_sample(work: Work, size: int, seed: str) -> int:
    """Draw facts of published listings that state something; return the sample's id.

    Args:
        work: The transaction.
        size: How many facts.
        seed: Published, so that anybody can draw the same ones again.

    Raises:
        RefusedError: If the actor may not check samples.
        SampleOpenError: If another sample is not done yet.
        SampleSizeError: If so many cannot be drawn.
    """
    work.require(Permission.CHECK_SAMPLE)
    if work.actor.person is None:
        raise RefusedError(permission=Permission.CHECK_SAMPLE.value)
    for other in work.session.scalars(
        select(Sample).where(Sample.completed_at.is_(None)).with_for_update()
    ):
        if _is_pending(work, other.id):
            raise SampleOpenError(sample=other.id)
        other.completed_at = work.now
    facts = tuple(
        Drawable(row.kind, row.slug, row.field, row.listing, row.version)
        for row in work.session.execute(
            select(
                Listing.kind,
                Listing.slug,
                Fact.field,
                Listing.id.label("listing"),
                Version.number.label("version"),
            )
            .join(Version, Version.id == Fact.version_id)
            .join(Listing, Listing.id == Version.listing_id)
            .join(
                Current,
                and_(
                    Current.listing_id == Version.listing_id,
                    Current.number == Version.number,
                ),
            )
            .where(Fact.basis.is_not(None))
        )
    )
    chosen = drawn(facts, size, seed)
    sample = Sample(
        drawn_at=work.now,
        drawn_by=work.actor.person,
        seed=seed,
        size=size,
        of=len(facts),
    )
    work.session.add(sample)
    work.session.flush()
    work.session.add_all(
        SampledFact(
            sample_id=sample.id,
            listing_id=fact.listing,
            version=fact.version,
            field=fact.field,
            position=position,
        )
        for position, fact in enumerate(chosen, 1)
    )
    work.session.flush()
    log.record(work, "sample.drawn", f"sample:{sample.id}", size=size, of=len(facts))
    return sample.id


def record_verdict(
    work: Work, sample: int, position: int, verdict: SampleVerdict, note: str = ""
) -> bool:
    """Write down what looking at a fact's source again showed.

    As long as the sample is not done, the verdict may be changed. With the last
    fact the sample is done, and readers see what came of it.

    Args:
        work: The transaction.
        sample: Its id.
        position: Of the fact in the sample, from 1.
        verdict: What was found.
        note: For other moderators.

    Returns:
        Whether the sample is done now.

    Raises:
        RefusedError: If the actor may not check samples.
        NotFoundError: If there is no such sample or fact, or it was withdrawn.
        SampleCompletedError: If the sample was done before.
        OwnListingError: If the actor's own organization keeps the listing.
    """
    work.require(Permission.CHECK_SAMPLE)
    whole = work.session.get(Sample, sample, with_for_update=True)
    row = work.session.scalar(
        select(SampledFact)
        .join(Current, Current.listing_id == SampledFact.listing_id)
        .where(SampledFact.sample_id == sample, SampledFact.position == position)
    )
    if whole is None or row is None:
        raise NotFoundError(sample=sample, position=position)
    if whole.completed_at is not None:
        raise SampleCompletedError(sample=sample)
    check_not_own(work.session, work.actor, row.listing_id)
    row.verdict, row.note = verdict.value, note.strip() or None
    row.checked_at, row.checked_by = work.now, work.actor.person
    work.session.flush()
    log.record(
        work,
        "sample.checked",
        f"sample:{sample}",
        position=position,
        verdict=verdict.value,
    )
    if _is_pending(work, sample):
        return False
    whole.completed_at = work.now
    work.session.flush()
    log.record(work, "sample.completed", f"sample:{sample}")
    return True


def _is_pending(work: Work, sample: int) -> bool:
    """Tell whether a fact of a listing that is still published has no verdict."""
    waiting = work.session.scalar(
        select(func.count())
        .select_from(SampledFact)
        .join(Current, Current.listing_id == SampledFact.listing_id)
        .where(SampledFact.sample_id == sample, SampledFact.verdict.is_(None))
    )
    return bool(waiting)
