"""Writing to each other about a case, and what follows from an answer."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from directory.audit import actions as log
from directory.cases.actions.caring import CaseRestsError, hand_to
from directory.cases.actions.due import wait_at
from directory.cases.actions.offering import may_own
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Message, Referral
from directory.cases.queries.access import (
    held_case,
    held_patients_case,
    held_referral,
    shared,
)
from directory.cases.rules.messages import checked, same_key
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import (
    SEEN_BY_HOSPITAL,
    ReferralState,
    Side,
    State,
    Step,
)
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.rows import held_sent
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.life import State as InquiryState

TABLE, COLUMN = "case_message", "body"

READ = {
    Side.PATIENT: Message.read_by_patient_at,
    Side.FACILITATOR: Message.read_by_owner_at,
    Side.HOSPITAL: Message.read_by_hospital_at,
}
"""Where it stands when each side read a message."""


class NobodyReadsError(DirectoryError):
    """There is nobody whom this message may reach, for want of consent."""

    code = "message.nobody-reads"


class NotAskedError(DirectoryError):
    """The center does not wait for anything from the patient now."""

    code = "referral.not-asked"


def say(
    work: Work,
    keys: KeyRing,
    case: str,
    referral: str | None,
    body: str,
    sent_key: str,
    language: str,
) -> str:
    """Write to the patient as who looks after the case; return the message's id.

    The same form with the same words, sent again, is the same message.

    Args:
        work: The transaction.
        keys: To seal it.
        case: Its id.
        referral: In the conversation with which center; if none, with the patient
            alone.
        body: The words.
        sent_key: Of the form (:func:`directory.cases.rules.messages.form_key`).
        language: In which it is written, as two letters.

    Raises:
        RefusedError: If the actor may not work on cases.
        NotFoundError: If case or conversation are not theirs, or consent has ended.
        MessageRefusedError: If nothing was written, or too much.
        CaseRestsError: If the case was closed.
    """
    work.require(Permission.WORK_ON_CASE)
    row = held_case(work, case)
    where = _conversation(work, row, referral)
    return _write(work, keys, row, where, Side.FACILITATOR, (body, sent_key, language))


def say_as_hospital(
    work: Work, keys: KeyRing, referral: str, body: str, sent_key: str, language: str
) -> str:
    """Write as a hospital to the patient and who looks after the case.

    Args and errors are those of :func:`say`.
    """
    work.require(Permission.ANSWER_REFERRAL)
    row, where = held_referral(work, referral)
    _check_shared(work, row, where)
    return _write(work, keys, row, where, Side.HOSPITAL, (body, sent_key, language))


def say_as_patient(
    work: Work,
    keys: KeyRing,
    inquiry: str,
    referral: str | None,
    body: str,
    sent_key: str,
    language: str,
) -> str:
    """Write as the patient; whoever was waiting for them is waited for then.

    Args and errors are those of :func:`say`, and besides:

    Raises:
        NobodyReadsError: If who looks after the case may not see it now.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    row = _patients_case(work, inquiry)
    where = _conversation(work, row, referral)
    if where is None and not may_own(work, inquiry, row.organization_id):
        raise NobodyReadsError
    return _write(work, keys, row, where, Side.PATIENT, (body, sent_key, language))


def more_sent(work: Work, keys: KeyRing, inquiry: str, referral: str) -> None:
    """Say that what a center asked for is there: it is asked again.

    Saying it again changes nothing.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If the referral is another's, or consent has ended.
        NotAskedError: If the center does not wait for the patient.
        CaseRestsError: If the case was closed.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case = _patients_case(work, inquiry)
    row = _referral(work, case, referral)
    _check_shared(work, case, row)
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    if row.state == ReferralState.OFFERED.value and row.lacks:
        return
    if row.state != ReferralState.NEEDS_MORE.value:
        raise NotAskedError(state=row.state)
    _offer_again(work, keys, case, row, side=Side.PATIENT)


def _offer_again(
    work: Work, keys: KeyRing, case: Case, row: Referral, *, side: Side
) -> None:
    """Ask a center again that had needed more; what it asked for stays written.

    Args:
        work: The transaction, with both rows held.
        keys: To know where the patient's clock hangs.
        case: The case.
        row: A referral that needs more.
        side: Who says that it is there now.
    """
    row.state = ReferralState.OFFERED.value
    wait_at(work, keys, case, row, Side.HOSPITAL)
    row.version += 1
    hand_to(work, keys, case, Side.HOSPITAL, Step(case.step))
    tell(work, case, Kind.OFFERED, side=side, referral=row, again=True)


def mark_read(work: Work, case: str, referral: str | None) -> int:
    """Note that the owner's people have read a conversation; return how much of it.

    Raises:
        RefusedError: If the actor may not read cases.
        NotFoundError: If it is not theirs.
    """
    work.require(Permission.READ_CASES)
    return _read(work, held_case(work, case), referral, Side.FACILITATOR)


def mark_read_as_hospital(work: Work, referral: str) -> int:
    """Note that a hospital has read its conversation; return how much of it.

    Raises:
        RefusedError: If the actor may not read referrals.
        NotFoundError: If it is not theirs.
    """
    work.require(Permission.READ_REFERRALS)
    case, row = held_referral(work, referral)
    return _read(work, case, row.id, Side.HOSPITAL)


def mark_read_as_patient(work: Work, inquiry: str, referral: str | None) -> int:
    """Note that the patient has read a conversation; return how much of it.

    Raises:
        RefusedError: If the actor may not follow inquiries.
        NotFoundError: If there is no case.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    return _read(work, held_patients_case(work, inquiry), referral, Side.PATIENT)


def _write(
    work: Work,
    keys: KeyRing,
    case: Case,
    where: Referral | None,
    side: Side,
    form: tuple[str, str, str],
) -> str:
    """Add a message, unless it is there; return its id.

    The form is its words, its key, and the language.
    """
    body, sent_key, language = form
    words = checked(body, sent_key)
    key = data_key_of(work.session, keys, case.inquiry_id)
    thread = where.id if where else case.id
    same = same_key(key, thread, side.value, sent_key, words)
    found = work.session.scalar(
        select(Message.id).where(Message.case_id == case.id, Message.sent_key == same)
    )
    if found is not None:
        return found
    if case.state == State.CLOSED.value:
        raise CaseRestsError
    name = secrets.token_hex(16)
    row = Message(
        id=name,
        case_id=case.id,
        referral_id=where.id if where else None,
        side=side.value,
        person_id=work.actor.person,
        organization_id=work.actor.organization if side is not Side.PATIENT else None,
        at=work.now,
        sent_key=same,
        language=language[:2],
        body=seal_words(key, TABLE, COLUMN, name, words),
    )
    setattr(row, READ[side].key, work.now)
    work.session.add(row)
    if side is Side.PATIENT:
        if case.state == State.PATIENT.value:
            to = Side.HOSPITAL if where else Side.FACILITATOR
            hand_to(work, keys, case, to, Step(case.step))
    else:
        case.answered_at = case.answered_at or work.now
    tell(work, case, Kind.MESSAGE, side=side, referral=where, message=name)
    return name


def _read(work: Work, case: Case, referral: str | None, side: Side) -> int:
    column = READ[side]
    about = (
        Message.referral_id.is_(None)
        if referral is None
        else Message.referral_id == referral
    )
    done = work.session.execute(
        update(Message)
        .where(Message.case_id == case.id, about, column.is_(None))
        .values({column: work.now})
        .returning(Message.id)
    ).all()
    if done:
        log.record(
            work, "messages.read", f"case:{case.id}", side=side.value, count=len(done)
        )
    return len(done)


def _patients_case(work: Work, inquiry: str) -> Case:
    """Return the case of an inquiry that was not taken back, locked."""
    case = held_patients_case(work, inquiry)
    row = held_sent(work.session, inquiry, work.now)
    if row.state != InquiryState.RECEIVED.value:
        raise CaseRestsError
    return case


def _conversation(work: Work, case: Case, referral: str | None) -> Referral | None:
    """Return the referral of a conversation in which somebody may write now."""
    if referral is None:
        return None
    row = _referral(work, case, referral)
    _check_shared(work, case, row)
    if row.organization_id is None or row.state not in SEEN_BY_HOSPITAL:
        raise NotFoundError(referral=referral)
    return row


def _referral(work: Work, case: Case, referral: str) -> Referral:
    row = work.session.scalar(
        select(Referral)
        .where(Referral.id == referral, Referral.case_id == case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(referral=referral)
    return row


def _check_shared(work: Work, case: Case, row: Referral) -> None:
    if f"center:{row.center}" not in shared(work.session, case.inquiry_id):
        raise NotFoundError(referral=row.id)
