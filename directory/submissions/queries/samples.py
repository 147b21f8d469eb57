"""Samples of facts: what came of the last one, and what is left of the open one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select

from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.knowledge.model import SourceRow
from directory.listings.model import Current, Fact, Listing, Version
from directory.listings.rules.document import Basis
from directory.submissions.model import Sample, SampledFact
from directory.submissions.rules.samples import Share, share
from directory.submissions.rules.states import SampleVerdict


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample of facts.

    Args:
        id: Its row, for addresses.
        drawn_at: When it was drawn.
        completed_at: When the last fact was checked; ``None`` while it is open.
        seed: With which anybody can draw the same again.
        size: How many facts were drawn.
        of: How many there were to draw from.
        share: How many of those checked hold; ``None`` if none was checked.
    """

    id: int
    drawn_at: datetime
    completed_at: datetime | None
    seed: str
    size: int
    of: int
    share: Share | None


@dataclass(frozen=True, slots=True)
class SampledView:
    """A fact of a sample, as it was published when it was drawn.

    Args:
        position: In the sample, from 1.
        kind: Of the listing.
        slug: Public name of the listing.
        names: Of the listing.
        version: In which it stands so.
        field: Its place.
        value: As the table of facts has it: key or words.
        basis: Why it is believed.
        source: Address of the page that bears it out.
        statement: What was relied on.
        verdict: What was found; ``None`` as long as nobody looked.
        note: Of the moderator.
    """

    position: int
    kind: str
    slug: str
    names: Text
    version: int
    field: str
    value: str
    basis: Basis
    source: str | None
    statement: str | None
    verdict: SampleVerdict | None
    note: str | None


def last_sample(session: Session) -> SampleView | None:
    """Return the last sample that is done; nothing if none ever was."""
    row = session.scalar(
        select(Sample)
        .where(Sample.completed_at.is_not(None))
        .order_by(Sample.completed_at.desc(), Sample.id.desc())
        .limit(1)
    )
    return _sample(session, row) if row else None


def samples(session: Session) -> tuple[SampleView, ...]:
    """Return every sample, the last drawn first."""
    rows = session.scalars(select(Sample).order_by(Sample.id.desc())).all()
    return tuple(_sample(session, row) for row in rows)


def sample(session: Session, id: int) -> SampleView:  # noqa: A002 (its own name)
    """Return one sample.

    Raises:
        NotFoundError: If there is none.
    """
    row = session.get(Sample, id)
    if row is None:
        raise NotFoundError(sample=id)
    return _sample(session, row)


def sampled_facts(session: Session, sample: int) -> tuple[SampledView, ...]:
    """Return the facts of a sample, without those of withdrawn listings."""
    rows = session.execute(
        select(
            SampledFact,
            Listing.kind,
            Listing.slug,
            Version.document,
            Fact,
            SourceRow.url,
        )
        .join(Listing, Listing.id == SampledFact.listing_id)
        .join(Current, Current.listing_id == Listing.id)
        .join(
            Version,
            and_(
                Version.listing_id == SampledFact.listing_id,
                Version.number == SampledFact.version,
            ),
        )
        .join(
            Fact,
            and_(Fact.version_id == Version.id, Fact.field == SampledFact.field),
        )
        .outerjoin(SourceRow, SourceRow.id == Fact.source_id)
        .where(SampledFact.sample_id == sample)
        .order_by(SampledFact.position)
    )
    return tuple(map(_sampled, rows))


def _sampled(row: Row[Any]) -> SampledView:
    drawn: SampledFact = row.SampledFact
    fact: Fact = row.Fact
    return SampledView(
        position=drawn.position,
        kind=row.kind,
        slug=row.slug,
        names=row.document["names"],
        version=drawn.version,
        field=drawn.field,
        value=fact.value,
        basis=Basis(fact.basis or ""),
        source=row.url,
        statement=fact.statement,
        verdict=SampleVerdict(drawn.verdict) if drawn.verdict else None,
        note=drawn.note,
    )


def _sample(session: Session, row: Sample) -> SampleView:
    verdicts = session.scalars(
        select(SampledFact.verdict).where(
            SampledFact.sample_id == row.id, SampledFact.verdict.is_not(None)
        )
    )
    return SampleView(
        id=row.id,
        drawn_at=row.drawn_at,
        completed_at=row.completed_at,
        seed=row.seed,
        size=row.size,
        of=row.of,
        share=share(SampleVerdict(verdict) for verdict in verdicts if verdict),
    )
