"""What a person does with an inquiry that was sent."""

from __future__ import annotations

from dataclasses import dataclass

from directory.audit import actions as log
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.rows import end, held_sent, subject
from directory.inquiries.model import Consent
from directory.inquiries.rules.answers import Illness, Person
from directory.inquiries.rules.consents import Purpose
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import Column, Told, data_key, opened


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
