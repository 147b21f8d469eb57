"""By when whoever is waited for must have acted, in their own working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.cases.rules import workdays
from directory.cases.rules.states import Side, State, Step
from directory.core.errors import DirectoryError

CHINA = ZoneInfo("Asia/Shanghai")

LAST_PLACE = ZoneInfo("Etc/GMT+12")
"""Where a day ends last; for patients of whom no time zone is known."""

ENDS = time(18)
"""Hour of the last day at which it is over, where who is waited for lives."""

RESTS_AT_MOST = 180
"""Days for which a case may rest; it can rest again after that."""

REOPENED_WITHIN = timedelta(days=14)
"""So long a case that was closed can be opened again."""

ALLOWED: Mapping[Side, int] = {
    Side.FACILITATOR: 2,
    Side.HOSPITAL: 5,
    Side.PATIENT: 7,
}
"""Working days in which each side acts, if a step says nothing else (our judgment:
an office answers within days, a department meets once a week, a family needs one)."""

ALLOWED_IN: Mapping[tuple[Step, Side], int] = {
    # Papers come from several hospitals, in several languages.
    (Step.INQUIRY, Side.PATIENT): 10,
    # A visa takes weeks; the embassy is waited for, not the patient.
    (Step.TRAVEL, Side.PATIENT): 15,
    (Step.TRAVEL, Side.FACILITATOR): 5,
    # Examinations and collecting cells are done in one stay.
    (Step.EVALUATION, Side.HOSPITAL): 10,
    # Cells are made in weeks; somebody says how it goes before that is over.
    (Step.MANUFACTURING, Side.HOSPITAL): 15,
    (Step.MANUFACTURING, Side.PATIENT): 15,
    # The stay after the infusion.
    (Step.INFUSION, Side.HOSPITAL): 15,
    # Visits have days of their own; this is only that nobody forgets the case.
    (Step.FOLLOW_UP, Side.HOSPITAL): 20,
    (Step.FOLLOW_UP, Side.PATIENT): 20,
    (Step.FOLLOW_UP, Side.FACILITATOR): 20,
}
"""Where a step allows another number of working days (our judgment)."""

NOTICES: tuple[int, ...] = (-1, 0, 1, 3)
"""Working days from the due moment at which somebody hears of it: who is waited for
before and at it, then the owner's managers, then the directory's own office."""

SILENT_AFTER = 10
"""Working days after which a patient who said nothing is proposed for closing."""

AGAIN_EVERY = 5
"""Working days after which those in charge hear again of what staff still owe."""


class PauseRefusedError(DirectoryError):
    """A case cannot rest until that day; ``wrong`` is ``past`` or ``far``."""

    code = "case.pause-refused"


def due_at(
    step: Step,
    side: Side,
    now: datetime,
    zone: ZoneInfo = CHINA,
    country: str | None = None,
) -> datetime:
    """Return by when a side must have acted.

    Args:
        step: In which the case is.
        side: Who is waited for.
        now: Aware.
        zone: Where the patient lives; the others are in China.
        country: Of the patient, ISO 3166-1 alpha-2; of no interest for others.

    Returns:
        The end of a working day there, in UTC.
    """
    allowed = ALLOWED_IN.get((step, side), ALLOWED[side])
    place, law = zone, country
    if side is not Side.PATIENT:
        place, law = CHINA, workdays.CHINA
    day = after(now.astimezone(place).date(), allowed, law)
    return datetime.combine(day, ENDS, place).astimezone(UTC)


def after(day: date, working_days: int, country: str | None = None) -> date:
    """Return the day that is so many working days later; before, if negative."""
    way = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += way
        left -= workdays.works(day, country)
    return day


def notice_at(side: Side, due: datetime, given: int) -> datetime | None:
    """Return when somebody is next told that something is due.

    Args:
        side: Who is waited for. Reminders of patients count from Monday to Friday:
            their own holidays are in the due moment already.
        due: By when they must have acted.
        given: How many notices there were about it.

    Returns:
        The moment, or nothing if nobody is told any more.
    """
    if given < len(NOTICES):
        days = NOTICES[given]
    elif side is Side.PATIENT:
        if given > len(NOTICES):
            return None
        days = SILENT_AFTER
    else:
        days = NOTICES[-1] + AGAIN_EVERY * (given - len(NOTICES) + 1)
    if not days:
        return due
    law = None if side is Side.PATIENT else workdays.CHINA
    local = due.astimezone(CHINA)
    day = after(local.date(), days, law)
    return datetime.combine(day, local.timetz().replace(tzinfo=CHINA)).astimezone(UTC)


def pause_ends(until: date, now: datetime) -> datetime:
    """Return the moment at which a case that rests until a day goes on.

    Raises:
        PauseRefusedError: If the day is not ahead, or too far.
    """
    today = now.astimezone(CHINA).date()
    if until <= today:
        raise PauseRefusedError(wrong="past")
    if until > today + timedelta(days=RESTS_AT_MOST):
        raise PauseRefusedError(wrong="far")
    return datetime.combine(until, time(0), CHINA).astimezone(UTC)


SIDES: Mapping[State, Side] = {
    State.PATIENT: Side.PATIENT,
    State.FACILITATOR: Side.FACILITATOR,
    State.HOSPITAL: Side.HOSPITAL,
}
"""Who is waited for in each state in which somebody is."""
