"""Offering times for a remote consultation, choosing one, and writing down its plan."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update

from directory.cases.actions.caring import given_by, hand_to, taken_by_patient
from directory.cases.actions.telling import tell
from directory.cases.model import Call, Referral
from directory.cases.rules.calls import (
    HOW_LONGEST,
    SUMMARY_LONGEST,
    SlotError,
    check_slots,
    overlap,
)
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import CallState, Side, Step
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of

TABLE = "call"


class CallChangedError(DirectoryError):
    """The consultation is no longer what the page showed; ``state`` says what it is."""

    code = "call.changed"


class CallWordsError(DirectoryError):
    """What was written is missing or too long; ``field`` and ``wrong`` say so."""

    code = "call.words-refused"


def offer_times(
    work: Work,
    keys: KeyRing,
    referral: str,
    slots: Sequence[datetime],
    minutes: int,
    *,
    has_interpreter: bool,
    how: str = "",
    version: int | None = None,
) -> str:
    """Offer times for a remote consultation; return its id.

    Times that were offered before and not chosen are offered no longer.

    Args:
        work: The transaction.
        keys: To seal what is written.
        referral: Its id.
        slots: Beginnings, aware, one to five.
        minutes: How long each would last.
        has_interpreter: Whether somebody interprets.
        how: How to join, if it is known by now.
        version: Of the referral, as the page showed it.

    Raises:
        SlotError: If the times cannot be offered.
        CallWordsError: If ``how`` is too long.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    beginnings = [slot.astimezone(UTC) for slot in slots]
    check_slots(beginnings, minutes, work.now)
    name = secrets.token_hex(16)
    work.session.execute(
        update(Call)
        .where(
            Call.referral_id == row.id,
            Call.state.in_((CallState.OFFERED.value, CallState.NONE_FITS.value)),
        )
        .values(
            state=CallState.CANCELED.value,
            version=Call.version + 1,
            changed_at=work.now,
        )
    )
    work.session.add(
        Call(
            id=name,
            referral_id=row.id,
            state=CallState.OFFERED.value,
            version=1,
            slots=[slot.isoformat() for slot in sorted(beginnings)],
            minutes=minutes,
            has_interpreter=has_interpreter,
            how=_sealed(work, keys, case.inquiry_id, name, "how", how),
            made_by=_person(work),
            made_at=work.now,
            changed_at=work.now,
        )
    )
    row.version += 1
    hand_to(work, keys, case, Side.PATIENT, Step.CONSULTATION)
    tell(
        work,
        case,
        Kind.TIMES_OFFERED,
        side=side,
        referral=row,
        call=name,
        times=len(beginnings),
    )
    return name


def say_how(
    work: Work,
    keys: KeyRing,
    referral: str,
    call: str,
    how: str,
    *,
    version: int | None = None,
) -> None:
    """Say how to join a consultation, or say it anew.

    Raises:
        NotFoundError: If it is another referral's.
        CallChangedError: If it was held or canceled.
        CallWordsError: If nothing is said, or too much.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    found = _held(work, row, call, CallState.OFFERED, CallState.CHOSEN)
    if not how.strip():
        raise CallWordsError(field="how", wrong="missing")
    found.how = _sealed(work, keys, case.inquiry_id, found.id, "how", how)
    _change(work, found, row)
    tell(work, case, Kind.CALL_EXPLAINED, side=side, referral=row, call=call)


def choose_time(
    work: Work, keys: KeyRing, inquiry: str, call: str, slot: datetime
) -> None:
    """Choose one of the times that were offered; choosing it again changes nothing.

    Args:
        work: The transaction.
        keys: To find who asked.
        inquiry: Whose code was typed.
        call: Id of the offer.
        slot: The beginning, aware.

    Raises:
        NotFoundError: If it is another's, or no such time was offered.
        CallChangedError: If it is no longer offered.
        SlotError: If the time is past, or another consultation is then.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case, row = taken_by_patient(work, inquiry, _referral_of(work, call))
    found = _held(work, row, call, CallState.OFFERED, CallState.CHOSEN)
    chosen = slot.astimezone(UTC)
    if found.state == CallState.CHOSEN.value:
        if found.chosen_at == chosen:
            return
        raise CallChangedError(state=found.state)
    if chosen.isoformat() not in found.slots:
        raise NotFoundError(call=call)
    place = found.slots.index(chosen.isoformat())
    if chosen <= work.now:
        raise SlotError(wrong="past", place=place)
    others = work.session.execute(
        select(Call.chosen_at, Call.minutes)
        .join(Referral, Referral.id == Call.referral_id)
        .where(Referral.case_id == case.id, Call.state == CallState.CHOSEN.value)
    )
    for other, minutes in others:
        if other is not None and overlap(chosen, found.minutes, other, minutes):
            raise SlotError(wrong="overlaps", place=place)
    found.state, found.chosen_at = CallState.CHOSEN.value, chosen
    _change(work, found, row)
    hand_to(work, keys, case, Side.HOSPITAL, Step.CONSULTATION)
    tell(
        work,
        case,
        Kind.TIME_CHOSEN,
        side=Side.PATIENT,
        referral=row,
        call=call,
        at=chosen.isoformat(),
    )


def no_time_fits(work: Work, keys: KeyRing, inquiry: str, call: str) -> None:
    """Say that none of the times fits; saying it again changes nothing.

    Raises:
        NotFoundError: If it is another's.
        CallChangedError: If it is no longer offered.
    """
    work.require(Permission.FOLLOW_INQUIRY)
    case, row = taken_by_patient(work, inquiry, _referral_of(work, call))
    found = _held(work, row, call, CallState.OFFERED, CallState.NONE_FITS)
    if found.state == CallState.NONE_FITS.value:
        return
    found.state = CallState.NONE_FITS.value
    _change(work, found, row)
    hand_to(work, keys, case, Side.HOSPITAL, Step.CONSULTATION)
    tell(work, case, Kind.NO_TIME_FITS, side=Side.PATIENT, referral=row, call=call)


def cancel_call(
    work: Work, keys: KeyRing, referral: str, call: str, *, version: int | None = None
) -> None:
    """Cancel times that were offered, or a consultation that was agreed.

    Raises:
        NotFoundError: If it is another referral's.
        CallChangedError: If it was held or canceled before.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    found = _held(
        work, row, call, CallState.OFFERED, CallState.CHOSEN, CallState.NONE_FITS
    )
    found.state = CallState.CANCELED.value
    _change(work, found, row)
    hand_to(work, keys, case, Side.HOSPITAL, Step.CONSULTATION)
    tell(work, case, Kind.CALL_CANCELED, side=side, referral=row, call=call)


def hold_call(
    work: Work,
    keys: KeyRing,
    referral: str,
    call: str,
    summary: str,
    *,
    version: int | None = None,
) -> None:
    """Write down the plan after a consultation was held; again, to correct it.

    Raises:
        NotFoundError: If it is another referral's.
        CallChangedError: If no time was chosen, it was canceled, or is still ahead.
        CallWordsError: If nothing is written, or too much.
    """
    work.require(Permission.GIVE_CARE)
    case, row, side = given_by(work, referral, version)
    found = _held(work, row, call, CallState.CHOSEN, CallState.HELD)
    if found.chosen_at is None or found.chosen_at > work.now:
        raise CallChangedError(state="ahead")
    if not summary.strip():
        raise CallWordsError(field="summary", wrong="missing")
    is_first = found.state == CallState.CHOSEN.value
    found.state = CallState.HELD.value
    found.summary = _sealed(work, keys, case.inquiry_id, found.id, "summary", summary)
    _change(work, found, row)
    if is_first:
        hand_to(work, keys, case, Side.HOSPITAL, Step.CONSULTATION)
    tell(work, case, Kind.CALL_HELD, side=side, referral=row, call=call)


def _sealed(
    work: Work, keys: KeyRing, inquiry: str, call: str, column: str, words: str
) -> bytes | None:
    plain = words.strip()
    longest = HOW_LONGEST if column == "how" else SUMMARY_LONGEST
    if len(plain) > longest:
        raise CallWordsError(field=column, wrong="long")
    if not plain:
        return None
    key = data_key_of(work.session, keys, inquiry)
    return seal_words(key, TABLE, column, call, plain)


def _referral_of(work: Work, call: str) -> str:
    found = work.session.scalar(select(Call.referral_id).where(Call.id == call))
    if found is None:
        raise NotFoundError(call=call)
    return found


def _held(work: Work, row: Referral, call: str, *states: CallState) -> Call:
    """Return a consultation of a referral, locked, if it is in one of these states."""
    found = work.session.scalar(
        select(Call)
        .where(Call.id == call, Call.referral_id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(call=call)
    if found.state not in {state.value for state in states}:
        raise CallChangedError(state=found.state)
    return found


def _change(work: Work, found: Call, row: Referral) -> None:
    found.version += 1
    found.changed_at = work.now
    row.version += 1


def _person(work: Work) -> int:
    if work.actor.person is None:
        raise NotFoundError(person=work.actor.name)
    return work.actor.person
