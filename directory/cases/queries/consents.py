"""The register of consents: what was agreed to, in which words, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from directory.cases.model import Case
from directory.cases.queries.access import owned
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import NotFoundError, RefusedError
from directory.core.permissions import Permission, holds
from directory.inquiries.model import Consent, ConsentWording
from directory.inquiries.rules.consents import Purpose


@dataclass(frozen=True, slots=True)
class ConsentCount:
    """How many consents were given in one wording.

    Args:
        purpose: What they are for.
        version: Of the wording.
        locale: Language in which it was read.
        digest: Of the exact words.
        given: All that were given.
        taken_back: Those of them that were taken back, or ended with the inquiry.
    """

    purpose: Purpose
    version: str
    locale: str
    digest: str
    given: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent.

    Args:
        reference: What staff call the case.
        recipient: ``kind:slug`` of the one it names; nothing if it names nobody, or
            the inquiry was erased.
    """

    reference: str
    purpose: Purpose
    recipient: str | None
    version: str
    locale: str
    digest: str
    given_at: datetime
    taken_back_at: datetime | None


def consent_counts(
    session: Session, actor: Actor, *, of_all: bool = False
) -> tuple[ConsentCount, ...]:
    """Return how many consents were given and taken back, by their wording.

    Args:
        session: Read only here.
        actor: Who asks.
        of_all: Of every case, as administrators see it; else of those that the
            actor's organization owns.

    Raises:
        RefusedError: If the actor manages no cases, or administrates nothing.
    """
    wording = (
        Consent.purpose,
        Consent.version,
        Consent.locale,
        Consent.wording_digest,
    )
    rows = session.execute(
        select(*wording, func.count(), func.count(Consent.withdrawn_at))
        .join(Case, Case.inquiry_id == Consent.inquiry_id)
        .where(_scope(actor, of_all=of_all))
        .group_by(*wording)
        .order_by(*wording)
    )
    return tuple(
        ConsentCount(Purpose(purpose), version, locale, digest, given, taken_back)
        for purpose, version, locale, digest, given, taken_back in rows
    )


def consent_rows(
    session: Session,
    actor: Actor,
    *,
    of_all: bool = False,
    at_most: int,
    after: int = 0,
) -> Sequence[ConsentRow]:
    """Return single consents, the newest case first.

    Args:
        session: Read only here.
        actor: Who asks.
        of_all: As for :func:`consent_counts`.
        at_most: So many.
        after: Passing over so many.

    Raises:
        RefusedError: If the actor manages no cases, or administrates nothing.
    """
    rows = session.execute(
        select(Consent, Case.reference)
        .join(Case, Case.inquiry_id == Consent.inquiry_id)
        .where(_scope(actor, of_all=of_all))
        .order_by(Case.opened_at.desc(), Case.id, Consent.place)
        .limit(at_most)
        .offset(after)
    )
    return [
        ConsentRow(
            reference=reference,
            purpose=Purpose(row.purpose),
            recipient=row.recipient,
            version=row.version,
            locale=row.locale,
            digest=row.wording_digest,
            given_at=row.given_at,
            taken_back_at=row.withdrawn_at,
        )
        for row, reference in rows
    ]


def wording(session: Session, actor: Actor, digest: str) -> str:
    """Return the exact words under which a box stood.

    Raises:
        RefusedError: If the actor manages no cases and administrates nothing.
        NotFoundError: If nobody ever agreed to such words.
    """
    may = (Permission.MANAGE_CASES, Permission.EXPORT_TABLES)
    if not any(holds(actor, permission) for permission in may):
        raise RefusedError(permission=may[0].value, actor=actor.name)
    found = session.get(ConsentWording, digest)
    if found is None:
        raise NotFoundError(wording=digest)
    return found.text


def _scope(actor: Actor, *, of_all: bool) -> ColumnElement[bool]:
    permission = Permission.EXPORT_TABLES if of_all else Permission.MANAGE_CASES
    if not holds(actor, permission):
        raise RefusedError(permission=permission.value, actor=actor.name)
    return true() if of_all else owned(actor)
