"""Putting sources, therapies, guides and checked claims in place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from directory.audit import actions as log
from directory.core.errors import DirectoryError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.knowledge.model import (
    ClaimRow,
    GlossaryRow,
    GuideClaim,
    GuideRow,
    RateRow,
    SourceRow,
    TherapyIndication,
    TherapyRow,
)
from directory.knowledge.rules.digest import canonical, digest
from directory.knowledge.rules.glossary import GlossaryTerm
from directory.knowledge.rules.guide import ClaimDocument, GuideDocument
from directory.knowledge.rules.rates import Rate
from directory.knowledge.rules.sources import Source
from directory.knowledge.rules.therapy import Approval, TherapyDocument
from directory.outbox import actions as queue

KNOWLEDGE_LOCK = 7_214_004
"""PostgreSQL advisory lock: one transaction at a time edits this knowledge."""


COST = "guide:cost"
"""The guide that converts amounts."""


class UnknownClaimError(DirectoryError):
    """A guide, or a word that is explained, cites claims that do not exist."""

    code = "knowledge.unknown-claim"


def put_therapy(work: Work, document: TherapyDocument) -> bool:
    """Add a therapy, or bring the one with the same slug up to date.

    Announces the therapy to every node. A therapy that already stands as given
    is left alone.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit this knowledge.
    """
    work.require(Permission.EDIT_KNOWLEDGE)
    _lock(work)
    form = canonical(document)
    seal = digest(form)
    row = work.session.scalar(
        select(TherapyRow).where(TherapyRow.slug == document.slug)
    )
    if row is not None and row.digest == seal:
        return False
    before = row.digest if row is not None else None
    if row is None:
        row = TherapyRow(slug=document.slug)
        work.session.add(row)
    row.position = document.position
    row.role = document.role.value
    row.market_status = document.market.status.value
    row.document, row.digest, row.changed_at = form, seal, work.now
    # The old ones leave before the new take their positions.
    row.indications = []
    work.session.flush()
    ids = source_ids(work, document.all_sources)
    row.indications = [
        TherapyIndication(
            position=position,
            indication=key,
            regulator=stated.regulator if isinstance(stated, Approval) else None,
            approved_on=stated.date if isinstance(stated, Approval) else None,
            line=stated.line and stated.line["en"],
            basis=stated.basis.value,
            source_id=ids[stated.source.url] if stated.source else None,
        )
        for position, (key, stated) in enumerate(
            (key, stated)
            for stated in (*document.approvals, *document.sought)
            for key in stated.keys
        )
    ]
    work.session.flush()
    subject = f"therapy:{document.slug}"
    log.record(work, "therapy.put", subject, before=before, after=seal)
    queue.announce(work, subject)
    return True


def put_claim(work: Work, document: ClaimDocument) -> bool:
    """Add a checked claim, or bring the one with the same id up to date.

    Announces every guide that cites it. A claim that already stands as given
    is left alone.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit this knowledge.
    """
    work.require(Permission.EDIT_KNOWLEDGE)
    _lock(work)
    form = canonical(document)
    seal = digest(form)
    row = work.session.scalar(select(ClaimRow).where(ClaimRow.key == document.id))
    if row is not None and row.digest == seal:
        return False
    before = row.digest if row is not None else None
    if row is None:
        row = ClaimRow(key=document.id)
    row.section = document.section
    row.verdict = document.verdict.value
    row.document = form
    row.basis = document.basis.value
    row.source_id = source_id(work, document.source) if document.source else None
    row.checked_on, row.digest, row.changed_at = document.checked_on, seal, work.now
    work.session.add(row)
    work.session.flush()
    log.record(work, "claim.put", f"claim:{document.id}", before=before, after=seal)
    citing = select(GuideRow.slug).join(GuideClaim).where(GuideClaim.claim_id == row.id)
    for slug in sorted(work.session.scalars(citing)):
        queue.announce(work, f"guide:{slug}")
    return True


def put_guide(work: Work, document: GuideDocument) -> bool:
    """Add a guide, or bring the one with the same slug up to date.

    Announces the guide to every node. A guide that already stands as given is
    left alone. Claims are put in place before the guides that cite them.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit this knowledge.
        UnknownClaimError: If it cites claims that do not exist.
    """
    work.require(Permission.EDIT_KNOWLEDGE)
    _lock(work)
    form = canonical(document)
    seal = digest(form)
    row = work.session.scalar(select(GuideRow).where(GuideRow.slug == document.slug))
    if row is not None and row.digest == seal:
        return False
    claims = _claim_ids(work, document.cited, guide=document.slug)
    before = row.digest if row is not None else None
    if row is None:
        row = GuideRow(slug=document.slug)
        work.session.add(row)
    row.position = document.position
    row.document, row.digest, row.changed_at = form, seal, work.now
    work.session.flush()
    source_ids(work, document.sources)
    work.session.execute(delete(GuideClaim).where(GuideClaim.guide_id == row.id))
    if claims:
        work.session.execute(
            insert(GuideClaim),
            [{"guide_id": row.id, "claim_id": claim} for claim in claims],
        )
    subject = f"guide:{document.slug}"
    log.record(work, "guide.put", subject, before=before, after=seal)
    queue.announce(work, subject)
    return True


def put_word(work: Work, document: GlossaryTerm) -> bool:
    """Add a word that is explained, or bring the one with the same key up to date.

    Announces the glossary, which every guide shows. A word that already stands as
    given is left alone. Claims are put in place before the words that cite them.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit this knowledge.
        UnknownClaimError: If it cites claims that do not exist.
    """
    work.require(Permission.EDIT_KNOWLEDGE)
    _lock(work)
    form = canonical(document)
    seal = digest(form)
    row = work.session.scalar(
        select(GlossaryRow).where(GlossaryRow.key == document.key)
    )
    if row is not None and row.digest == seal:
        return False
    _claim_ids(work, document.claims, word=document.key)
    before = row.digest if row is not None else None
    if row is None:
        row = GlossaryRow(key=document.key)
        work.session.add(row)
    row.document, row.digest, row.changed_at = form, seal, work.now
    work.session.flush()
    source_ids(work, document.sources)
    subject = f"glossary:{document.key}"
    log.record(work, "glossary.put", subject, before=before, after=seal)
    queue.announce(work, subject)
    return True


def put_rate(work: Work, document: Rate) -> bool:
    """Add what a currency was worth on a day, or correct it.

    Announces the guide of costs, which converts by it. A rate that already stands
    as given is left alone.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit this knowledge.
    """
    work.require(Permission.EDIT_KNOWLEDGE)
    _lock(work)
    form = canonical(document)
    seal = digest(form)
    row = work.session.scalar(
        select(RateRow).where(
            RateRow.currency == document.currency, RateRow.as_of == document.as_of
        )
    )
    if row is not None and row.digest == seal:
        return False
    before = row.digest if row is not None else None
    if row is None:
        row = RateRow(currency=document.currency, as_of=document.as_of)
        work.session.add(row)
    row.document, row.digest, row.changed_at = form, seal, work.now
    work.session.flush()
    source_ids(work, document.sources)
    subject = f"rate:{document.currency}.{document.as_of}"
    log.record(work, "rate.put", subject, before=before, after=seal)
    queue.announce(work, COST)
    return True


def source_id(work: Work, source: Source) -> int:
    """Return the id of a source, adding it if its address is new.

    Open to every actor: what may be done is asked by the action that cites it.
    """
    return source_ids(work, [source])[source.url]


def source_ids(work: Work, sources: Iterable[Source]) -> dict[str, int]:
    """Return the ids of sources by address, adding those that are new.

    What is already known of a source is kept; only what was empty is filled.
    Open to every actor: what may be done is asked by the action that cites it.

    Args:
        work: The transaction that the sources belong to.
        sources: Any number; several of one address are one source.
    """
    wanted = _by_address(sources)
    if not wanted:
        return {}
    _add_sources(work, wanted)
    rows = work.session.scalars(
        select(SourceRow).where(SourceRow.url.in_(wanted)).order_by(SourceRow.id)
    ).all()
    for row in rows:
        source = wanted[row.url]
        row.title = row.title or source.title
        row.publisher = row.publisher or source.publisher
        row.kind = row.kind or (source.kind and source.kind.value)
        row.language = row.language or source.language
    work.session.flush()
    return {row.url: row.id for row in rows}


def _by_address(sources: Iterable[Source]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for source in sources:
        known = found.get(source.url)
        if known is None:
            found[source.url] = source
        else:
            missing = {
                name: value
                for name, value in source
                if value and not getattr(known, name)
            }
            found[source.url] = known.model_copy(update=missing)
    return found


def _add_sources(work: Work, wanted: dict[str, Source]) -> None:
    rows = [
        {
            "url": source.url,
            "title": source.title,
            "publisher": source.publisher,
            "kind": source.kind and source.kind.value,
            "language": source.language,
        }
        for source in wanted.values()
    ]
    # Two writers may meet a new page at once, so the database decides who adds it.
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            postgresql.insert(SourceRow).values(rows).on_conflict_do_nothing()
        )
    else:
        work.session.execute(
            sqlite.insert(SourceRow).values(rows).on_conflict_do_nothing()
        )


def _claim_ids(work: Work, cited: Collection[str], **of: str) -> list[int]:
    found = {
        row.key: row.id
        for row in work.session.execute(
            select(ClaimRow.key, ClaimRow.id).where(ClaimRow.key.in_(cited))
        )
    }
    if missing := sorted(set(cited) - set(found)):
        raise UnknownClaimError(**of, claims=missing)
    return sorted(found.values())


def _lock(work: Work) -> None:
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": KNOWLEDGE_LOCK}
        )
