"""Sending an estimate, taking it back, agreeing to it."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import func, select, update

from directory.cases.actions.caring import (
    given_by,
    hand_to,
    taken_by_patient,
    today_there,
)
from directory.cases.actions.telling import tell
from directory.cases.model import Quote, Referral
from directory.cases.rules.quotes import QuoteBody, check
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import QuoteState, Side, Step
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of

TABLE = "quote"


class QuoteChangedError(DirectoryError):
    """The estimate is no longer what the page showed; ``state`` says what it is."""

    code = "quote.changed"


class QuoteOverError(DirectoryError):
    """The estimate was good until a day that has passed; ``valid_until`` names it."""

    code = "quote.over"


def send_quote(
    work: Work,
    keys: KeyRing,
    referral: str,
    body: QuoteBody,
    *,
    currency: str,
    valid_until: date,
    version: int | None = None,
) -> str:
    """Send an estimate, which replaces the one before; return its id.

    Args:
        work: The transaction.
        keys: To seal it.
        referral: Its id.
        body: Lines, deposit, refund rule, what is excluded.
        currency: As ISO 4217 names it.
        valid_until: Its last day, where the hospital is.
        version: Of the referral, as the page showed it.

    Raises:
        QuoteRefusedError: If nobody could hold to it.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    check(body, currency, valid_until, today_there(work))
    work.session.execute(
        update(Quote)
        .where(
            Quote.referral_id == row.id,
            Quote.state.in_((QuoteState.SENT.value, QuoteState.AGREED.value)),
        )
        .values(state=QuoteState.REPLACED.value, changed_at=work.now)
    )
    last = work.session.scalar(
        select(func.max(Quote.number)).where(Quote.referral_id == row.id)
    )
    if work.actor.person is None:
        raise NotFoundError(person=work.actor.name)
    name = secrets.token_hex(16)
    key = data_key_of(work.session, keys, case.inquiry_id)
    quote = Quote(
        id=name,
        referral_id=row.id,
        number=(last or 0) + 1,
        state=QuoteState.SENT.value,
        currency=currency,
        valid_until=valid_until,
        body=seal_words(key, TABLE, "body", name, body.model_dump_json()),
        made_by=work.actor.person,
        made_at=work.now,
        changed_at=work.now,
    )
    work.session.add(quote)
    row.version += 1
    hand_to(work, keys, case, Side.PATIENT, Step.ESTIMATE)
    tell(
        work,
        case,
        Kind.QUOTED,
        side=side,
        referral=row,
        quote=name,
        number=quote.number,
        valid_until=valid_until.isoformat(),
    )
    return name


def take_back_quote(
    work: Work, keys: KeyRing, referral: str, quote: str, *, version: int | None = None
) -> None:
    """Take an estimate back; the patient sees that it was, and what it said.

    Raises:
        NotFoundError: If it is another referral's.
        QuoteChangedError: If it was replaced or taken back before.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    found = _held(work, row, quote)
    if found.state not in {QuoteState.SENT.value, QuoteState.AGREED.value}:
        raise QuoteChangedError(state=found.state)
    found.state, found.changed_at = QuoteState.TAKEN_BACK.value, work.now
    row.version += 1
    hand_to(work, keys, case, Side.HOSPITAL, Step.ESTIMATE)
    tell(
        work,
        case,
        Kind.QUOTE_TAKEN_BACK,
        side=side,
        referral=row,
        quote=quote,
        number=found.number,
    )


def agree_to_quote(work: Work, keys: KeyRing, inquiry: str, quote: str) -> None:
    """Agree to an estimate; agreeing again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it is another's.
        NotAcceptedError: If the center no longer has the case.
        QuoteChangedError: If it was replaced or taken back.
        QuoteOverError: If its last day has passed where the hospital is.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    referral = work.session.scalar(select(Quote.referral_id).where(Quote.id == quote))
    if referral is None:
        raise NotFoundError(quote=quote)
    case, row = taken_by_patient(work, inquiry, referral)
    found = _held(work, row, quote)
    if found.state == QuoteState.AGREED.value:
        return
    if found.state != QuoteState.SENT.value:
        raise QuoteChangedError(state=found.state)
    if found.valid_until < today_there(work):
        raise QuoteOverError(valid_until=found.valid_until.isoformat())
    found.state, found.changed_at = QuoteState.AGREED.value, work.now
    row.version += 1
    hand_to(work, keys, case, Side.HOSPITAL, Step.ESTIMATE)
    tell(
        work,
        case,
        Kind.QUOTE_AGREED,
        side=Side.PATIENT,
        referral=row,
        quote=quote,
        number=found.number,
    )


def _held(work: Work, row: Referral, quote: str) -> Quote:
    found = work.session.scalar(
        select(Quote)
        .where(Quote.id == quote, Quote.referral_id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(quote=quote)
    return found
