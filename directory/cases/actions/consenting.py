"""Giving and taking back consent while a case is under way."""

from __future__ import annotations

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.actions.erasing import withdraw
from directory.cases.actions.offering import end_shares
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Referral
from directory.cases.queries.access import held_patients_case
from directory.cases.rules.states import OPEN_REFERRALS, Side
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions import following
from directory.inquiries.actions.asking import keep_wordings
from directory.inquiries.actions.rows import held_sent
from directory.inquiries.model import Consent
from directory.inquiries.rules.consents import Purpose, Ticked, Wording
from directory.inquiries.rules.life import State, StateRefusedError


def take_back_consent(work: Work, keys: KeyRing, inquiry: str, place: int) -> None:
    """Take one consent back, and let everything end that rested on it.

    Centers and facilitators that may no longer see the case lose it at once; without
    consent to health data the whole inquiry is taken back. Taking it back again
    changes nothing.

    Args:
        work: The transaction.
        keys: To know where the patient's clock hangs.
        inquiry: Whose code was typed.
        place: Number of the consent in it.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no such inquiry or consent.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case = work.session.scalar(
        select(Case)
        .where(Case.inquiry_id == inquiry)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    consent = work.session.get(Consent, (inquiry, place), populate_existing=True)
    if consent is None:
        held_sent(work.session, inquiry, work.now)
        raise NotFoundError(inquiry=inquiry, consent=place)
    if consent.withdrawn_at is not None:
        return
    if consent.purpose == Purpose.HEALTH.value:
        withdraw(work, inquiry)
        return
    following.withdraw_consent(work, inquiry, place)
    if case is None:
        return
    tell(
        work,
        case,
        Kind.CONSENT_WITHDRAWN,
        side=Side.PATIENT,
        referral=_referral(work, case, consent.recipient),
        purpose=consent.purpose,
    )
    end_shares(work, inquiry, keys)


def give_consent(work: Work, inquiry: str, ticked: Ticked) -> bool:
    """Give one consent after an inquiry was sent, e.g. for a center proposed later.

    Given before and taken back since, it is given anew, under the words that stand
    now. Giving one that lives changes nothing.

    Args:
        work: The transaction.
        inquiry: Whose code was typed.
        ticked: The box, with the words beside it.

    Returns:
        Whether it was not given before.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no such inquiry.
        StateRefusedError: If it was taken back.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = held_sent(work.session, inquiry, work.now)
    if row.state != State.RECEIVED.value:
        raise StateRefusedError(state=row.state, to=row.state)
    wording = ticked.wording
    found = work.session.scalar(
        select(Consent).where(
            Consent.inquiry_id == inquiry,
            Consent.purpose == wording.purpose.value,
            Consent.recipient == ticked.recipient
            if ticked.recipient
            else Consent.recipient.is_(None),
        )
    )
    if found is not None and found.withdrawn_at is None:
        return False
    keep_wordings(work, (ticked,))
    if found is None:
        last = work.session.scalar(
            select(func.max(Consent.place)).where(Consent.inquiry_id == inquiry)
        )
        found = Consent(
            inquiry_id=inquiry,
            place=(last or 0) + 1,
            purpose=wording.purpose.value,
            recipient=ticked.recipient,
        )
    found.version, found.locale = wording.version, wording.locale
    found.wording_digest = wording.digest
    found.given_at, found.withdrawn_at = work.now, None
    work.session.add(found)
    work.session.flush()
    log.record(
        work,
        "consent.given",
        f"inquiry:{inquiry}",
        purpose=wording.purpose.value,
        wording=wording.digest,
    )
    return True


def allow_transfer(work: Work, inquiry: str, wording: Wording) -> None:
    """Agree, after an inquiry was sent, that it is sent to China; and tell of it.

    By itself it lets nobody see the case. Errors are those of :func:`give_consent`.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case = held_patients_case(work, inquiry)
    if give_consent(work, inquiry, Ticked(wording=wording)):
        tell(
            work,
            case,
            Kind.CONSENT_GIVEN,
            side=Side.PATIENT,
            purpose=wording.purpose.value,
        )


def _referral(work: Work, case: Case, recipient: str | None) -> Referral | None:
    """Return the referral to the center that a consent names, if one is open."""
    kind, _, slug = (recipient or "").partition(":")
    if kind != "center":
        return None
    return work.session.scalar(
        select(Referral).where(
            Referral.case_id == case.id,
            Referral.center == slug,
            Referral.state.in_(sorted(OPEN_REFERRALS)),
        )
    )
