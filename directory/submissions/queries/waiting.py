"""All that waits for a moderator, in one queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.text import Text
from directory.listings.model import Draft, Listing
from directory.submissions.model import (
    Evidence,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.cases import proposed_field, published_now
from directory.submissions.queries.claims import claims
from directory.submissions.queries.corrections import open_corrections
from directory.submissions.rules.review import Risk, Risks, needs_two_people, risks
from directory.submissions.rules.states import (
    ClaimState,
    EvidenceState,
    SubmissionKind,
    SubmissionState,
)


class WaitingKind(StrEnum):
    """What waits."""

    SUBMISSION = "submission"
    CLAIM = "claim"
    CORRECTION = "correction"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a moderator.

    Args:
        kind: What it is.
        id: How its page is named: public id, reference, or ``kind:slug``.
        listing: ``center`` or ``facilitator``.
        slug: Of the listing; empty for what is not listed yet.
        names: Of the listing, as far as known.
        city: Vocabulary key; empty if not known.
        since: Since when it waits.
        risks: How risky it is, and why.
        office: Who proposes it; empty for readers.
        is_own: Whether another moderator has to decide.
        is_first: Whether nothing of it is published yet.
    """

    kind: WaitingKind
    id: str
    listing: str
    slug: str
    names: Text
    city: str
    since: datetime
    risks: Risks
    office: str = ""
    is_own: bool = False
    is_first: bool = False


NO_RISK = Risks(0, ())


def waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """Return all that waits, the most risky first, of these the oldest.

    Args:
        session: Read only here.
        actor: The moderator, who does not decide on what is their own.
    """
    found = [
        *_submissions(session, actor),
        *_claims(session, actor),
        *_corrections(session),
        *_held(session),
    ]
    return tuple(sorted(found, key=lambda one: (-one.risks.weight, one.since, one.id)))


def _submissions(session: Session, actor: Actor) -> Iterator[Waiting]:
    rows = session.execute(
        select(Submission, Organization)
        .join(Organization, Organization.id == Submission.organization_id)
        .where(Submission.state == SubmissionState.SUBMITTED.value)
    ).all()
    ids = [row.Submission.id for row in rows]
    fields = _grouped(
        session.scalars(
            select(SubmissionField)
            .where(SubmissionField.submission_id.in_(ids))
            .order_by(SubmissionField.position)
        )
    )
    findings = {
        row.submission_id: row.n
        for row in session.execute(
            select(SubmissionFinding.submission_id, func.count().label("n"))
            .where(SubmissionFinding.submission_id.in_(ids))
            .group_by(SubmissionFinding.submission_id)
        )
    }
    evidence: defaultdict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(Evidence.submission_id, Evidence.field).where(
            Evidence.submission_id.in_(ids),
            Evidence.removed_at.is_(None),
            Evidence.state == EvidenceState.CLEAN.value,
        )
    ):
        evidence[row.submission_id].add(row.field)
    for pair in rows:
        one, office = pair.Submission, pair.Organization
        document = one.proposed or {}
        is_kin = (
            office.id in actor.organizations
            and office.kind != OrganizationKind.DIRECTORY
        )
        yield Waiting(
            kind=WaitingKind.SUBMISSION,
            id=one.public_id,
            listing=one.listing_kind,
            slug=one.slug,
            names=document.get("names", {}),
            city=document.get("city", ""),
            since=one.submitted_at or one.changed_at,
            risks=risks(
                SubmissionKind(one.kind),
                map(proposed_field, fields[one.id]),
                findings=findings.get(one.id, 0),
                with_evidence=evidence[one.id],
            ),
            office=office.name,
            is_own=is_kin or one.submitted_by == actor.person,
            is_first=one.kind == SubmissionKind.FIRST,
        )


def _grouped(
    rows: Iterable[SubmissionField],
) -> defaultdict[int, list[SubmissionField]]:
    found: defaultdict[int, list[SubmissionField]] = defaultdict(list)
    for row in rows:
        found[row.submission_id].append(row)
    return found


def _claims(session: Session, actor: Actor) -> Iterator[Waiting]:
    me = actor.name.partition(":")[2]
    for claim in claims(session, [ClaimState.WAITING]):
        yield Waiting(
            kind=WaitingKind.CLAIM,
            id=claim.public_id,
            listing=claim.kind,
            slug=claim.slug or "",
            names=claim.names or {"en": claim.named},
            city=claim.city or "",
            since=claim.made_at,
            risks=NO_RISK if claim.slug else Risks(40, ((Risk.FIRST, 1),)),
            office=claim.named,
            is_own=claim.person == me,
            is_first=claim.slug is None,
        )


def _corrections(session: Session) -> Iterator[Waiting]:
    cities: dict[tuple[str, str], str] = {}
    for one in open_corrections(session):
        about = one.page.about
        if about is None:
            continue
        key = (about.kind, about.slug)
        if key not in cities:
            cities[key] = _city(session, *key)
        yield Waiting(
            kind=WaitingKind.CORRECTION,
            id=one.page.reference,
            listing=about.kind,
            slug=about.slug,
            names=about.names,
            city=cities[key],
            since=one.page.made_at,
            risks=Risks(20, ((_harm(about.field), 1),))
            if needs_two_people(about.field)
            else NO_RISK,
        )


def _harm(field: str) -> Risk:
    part = field.partition(".")[0]
    return {"trial": Risk.TRIAL, "price": Risk.PRICE}.get(part, Risk.TREATMENT)


def _city(session: Session, kind: str, slug: str) -> str:
    from_current = published_now(session, kind, slug)
    return str(from_current[1].get("city", "")) if from_current else ""


def _held(session: Session) -> Iterator[Waiting]:
    opened = select(Submission.slug).where(
        Submission.listing_kind == Listing.kind,
        Submission.slug == Listing.slug,
        Submission.state == SubmissionState.SUBMITTED.value,
    )
    rows = session.execute(
        select(Listing.kind, Listing.slug, Draft)
        .join(Draft, Draft.listing_id == Listing.id)
        .where(~opened.exists())
    )
    for row in rows:
        document = row.Draft.document
        yield Waiting(
            kind=WaitingKind.HELD,
            id=f"{row.kind}:{row.slug}",
            listing=row.kind,
            slug=row.slug,
            names=document["names"],
            city=document.get("city", ""),
            since=row.Draft.changed_at,
            risks=Risks(40, ((Risk.FIRST, 1),)),
            is_first=True,
        )
