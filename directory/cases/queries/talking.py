"""Conversations about a case, as each side reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from directory.accounts.model import Organization
from directory.cases.model import Case, Message, Referral
from directory.cases.queries.access import (
    owned_case,
    patients_case,
    referred_case,
    shared,
)
from directory.cases.rules.messages import form_key
from directory.cases.rules.sealing import open_words
from directory.cases.rules.states import SEEN_BY_HOSPITAL, Side, State
from directory.core.actor import Actor
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.inquiries.queries import data_key_of

READ = {
    Side.PATIENT: "read_by_patient_at",
    Side.FACILITATOR: "read_by_owner_at",
    Side.HOSPITAL: "read_by_hospital_at",
}


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message.

    Args:
        side: Who wrote it.
        organization: Name of whose people wrote it; nothing for the patient.
        language: In which its writer read the page.
        is_new: Whether the reader has not said that they read it.
    """

    id: str
    side: Side
    organization: str | None
    at: datetime
    language: str
    body: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation, the oldest message first.

    Args:
        referral: With which center; nothing for that of patient and owner alone.
        center: Slug of that center.
        owner: Name of the organization that looks after the case.
        sent_key: What its form carries.
        can_write: Whether somebody may write in it now.
    """

    referral: str | None
    center: str | None
    owner: str
    messages: tuple[MessageView, ...]
    sent_key: str
    can_write: bool

    @property
    def new(self) -> int:
        """Return how many messages are new to the reader."""
        return sum(each.is_new for each in self.messages)


def patients_threads(
    session: Session, keys: KeyRing, inquiry: str
) -> tuple[Thread, ...]:
    """Return the conversations of an inquiry whose code was typed.

    Raises:
        NotFoundError: If it has no case.
    """
    return _threads(session, keys, patients_case(session, inquiry), Side.PATIENT)


def new_for_patient(session: Session, inquiry: str) -> int:
    """Return how many messages the patient has not said that they read."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Message)
            .join(Case, Case.id == Message.case_id)
            .where(Case.inquiry_id == inquiry, Message.read_by_patient_at.is_(None))
        )
        or 0
    )


def owners_threads(
    session: Session, actor: Actor, keys: KeyRing, case: str
) -> tuple[Thread, ...]:
    """Return the conversations of a case of the actor's organization.

    Raises:
        NotFoundError: If it is not theirs.
    """
    return _threads(session, keys, owned_case(session, actor, case), Side.FACILITATOR)


def hospitals_thread(
    session: Session, actor: Actor, keys: KeyRing, referral: str
) -> Thread:
    """Return the conversation of the actor's hospital about a case.

    Raises:
        NotFoundError: If it is not theirs, or consent has ended.
    """
    row = referred_case(session, actor, referral)
    case = session.get_one(Case, row.case_id)
    if f"center:{row.center}" not in shared(session, case.inquiry_id):
        raise NotFoundError(referral=referral)
    found = _threads(session, keys, case, Side.HOSPITAL, Referral.id == row.id)
    return next(each for each in found if each.referral == row.id)


def _threads(
    session: Session,
    keys: KeyRing,
    case: Case,
    reader: Side,
    which: ColumnElement[bool] | None = None,
) -> tuple[Thread, ...]:
    """Return the conversation with the owner first, then those with centers."""
    key = data_key_of(session, keys, case.inquiry_id)
    allowed = shared(session, case.inquiry_id)
    owner = session.get_one(Organization, case.organization_id).name
    rows = session.execute(
        select(Message, Organization.name)
        .outerjoin(Organization, Organization.id == Message.organization_id)
        .where(Message.case_id == case.id)
        .order_by(Message.at, Message.id)
    ).all()
    said: dict[str | None, list[MessageView]] = {}
    for row, name in rows:
        if which is None or row.referral_id is not None:
            said.setdefault(row.referral_id, []).append(_view(key, row, name, reader))
    is_open = case.state != State.CLOSED.value
    referrals = session.scalars(
        select(Referral)
        .where(Referral.case_id == case.id, true() if which is None else which)
        .order_by(Referral.place, Referral.made_at, Referral.id)
    )
    found = []
    if which is None:
        found.append(_thread(case.id, None, owner, said.get(None, ()), is_open))
    for referral in referrals:
        can_write = (
            is_open
            and referral.organization_id is not None
            and referral.state in SEEN_BY_HOSPITAL
            and f"center:{referral.center}" in allowed
        )
        messages = said.get(referral.id, ())
        if messages or can_write or which is not None:
            found.append(_thread(referral.id, referral, owner, messages, can_write))
    return tuple(found)


def _thread(
    name: str,
    referral: Referral | None,
    owner: str,
    messages: Sequence[MessageView],
    can_write: bool,
) -> Thread:
    return Thread(
        referral=referral.id if referral else None,
        center=referral.center if referral else None,
        owner=owner,
        messages=tuple(messages),
        sent_key=form_key(name, messages[-1].id if messages else None),
        can_write=can_write,
    )


def _view(key: bytes, row: Message, name: str | None, reader: Side) -> MessageView:
    return MessageView(
        id=row.id,
        side=Side(row.side),
        organization=name,
        at=row.at,
        language=row.language,
        body=open_words(key, "case_message", "body", row.id, row.body),
        is_new=getattr(row, READ[reader]) is None,
    )
