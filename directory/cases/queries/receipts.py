"""Who has an inquiry that was just sent, and by when they act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.model import Case, Referral
from directory.cases.rules.states import OPEN_REFERRALS
from directory.core.db import Session


@dataclass(frozen=True, slots=True)
class AskedCenter:
    """A center that may read an inquiry.

    Args:
        slug: Public name of its listing.
        by: When it must have answered, if it is waited for.
        answers_here: Whether its own office does so here; else the owner of the
            case asks it by other means.
    """

    slug: str
    by: datetime | None
    answers_here: bool


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """Who has an inquiry, and by when the first answer comes.

    Args:
        owner: Name of the organization that carries the case.
        is_own_office: Whether that is the directory's own office.
        by: When whoever is waited for must have acted, if anybody is.
        asked: Centers that may read it, in the order that was wished.
    """

    owner: str
    is_own_office: bool
    by: datetime | None
    asked: tuple[AskedCenter, ...]


def first_answer(session: Session, inquiry: str) -> FirstAnswer | None:
    """Return who has an inquiry; nothing if it has no case.

    Args:
        session: Read only here.
        inquiry: Its id.
    """
    row = session.execute(
        select(Case.id, Case.due_at, Organization.name, Organization.kind)
        .join(Organization, Organization.id == Case.organization_id)
        .where(Case.inquiry_id == inquiry)
    ).first()
    if row is None:
        return None
    asked = session.execute(
        select(Referral.center, Referral.due_at, Referral.organization_id)
        .where(
            Referral.case_id == row.id,
            Referral.state.in_(sorted(OPEN_REFERRALS)),
            Referral.offered_at.is_not(None),
        )
        .order_by(Referral.place)
    )
    return FirstAnswer(
        owner=row.name,
        is_own_office=row.kind == OrganizationKind.DIRECTORY.value,
        by=row.due_at,
        asked=tuple(
            AskedCenter(slug, by, keeper is not None) for slug, by, keeper in asked
        ),
    )
