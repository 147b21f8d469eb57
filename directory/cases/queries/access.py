"""Which cases and referrals somebody may see; the only way to their rows.

Whatever is another's is not found: whether it exists is nobody else's business.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select

from directory.cases.model import Case, Referral
from directory.cases.rules.states import SEEN_BY_HOSPITAL
from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.work import Work
from directory.inquiries.model import Consent
from directory.inquiries.rules.consents import Purpose

Row = TypeVar("Row", Case, Referral)


class CaseChangedError(DirectoryError):
    """Somebody changed the case after the page was made that is being sent."""

    code = "case.changed"


def owned(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor's organization owns a case."""
    return Case.organization_id == actor.organization


def referred(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a referral may be read by the actor's hospital."""
    return (Referral.organization_id == actor.organization) & Referral.state.in_(
        sorted(SEEN_BY_HOSPITAL)
    )


def owned_case(session: Session, actor: Actor, case: str) -> Case:
    """Return a case of the actor's organization.

    Raises:
        NotFoundError: If it is not theirs, or there is none.
    """
    return _one(session, select(Case).where(Case.id == case, owned(actor)), case)


def held_case(work: Work, case: str, version: int | None = None) -> Case:
    """Return a case of the actor's organization, locked until the end.

    Args:
        work: The transaction.
        case: Its id.
        version: As the page showed it; any, if not given.

    Raises:
        NotFoundError: If it is not theirs, or there is none.
        CaseChangedError: If it changed since.
    """
    found = _one(
        work.session,
        _held(select(Case).where(Case.id == case, owned(work.actor))),
        case,
    )
    if version is not None and found.version != version:
        raise CaseChangedError
    return found


def patients_case(session: Session, inquiry: str) -> Case:
    """Return the case of an inquiry whose code was typed.

    Raises:
        NotFoundError: If none was opened.
    """
    return _one(session, select(Case).where(Case.inquiry_id == inquiry), inquiry)


def held_patients_case(work: Work, inquiry: str) -> Case:
    """Return the case of an inquiry whose code was typed, locked until the end.

    Raises:
        NotFoundError: If none was opened.
    """
    asked = _held(select(Case).where(Case.inquiry_id == inquiry))
    return _one(work.session, asked, inquiry)


def referred_case(session: Session, actor: Actor, referral: str) -> Referral:
    """Return a referral that the actor's hospital may read.

    Raises:
        NotFoundError: If it is another's, not offered, ended, or there is none.
    """
    asked = select(Referral).where(Referral.id == referral, referred(actor))
    return _one(session, asked, referral)


def held_referral(
    work: Work, referral: str, version: int | None = None
) -> tuple[Case, Referral]:
    """Return a referral of the actor's hospital and its case, both locked.

    The case is locked first, as everywhere, so that nobody waits in a circle.

    Raises:
        NotFoundError: As :func:`referred_case`.
        CaseChangedError: If the referral changed since the page was made.
    """
    found = referred_case(work.session, work.actor, referral)
    case = _one(work.session, _held(select(Case).where(Case.id == found.case_id)), "")
    asked = select(Referral).where(Referral.id == referral, referred(work.actor))
    row = _one(work.session, _held(asked), referral)
    if version is not None and row.version != version:
        raise CaseChangedError
    return case, row


def shared(session: Session, inquiry: str) -> frozenset[str]:
    """Return who may see an inquiry's answers now, as ``kind:slug``.

    Nobody, while there is no consent that they are sent to China.
    """
    rows = session.execute(
        select(Consent.purpose, Consent.recipient).where(
            Consent.inquiry_id == inquiry, Consent.withdrawn_at.is_(None)
        )
    ).all()
    if Purpose.TRANSFER.value not in {purpose for purpose, _ in rows}:
        return frozenset()
    return frozenset(
        recipient
        for purpose, recipient in rows
        if purpose == Purpose.SHARE.value and recipient
    )


def _held(asked: Select[Row]) -> Select[Row]:
    return asked.with_for_update().execution_options(populate_existing=True)


def _one(session: Session, asked: Select[Row], name: str) -> Row:
    found = session.scalar(asked)
    if found is None:
        raise NotFoundError(case=name)
    return found
