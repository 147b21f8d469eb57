"""Sending an inquiry, which opens its case in the same transaction."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import select

from directory.accounts.actions.organizations import own_office
from directory.cases.actions.offering import (
    keeper_of,
    new_referral,
    offer,
    targets,
)
from directory.cases.actions.telling import tell
from directory.cases.model import Case, CaseMark, Referral
from directory.cases.queries.access import shared
from directory.cases.rules.deadlines import due_at
from directory.cases.rules.states import Side, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import system
from directory.core.codes import ALPHABET
from directory.core.crypto import KeyRing
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import Receipt, sent_person
from directory.inquiries.rules.life import State as InquiryState
from directory.listings.rules.document import Kind as ListingKind

EMAIL_MARK = "case-email"
"""Purpose of the blind index over addresses."""

HELD_MARK = "held"
"""Of a case that came in a flood and that nobody has looked at yet."""


def send(
    work: Work, keys: KeyRing, secret: str, revision: int, *, is_held: bool = False
) -> Receipt | None:
    """Send a draft and open its case; sending it again changes nothing.

    Args and errors are those of :func:`directory.inquiries.actions.asking.ask`.
    With ``is_held`` nobody is told of the case, and no center is offered it, before
    one of its owner's people has let it in.
    """
    receipt = asking.ask(work, keys, secret, revision)
    row = asking.held(work, keys, secret)
    if row.state == InquiryState.RECEIVED.value:
        open_case(work, keys, row, is_held=is_held)
    return receipt


def open_case(
    work: Work, keys: KeyRing, inquiry: Inquiry, *, is_held: bool = False
) -> str:
    """Open the case of an inquiry that was sent; return its id.

    It belongs to the facilitator that was chosen, if it keeps its listing here and
    may see the answers; else to the directory's own office. Centers that were
    chosen and may see the answers are offered it at once.
    """
    found = work.session.scalar(select(Case.id).where(Case.inquiry_id == inquiry.id))
    if found is not None:
        return found
    person = sent_person(keys, inquiry)
    case = Case(
        id=secrets.token_hex(16),
        inquiry_id=inquiry.id,
        reference=_reference(),
        organization_id=_owner(work, inquiry.id),
        step=Step.INQUIRY.value,
        state=State.FACILITATOR.value,
        due_at=due_at(Step.INQUIRY, Side.FACILITATOR, work.now),
        version=1,
        opened_at=inquiry.sent_at or work.now,
        step_since=work.now,
    )
    work.session.add(case)
    work.session.flush()
    if person.email:
        work.session.add(
            CaseMark(
                case_id=case.id, kind="email", digest=email_mark(keys, person.email)
            )
        )
    if is_held:
        digest = keys.digest(HELD_MARK, case.id.encode())
        work.session.add(CaseMark(case_id=case.id, kind=HELD_MARK, digest=digest))
    tell(work, case, Kind.OPENED, side=Side.PATIENT, is_news=not is_held)
    if not is_held:
        offer_chosen(work, case)
    return case.id


def email_mark(keys: KeyRing, email: str) -> bytes:
    """Return the blind index of an address."""
    return keys.digest(EMAIL_MARK, email.strip().casefold().encode())


def sharing(work: Work, inquiry: str) -> frozenset[str]:
    """Return who may see an inquiry's answers now, as ``kind:slug``.

    Nobody, while there is no consent that they are sent to China.
    """
    return shared(work.session, inquiry)


def _owner(work: Work, inquiry: str) -> int:
    """Return the organization that carries the case."""
    allowed = sharing(work, inquiry)
    for target in targets(work, inquiry, ListingKind.FACILITATOR):
        if f"facilitator:{target.slug}" in allowed:
            keeper = keeper_of(work, ListingKind.FACILITATOR, target.slug)
            if keeper is not None:
                return keeper
    return own_office(replace(work, actor=system("cases"))).id


def offer_chosen(work: Work, case: Case) -> None:
    """Offer a case to the centers that were chosen and may see the answers."""
    inquiry = case.inquiry_id
    allowed = sharing(work, inquiry)
    known = set(
        work.session.scalars(select(Referral.center).where(Referral.case_id == case.id))
    )
    for target in targets(work, inquiry, ListingKind.CENTER):
        if f"center:{target.slug}" not in allowed or target.slug in known:
            continue
        row = new_referral(work, case, target.slug, target.place)
        offer(work, None, case, row, side=Side.PATIENT)


def _reference() -> str:
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{symbols[:4]}-{symbols[4:]}"
