"""A case as the patient reads it, or whoever else holds the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.accounts.model import Organization
from directory.accounts.rules.roles import OrganizationKind
from directory.cases.model import Case, Referral
from directory.cases.queries.access import patients_case
from directory.cases.rules.routing import Reason, from_json
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    ReferralState,
    State,
    Step,
)
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import data_key_of, sent_person


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A case at one center, as the patient reads it.

    Args:
        center: Slug of its listing.
        is_kept_here: Whether the hospital answers here itself.
        is_leading: Whether it is the one that treats.
        due_at: By when an answer is owed.
        words: What the center wrote to its answer.
        reasons: What the rules said of it when it was proposed.
    """

    id: str
    center: str
    state: ReferralState
    is_kept_here: bool
    is_leading: bool
    made_at: datetime
    offered_at: datetime | None
    answered_at: datetime | None
    due_at: datetime | None
    decline: Decline | None
    lacks: tuple[Lack, ...]
    words: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PatientsCase:
    """Where a case stands, as the patient reads it.

    Args:
        reference: What staff call it.
        owner: Name of the organization that looks after it.
        is_with_directory: Whether that is the directory's own office.
        time_zone: Where the asker is, as they said (IANA name).
        country: Where the patient lives (ISO 3166-1 alpha-2).
        language: To answer in (ISO 639-1).
    """

    id: str
    reference: str
    step: Step
    state: State
    due_at: datetime | None
    paused_for: PauseReason | None
    closing: Closing | None
    opened_at: datetime
    closed_at: datetime | None
    owner: str
    is_with_directory: bool
    referrals: tuple[ReferralView, ...]
    time_zone: str | None
    country: str
    language: str

    @property
    def is_open(self) -> bool:
        """Return whether it was not closed."""
        return self.state is not State.CLOSED

    @property
    def proposed(self) -> tuple[ReferralView, ...]:
        """Return centers of which the patient is asked whether they may see it."""
        return tuple(
            each for each in self.referrals if each.state is ReferralState.PROPOSED
        )

    @property
    def lacking(self) -> tuple[ReferralView, ...]:
        """Return centers that need more before they can answer."""
        return tuple(
            each for each in self.referrals if each.state is ReferralState.NEEDS_MORE
        )


def patients_page(session: Session, keys: KeyRing, inquiry: str) -> PatientsCase:
    """Return where the case of an inquiry stands whose code was typed.

    Raises:
        NotFoundError: If it has none, or was erased.
        SealBrokenError: If something sealed was changed.
    """
    case = patients_case(session, inquiry)
    row = session.get(Inquiry, inquiry)
    if row is None:
        raise NotFoundError(inquiry=inquiry)
    person = sent_person(keys, row)
    owner = session.get_one(Organization, case.organization_id)
    return PatientsCase(
        id=case.id,
        reference=case.reference,
        step=Step(case.step),
        state=State(case.state),
        due_at=case.due_at,
        paused_for=PauseReason(case.paused_for) if case.paused_for else None,
        closing=Closing(case.closing) if case.closing else None,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        owner=owner.name,
        is_with_directory=owner.kind == OrganizationKind.DIRECTORY,
        referrals=_referrals(session, keys, case),
        time_zone=person.time_zone,
        country=person.country,
        language=person.language,
    )


def _referrals(session: Session, keys: KeyRing, case: Case) -> tuple[ReferralView, ...]:
    rows = session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id)
        .order_by(Referral.place, Referral.made_at, Referral.id)
    ).all()
    key = data_key_of(session, keys, case.inquiry_id) if rows else b""
    return tuple(
        ReferralView(
            id=row.id,
            center=row.center,
            state=ReferralState(row.state),
            is_kept_here=row.organization_id is not None,
            is_leading=row.is_leading,
            made_at=row.made_at,
            offered_at=row.offered_at,
            answered_at=row.answered_at,
            due_at=row.due_at,
            decline=Decline(row.decline) if row.decline else None,
            lacks=tuple(Lack(each) for each in row.lacks),
            words=open_words(key, "referral", "words", row.id, row.words)
            if row.words
            else "",
            reasons=from_json(
                open_words(key, "referral", "reasons", row.id, row.reasons)
            )
            if row.reasons
            else (),
        )
        for row in rows
    )
