"""What hospitals gave to a case, as patient, facilitator and hospital read it alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import func, select

from directory.cases.model import (
    Call,
    Case,
    FollowUp,
    Letter,
    LetterTemplate,
    Quote,
    Referral,
)
from directory.cases.queries.access import (
    owned_case,
    patients_case,
    referred_case,
)
from directory.cases.rules.deadlines import CHINA
from directory.cases.rules.follow_up import INFUSION
from directory.cases.rules.quotes import Line, QuoteBody
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import CallState, QuoteState
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.text import Text
from directory.inquiries.queries import data_key_of
from directory.knowledge.queries import follow_up_points

Row = TypeVar("Row", Call, Quote, Letter)


@dataclass(frozen=True, slots=True)
class CallView:
    """Times offered for a remote consultation, and what came of them.

    Args:
        slots: Beginnings, aware, in UTC, the first one first.
        ahead: Those of them that are not past.
        minutes: How long it lasts.
        chosen_at: The beginning that the patient chose.
        ends_at: Its end.
        how: How to join, if it was said.
        summary: The plan that was written down after it.
    """

    id: str
    referral: str
    center: str
    state: CallState
    slots: tuple[datetime, ...]
    ahead: tuple[datetime, ...]
    minutes: int
    chosen_at: datetime | None
    ends_at: datetime | None
    has_interpreter: bool
    how: str
    summary: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class QuoteView:
    """An estimate.

    Args:
        number: Counts those of one center.
        currency: As ISO 4217 names it.
        valid_until: Its last day, where the hospital is.
        body: Lines, deposit, rules.
        low: Where the sum of what is included begins.
        high: Where it ends.
        is_over: Whether its last day has passed.
        can_be_agreed: Whether the patient may still agree to it.
    """

    id: str
    referral: str
    center: str
    number: int
    state: QuoteState
    currency: str
    valid_until: date
    body: QuoteBody
    low: Decimal
    high: Decimal
    is_over: bool
    can_be_agreed: bool
    made_at: datetime
    changed_at: datetime

    @property
    def included(self) -> tuple[Line, ...]:
        """Return the lines that the sum holds."""
        return tuple(line for line in self.body.lines if line.is_included)

    @property
    def not_included(self) -> tuple[Line, ...]:
        """Return the lines that it does not hold."""
        return tuple(line for line in self.body.lines if not line.is_included)


@dataclass(frozen=True, slots=True)
class LetterView:
    """An invitation letter that was given out.

    Args:
        number: Counts those of one center.
        document: Id of its PDF.
        fields: The template as it was, by field.
        values: What was filled in, by place.
        taken_back_at: When it was taken back, if it was.
    """

    id: str
    referral: str
    center: str
    number: int
    document: str
    fields: Mapping[str, str]
    values: Mapping[str, str]
    made_at: datetime
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A line of what is to be done after treatment.

    Args:
        kind: Key of a line of the guide, or ``own``.
        words: By language; of a line of one's own, as it was written.
        is_own: Whether the hospital wrote it.
        is_late: Whether its day has passed and nobody said that it was done.
    """

    id: str
    referral: str
    center: str
    kind: str
    words: Text
    is_own: bool
    due_on: date
    is_late: bool
    reminded_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Care:
    """All that one center gave, the newest first; of follow-up, the next first.

    Args:
        infusion: The day from which the follow-up counts, if it was set.
    """

    referral: str
    center: str
    calls: tuple[CallView, ...] = ()
    quotes: tuple[QuoteView, ...] = ()
    letters: tuple[LetterView, ...] = ()
    follow_up: tuple[FollowUpView, ...] = ()
    infusion: date | None = None

    @property
    def quote(self) -> QuoteView | None:
        """Return the estimate that stands: the last, unless it was taken back."""
        stands = {QuoteState.SENT, QuoteState.AGREED}
        return next((each for each in self.quotes if each.state in stands), None)

    @property
    def call(self) -> CallView | None:
        """Return the consultation that is offered or agreed, if there is one."""
        open_ = {CallState.OFFERED, CallState.CHOSEN, CallState.NONE_FITS}
        return next((each for each in self.calls if each.state in open_), None)


def hospitals_care(
    session: Session, actor: Actor, keys: KeyRing, referral: str, *, now: datetime
) -> Care:
    """Return what the actor's hospital gave to a case.

    Raises:
        NotFoundError: If the referral is not theirs.
    """
    row = referred_case(session, actor, referral)
    case = session.get_one(Case, row.case_id)
    return _care(session, keys, case.inquiry_id, [row], now)[0]


def owners_care(
    session: Session, actor: Actor, keys: KeyRing, case: str, *, now: datetime
) -> tuple[Care, ...]:
    """Return what each center gave to a case of the actor's organization.

    Raises:
        NotFoundError: If the case is not theirs.
    """
    row = owned_case(session, actor, case)
    return _care(session, keys, row.inquiry_id, _referrals(session, row.id), now)


def patients_care(
    session: Session, keys: KeyRing, inquiry: str, *, now: datetime
) -> tuple[Care, ...]:
    """Return what each center gave to the case of an inquiry whose code was typed.

    Raises:
        NotFoundError: If it has no case.
    """
    row = patients_case(session, inquiry)
    return _care(session, keys, inquiry, _referrals(session, row.id), now)


@dataclass(frozen=True, slots=True)
class TemplateView:
    """What a hospital's letters say.

    Args:
        version: 0 while there is none.
        fields: Words by field.
    """

    version: int
    fields: Mapping[str, str] = field(default_factory=dict)


def letter_template(session: Session, actor: Actor) -> TemplateView:
    """Return the letter template of the actor's organization."""
    row = (
        session.get(LetterTemplate, actor.organization) if actor.organization else None
    )
    return TemplateView(row.version, dict(row.fields)) if row else TemplateView(0)


def next_letter(session: Session, referral: str) -> int:
    """Return the number that the next letter of a referral will have."""
    last = session.scalar(
        select(func.max(Letter.number)).where(Letter.referral_id == referral)
    )
    return (last or 0) + 1


def taken_back_documents(session: Session, documents: Iterable[str]) -> frozenset[str]:
    """Return which of these documents are letters that were taken back."""
    found = session.scalars(
        select(Letter.document_id).where(
            Letter.document_id.in_(list(documents)), Letter.taken_back_at.is_not(None)
        )
    )
    return frozenset(found)


def _referrals(session: Session, case: str) -> list[Referral]:
    found = session.scalars(
        select(Referral)
        .where(Referral.case_id == case, Referral.offered_at.is_not(None))
        .order_by(Referral.place, Referral.made_at, Referral.id)
    )
    return list(found)


def _care(
    session: Session,
    keys: KeyRing,
    inquiry: str,
    referrals: list[Referral],
    now: datetime,
) -> tuple[Care, ...]:
    if not referrals:
        return ()
    key = data_key_of(session, keys, inquiry)
    centers = {row.id: row.center for row in referrals}
    today = now.astimezone(CHINA).date()
    calls = [_call(key, row, centers, now) for row in _rows(session, Call, centers)]
    quotes = [
        _quote(key, row, centers, today) for row in _rows(session, Quote, centers)
    ]
    letters = [_letter(key, row, centers) for row in _rows(session, Letter, centers)]
    lines = list(
        session.scalars(
            select(FollowUp)
            .where(FollowUp.referral_id.in_(centers))
            .order_by(FollowUp.due_on, FollowUp.kind, FollowUp.id)
        )
    )
    words = (
        {
            line.key: {str(tag): said for tag, said in point.text.items()}
            for line, point in follow_up_points(session)
        }
        if lines
        else {}
    )
    planned = [
        _line(key, row, centers, words, today) for row in lines if row.kind != INFUSION
    ]
    began = {row.referral_id: row.due_on for row in lines if row.kind == INFUSION}
    return tuple(
        Care(
            referral=name,
            center=center,
            calls=tuple(each for each in calls if each.referral == name),
            quotes=tuple(each for each in quotes if each.referral == name),
            letters=tuple(each for each in letters if each.referral == name),
            follow_up=tuple(each for each in planned if each.referral == name),
            infusion=began.get(name),
        )
        for name, center in centers.items()
    )


def _rows(session: Session, model: type[Row], centers: Mapping[str, str]) -> list[Row]:
    found = session.scalars(
        select(model)
        .where(model.referral_id.in_(centers))
        .order_by(model.made_at.desc(), model.id)
    )
    return list(found)


def _call(key: bytes, row: Call, centers: Mapping[str, str], now: datetime) -> CallView:
    slots = tuple(datetime.fromisoformat(slot) for slot in row.slots)
    length = timedelta(minutes=row.minutes)
    return CallView(
        id=row.id,
        referral=row.referral_id,
        center=centers[row.referral_id],
        state=CallState(row.state),
        slots=slots,
        ahead=tuple(slot for slot in slots if slot > now),
        minutes=row.minutes,
        chosen_at=row.chosen_at,
        ends_at=row.chosen_at + length if row.chosen_at else None,
        has_interpreter=row.has_interpreter,
        how=_open(key, "call", "how", row.id, row.how),
        summary=_open(key, "call", "summary", row.id, row.summary),
        made_at=row.made_at,
        changed_at=row.changed_at,
    )


def _quote(
    key: bytes, row: Quote, centers: Mapping[str, str], today: date
) -> QuoteView:
    body = QuoteBody.model_validate_json(_open(key, "quote", "body", row.id, row.body))
    low, high = body.total
    is_over = row.valid_until < today
    state = QuoteState(row.state)
    return QuoteView(
        id=row.id,
        referral=row.referral_id,
        center=centers[row.referral_id],
        number=row.number,
        state=state,
        currency=row.currency,
        valid_until=row.valid_until,
        body=body,
        low=low,
        high=high,
        is_over=is_over,
        can_be_agreed=state is QuoteState.SENT and not is_over,
        made_at=row.made_at,
        changed_at=row.changed_at,
    )


def _letter(key: bytes, row: Letter, centers: Mapping[str, str]) -> LetterView:
    said = json.loads(_open(key, "invitation_letter", "body", row.id, row.body))
    return LetterView(
        id=row.id,
        referral=row.referral_id,
        center=centers[row.referral_id],
        number=row.number,
        document=row.document_id,
        fields=said["fields"],
        values=said["values"],
        made_at=row.made_at,
        taken_back_at=row.taken_back_at,
    )


def _line(
    key: bytes,
    row: FollowUp,
    centers: Mapping[str, str],
    words: Mapping[str, Text],
    today: date,
) -> FollowUpView:
    own = _open(key, "follow_up", "body", row.id, row.body)
    return FollowUpView(
        id=row.id,
        referral=row.referral_id,
        center=centers[row.referral_id],
        kind=row.kind,
        words={"en": own} if own else words.get(row.kind, {"en": row.kind}),
        is_own=row.body is not None,
        due_on=row.due_on,
        is_late=row.done_at is None and row.due_on < today,
        reminded_at=row.reminded_at,
        done_at=row.done_at,
    )


def _open(key: bytes, table: str, column: str, row: str, sealed: bytes | None) -> str:
    return "" if sealed is None else open_words(key, table, column, row, sealed)
