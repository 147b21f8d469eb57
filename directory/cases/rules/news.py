"""Of what somebody is told by mail, and how much news is one mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind

SETTLES = timedelta(minutes=2)
"""News of one press follow each other in this time and are one mail."""

APART = timedelta(minutes=30)
"""Between two mails to one reader about one case, or to one of the staff."""

PATIENT_HEARS = frozenset(Kind) - {
    Kind.ASSIGNED,
    Kind.NOTE,
    Kind.ESCALATED,
    Kind.OPENED,
    Kind.ERASED,
}
"""Kinds of which a patient is told: everything that their page shows."""

STAFF_HEARS: Mapping[Side, frozenset[Kind]] = {
    Side.FACILITATOR: frozenset(
        {
            Kind.OPENED,
            Kind.ASSIGNED,
            Kind.HANDED_OVER,
            Kind.AGREED,
            Kind.REFUSED,
            Kind.ACCEPTED,
            Kind.NEEDS_MORE,
            Kind.DECLINED,
            Kind.NOT_OFFERED,
            Kind.EXPIRED,
            Kind.MESSAGE,
            Kind.CONSENT_WITHDRAWN,
            Kind.REMINDED,
            Kind.ESCALATED,
            Kind.LOOKED_INTO,
            Kind.ERASED,
        }
    ),
    Side.HOSPITAL: frozenset(
        {
            Kind.OFFERED,
            Kind.LEADING,
            Kind.REFERRAL_ENDED,
            Kind.MESSAGE,
            Kind.TIME_CHOSEN,
            Kind.NO_TIME_FITS,
            Kind.QUOTE_AGREED,
            Kind.REMINDED,
            Kind.ESCALATED,
            Kind.FOLLOW_UP_REMINDED,
            Kind.ERASED,
        }
    ),
}
"""Kinds of which staff are told by mail; everything else stands on their page of
news."""


NOTICES = frozenset({Kind.REMINDED, Kind.ESCALATED})
"""Kinds that go to whom they name, and to nobody else."""

MANAGERS, OFFICE = "managers", "office"
"""Whom something overdue is told, one after the other."""

LAST = frozenset({Kind.REFERRAL_ENDED, Kind.ERASED})
"""Kinds of which a hospital is told although it reads the case no longer."""


def next_mail(now: datetime, last: datetime | None) -> datetime | None:
    """Return when a mail about news is to leave; nothing if one will anyway.

    Args:
        now: When the news came.
        last: When the last mail left, or the next one will.
    """
    soonest = now + SETTLES
    if last is None:
        return soonest
    return None if last > now else max(soonest, last + APART)
