"""What a person does with an inquiry that was sent."""

from __future__ import annotations

from dataclasses import dataclass

from directory.audit import actions as log
from directory.core.crypto import KeyRing, seal
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.rows import end, held_sent, subject
from directory.inquiries.model import Consent, Inquiry
from directory.inquiries.queries import sent_person
from directory.inquiries.rules.answers import Illness, Person, Way
from directory.inquiries.rules.consents import Purpose
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import (
    Column,
    Told,
    column_place,
    data_key,
    opened,
    padded,
)
from directory.outbox import actions as queue


@dataclass(frozen=True, slots=True)
class Answers:
    """What an inquiry says."""

    person: Person
    illness: Illness


def open_answers(work: Work, keys: KeyRing, inquiry: str) -> Answers:
    """Return what an inquiry says, and write down that it was read.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it was never sent, or was erased.
        SealBrokenError: If it was changed, or moved from another row.
        KeyMissingError: If the ring lacks the key that wrapped its data key.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = held_sent(work.session, inquiry, work.now)
    key = data_key(keys, row.id, row.wrapped_key or b"")
    person = opened(key, row.id, Column.PERSON, row.person)
    told = opened(key, row.id, Column.ILLNESS, row.illness)
    log.record(work, "inquiry.opened", subject(row))
    return Answers(
        person=Person.model_validate_json(person or b""),
        illness=Told.model_validate_json(told or b"").answers,
    )


def withdraw(work: Work, inquiry: str) -> None:
    """Take an inquiry back; it is erased some weeks later.

    Every consent ends with it. Withdrawing again changes nothing. This is the
    inquiry's part of it: :func:`directory.cases.actions.erasing.withdraw` closes
    the case as well.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If it was never sent, or was erased.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = held_sent(work.session, inquiry, work.now)
    if row.state == State.WITHDRAWN.value:
        return
    end(work, row)
    log.record(work, "inquiry.withdrawn", subject(row))


def withdraw_consent(work: Work, inquiry: str, place: int) -> None:
    """Take one consent back.

    Without consent to health data nothing may be done, so taking that one back
    withdraws the inquiry. Taking it back again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no such inquiry or consent.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = held_sent(work.session, inquiry, work.now)
    consent = work.session.get(Consent, (inquiry, place))
    if consent is None:
        raise NotFoundError(inquiry=inquiry, consent=place)
    if consent.withdrawn_at is not None:
        return
    if consent.purpose == Purpose.HEALTH.value:
        end(work, row)
        log.record(work, "inquiry.withdrawn", subject(row))
        return
    consent.withdrawn_at = work.now
    log.record(
        work,
        "consent.withdrawn",
        subject(row),
        purpose=consent.purpose,
        wording=consent.wording_digest,
    )


CONFIRM_EMAIL = "mail.inquiry-confirm-email"
"""Promise of the letter by which an address is proved."""


class NoEmailError(NotFoundError):
    """There is no address to prove: none was given, or it was taken back."""

    code = "inquiry.no-email"


def confirm_email(work: Work, keys: KeyRing, inquiry: str) -> None:
    """Note that whoever reads the mail of an inquiry's address pressed the button.

    Confirming again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NoEmailError: If it was never sent, was erased or taken back, or has no
            address.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row, person = _with_person(work, keys, inquiry)
    if not person.email or row.state != State.RECEIVED.value:
        raise NoEmailError
    if row.email_confirmed_at is None:
        row.email_confirmed_at = work.now
        log.record(work, "inquiry.email-confirmed", subject(row))


def ask_for_email(work: Work, keys: KeyRing, inquiry: str) -> None:
    """Promise the letter by which an address is proved once more.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NoEmailError: If there is no address, or it was proved.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row, person = _with_person(work, keys, inquiry)
    if not person.email or row.email_confirmed_at is not None:
        raise NoEmailError
    log.record(work, "inquiry.email-asked", subject(row))
    queue.promise(work, CONFIRM_EMAIL, inquiry=row.id)


def take_back_email(work: Work, keys: KeyRing, inquiry: str) -> None:
    """Forget the address of an inquiry; from here on no letter is sent.

    Taking it back again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NoEmailError: If it was never sent, or was erased.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row, person = _with_person(work, keys, inquiry)
    if not person.email:
        return
    key = data_key(keys, row.id, row.wrapped_key or b"")
    without = person.model_copy(update={"email": None, "way": Way.CODE})
    row.person = seal(key, padded(without), column_place(Column.PERSON, row.id))
    row.email_confirmed_at = None
    row.changed_at = work.now
    log.record(work, "inquiry.email-taken-back", subject(row))


def _with_person(work: Work, keys: KeyRing, inquiry: str) -> tuple[Inquiry, Person]:
    try:
        row = held_sent(work.session, inquiry, work.now)
        return row, sent_person(keys, row)
    except NotFoundError:
        raise NoEmailError from None
