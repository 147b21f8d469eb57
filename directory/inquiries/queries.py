"""Looking at inquiries: a draft, its receipt, what became of it, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.inquiries.model import (
    Consent,
    ConsentWording,
    Document,
    DocumentPart,
    Inquiry,
    Target,
)
from directory.inquiries.rules.answers import Illness, Person
from directory.inquiries.rules.consents import Purpose
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import (
    Column,
    Part,
    Told,
    Wishes,
    data_key,
    missing,
    opened,
)
from directory.inquiries.rules.receipts import CODE_BYTES, GROUPS, read, written

DRAFT = "inquiry-draft"
"""Purpose of the digest by which a draft is found."""

RECEIPT = "inquiry-receipt"
"""Purpose of the digest by which a sent inquiry is found."""


class NoDraftError(NotFoundError):
    """There is no draft under this secret: none was begun, or it was erased."""

    code = "inquiry.no-draft"


class UnknownCodeError(NotFoundError):
    """No inquiry has this receipt code; whether one had it is not known."""

    code = "inquiry.unknown-code"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered so far, or what was sent from this browser.

    Args:
        state: ``draft``, ``received`` or ``withdrawn``.
        revision: Counts the saves.
        person: Who asks, if answered.
        told: The illness and the consent to keep it, if answered.
        wishes: To whom, and boxes ticked; gone once it was sent.
        missing: Pages still to be answered, in order.
        erase_after: When it is erased if nothing else happens.
        is_acknowledged: Whether the reader showed that the code was saved.
    """

    state: State
    revision: int
    person: Person | None
    told: Told | None
    wishes: Wishes | None
    missing: tuple[Part, ...]
    erase_after: datetime
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person keeps of an inquiry that was sent.

    Args:
        code: Seven groups of four symbols. It is made from the draft's secret
            and is stored nowhere.
        group: Number of the group to type in order to go on, from 1.
        sent_at: When the inquiry was received.
        erase_after: When it is erased if nothing else happens.
        inquiry: Its id.
    """

    code: str
    group: int
    sent_at: datetime
    erase_after: datetime
    inquiry: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent, as given.

    Args:
        place: Its number within the inquiry.
        recipient: ``kind:slug`` of the one it names, if it names one.
        text: The exact words, with the recipient's name left open.
    """

    place: int
    purpose: Purpose
    recipient: str | None
    version: str
    locale: str
    text: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class InquiryPage:
    """Where an inquiry stands; nothing that was answered.

    Args:
        targets: Listings it is addressed to, as ``kind:slug``; none means that
            advice was asked for.
        erase_after: When it is erased if nothing else happens.
    """

    id: str
    state: State
    sent_at: datetime
    withdrawn_at: datetime | None
    erase_after: datetime
    targets: tuple[str, ...]
    consents: tuple[ConsentView, ...]


def draft(session: Session, keys: KeyRing, secret: str, *, now: datetime) -> Draft:
    """Return what was answered under a secret.

    Args:
        session: Read only here.
        keys: To find and open it.
        secret: From the reader's browser.
        now: A draft past its time is as good as erased.

    Raises:
        NoDraftError: If there is none.
    """
    row = _by_draft(session, keys, secret, now)
    if row.wrapped_key is None:
        raise NoDraftError
    key = data_key(keys, row.id, row.wrapped_key)
    person = opened(key, row.id, Column.PERSON, row.person)
    told = opened(key, row.id, Column.ILLNESS, row.illness)
    wishes = opened(key, row.id, Column.WISHES, row.wishes)
    state = State(row.state)
    answers = Told.model_validate_json(told) if told else None
    wished = Wishes.model_validate_json(wishes) if wishes else None
    return Draft(
        state=state,
        revision=row.revision,
        person=Person.model_validate_json(person) if person else None,
        told=answers,
        wishes=wished,
        missing=missing(has_person=person is not None, told=answers, wishes=wished)
        if state is State.DRAFT
        else (),
        erase_after=_bounded(row),
        is_acknowledged=row.acknowledged_at is not None,
    )


def receipt(
    session: Session, keys: KeyRing, secret: str, *, now: datetime
) -> Receipt | None:
    """Return the receipt of what was sent under a secret.

    Returns:
        Nothing once the reader has shown that the code was saved.

    Raises:
        NoDraftError: If nothing was sent under this secret.
    """
    row = _by_draft(session, keys, secret, now)
    if row.sent_at is None:
        raise NoDraftError
    if row.acknowledged_at is not None:
        return None
    return Receipt(
        code=written(receipt_code(keys, secret)),
        group=asked_group(keys, secret),
        sent_at=row.sent_at,
        erase_after=_bounded(row),
        inquiry=row.id,
    )


def tracked(session: Session, keys: KeyRing, typed: str, *, now: datetime) -> str:
    """Return the id of the inquiry that has a receipt code.

    A code that was never given and one that was erased take the same steps.

    Raises:
        CodeMistypedError: If what was typed cannot be a code; nothing is looked up.
        UnknownCodeError: If no inquiry has it.
    """
    digest = keys.digest(RECEIPT, read(typed))
    found = session.scalar(
        select(Inquiry.id).where(
            Inquiry.receipt_digest == digest, Inquiry.erase_after > now
        )
    )
    if found is None:
        raise UnknownCodeError
    return found


def inquiry_page(session: Session, inquiry: str, *, now: datetime) -> InquiryPage:
    """Return where a sent inquiry stands.

    Args:
        session: Read only here.
        inquiry: Its id.
        now: One past its time is as good as erased.

    Raises:
        NotFoundError: If it was never sent, or was erased.
    """
    row = session.get(Inquiry, inquiry)
    if row is None or row.sent_at is None or not _is_kept(row, now):
        raise NotFoundError(inquiry=inquiry)
    targets = session.scalars(
        select(Target).where(Target.inquiry_id == inquiry).order_by(Target.place)
    )
    consents = session.execute(
        select(Consent, ConsentWording.text)
        .join(ConsentWording, ConsentWording.digest == Consent.wording_digest)
        .where(Consent.inquiry_id == inquiry)
        .order_by(Consent.place)
    )
    return InquiryPage(
        id=row.id,
        state=State(row.state),
        sent_at=row.sent_at,
        withdrawn_at=row.withdrawn_at,
        erase_after=_bounded(row),
        targets=tuple(f"{target.kind}:{target.slug}" for target in targets),
        consents=tuple(
            ConsentView(
                place=consent.place,
                purpose=Purpose(consent.purpose),
                recipient=consent.recipient,
                version=consent.version,
                locale=consent.locale,
                text=text,
                given_at=consent.given_at,
                withdrawn_at=consent.withdrawn_at,
            )
            for consent, text in consents
        ),
    )


def sent_person(keys: KeyRing, row: Inquiry) -> Person:
    """Return who asked, of an inquiry that was sent.

    Raises:
        NotFoundError: If it was erased.
        SealBrokenError: If it was changed, or moved from another row.
    """
    if row.wrapped_key is None:
        raise NotFoundError(inquiry=row.id)
    key = data_key(keys, row.id, row.wrapped_key)
    return Person.model_validate_json(
        opened(key, row.id, Column.PERSON, row.person) or b""
    )


def sent_answers(
    session: Session, keys: KeyRing, inquiry: str
) -> tuple[Person, Illness]:
    """Return what an inquiry says that was sent; who may read it was asked before.

    Raises:
        NotFoundError: If there is no such inquiry, or it was erased.
        SealBrokenError: If it was changed, or moved from another row.
    """
    row = session.get(Inquiry, inquiry)
    if row is None or row.sent_at is None or row.wrapped_key is None:
        raise NotFoundError(inquiry=inquiry)
    key = data_key(keys, row.id, row.wrapped_key)
    told = opened(key, row.id, Column.ILLNESS, row.illness)
    return sent_person(keys, row), Told.model_validate_json(told or b"").answers


class EmailState(StrEnum):
    """How far an address is a way back to an inquiry."""

    NONE = "none"
    ASKED = "asked"
    """A letter asks whoever reads its mail to prove it."""
    CONFIRMED = "confirmed"


def email_state(session: Session, keys: KeyRing, inquiry: str) -> EmailState:
    """Return how far the address of an inquiry is a way back to it.

    Raises:
        NotFoundError: If there is no such inquiry, or it was erased.
    """
    row = session.get(Inquiry, inquiry)
    if row is None:
        raise NotFoundError(inquiry=inquiry)
    if not sent_person(keys, row).email:
        return EmailState.NONE
    return EmailState.CONFIRMED if row.email_confirmed_at else EmailState.ASKED


def data_key_of(session: Session, keys: KeyRing, inquiry: str) -> bytes:
    """Return the data key of an inquiry, for what else is sealed with it.

    Raises:
        NotFoundError: If there is no such inquiry, or it was erased.
        SealBrokenError: If the key was changed, or moved from another row.
        KeyMissingError: If the ring lacks the key that wrapped it.
    """
    wrapped = session.scalar(select(Inquiry.wrapped_key).where(Inquiry.id == inquiry))
    if wrapped is None:
        raise NotFoundError(inquiry=inquiry)
    return data_key(keys, inquiry, wrapped)


def keys_in_use(session: Session) -> Mapping[str, int]:
    """Return how many data keys each key of the ring has wrapped."""
    rows = session.execute(
        select(Inquiry.wrapped_by, func.count())
        .where(Inquiry.wrapped_by.is_not(None))
        .group_by(Inquiry.wrapped_by)
        .order_by(Inquiry.wrapped_by)
    )
    return {name: count for name, count in rows if name is not None}


def document_keys_in_use(session: Session) -> Mapping[str, int]:
    """Return how many keys of files and of their parts each key has wrapped."""
    found: dict[str, int] = {}
    for table in (Document, DocumentPart):
        rows = session.execute(
            select(table.wrapped_by, func.count())
            .where(table.wrapped_by.is_not(None))
            .group_by(table.wrapped_by)
        )
        for name, count in rows:
            found[str(name)] = found.get(str(name), 0) + count
    return found


def erased(session: Session) -> Mapping[str, datetime]:
    """Return inquiries that were erased after they were sent, and when."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.erased_at)
        .where(Inquiry.state == State.ERASED.value)
        .order_by(Inquiry.erased_at, Inquiry.id)
    )
    return {inquiry: at for inquiry, at in rows if at is not None}


def erased_at(session: Session, inquiry: str) -> datetime | None:
    """Return when an inquiry was erased; nothing if it was not."""
    return session.scalar(select(Inquiry.erased_at).where(Inquiry.id == inquiry))


def counts(session: Session) -> Mapping[State, int]:
    """Return how many inquiries are in each state."""
    rows = session.execute(select(Inquiry.state, func.count()).group_by(Inquiry.state))
    found = {State(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in State}


def receipt_code(keys: KeyRing, secret: str) -> bytes:
    """Return the receipt code that follows from a draft's secret.

    The secret is kept by the browser alone, so nobody with the database and
    the ring can make the code again.
    """
    return keys.digest("inquiry-code", secret.encode())[:CODE_BYTES]


def asked_group(keys: KeyRing, secret: str) -> int:
    """Return which group of the code is asked for, from 1, always the same."""
    return keys.digest("inquiry-group", secret.encode())[0] % GROUPS + 1


def sent_since(session: Session, since: datetime) -> int:
    """Return how many inquiries were sent since a moment, erased ones included."""
    asked = select(func.count()).where(Inquiry.sent_at > since)
    return session.scalar(asked) or 0


def draft_digest(keys: KeyRing, secret: str) -> bytes:
    """Return the digest by which the draft of a secret is found."""
    return keys.digest(DRAFT, secret.encode())


def _by_draft(session: Session, keys: KeyRing, secret: str, now: datetime) -> Inquiry:
    row = session.scalar(
        select(Inquiry).where(Inquiry.draft_digest == draft_digest(keys, secret))
    )
    if row is None or not _is_kept(row, now):
        raise NoDraftError
    return row


def _is_kept(row: Inquiry, now: datetime) -> bool:
    return row.erase_after is not None and row.erase_after > now


def _bounded(row: Inquiry) -> datetime:
    if row.erase_after is None:
        raise NotFoundError(inquiry=row.id)
    return row.erase_after
