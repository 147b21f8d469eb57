"""Reading a referred case, which is written down before anything is shown."""

from __future__ import annotations

from directory.audit import actions as log
from directory.cases.actions.referring import open_referral
from directory.cases.queries.access import held_referral, shared
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import sent_answers
from directory.inquiries.rules.answers import Illness, Person


def read_referral(work: Work, keys: KeyRing, referral: str) -> tuple[Person, Illness]:
    """Return what was said to a hospital, and write down that it was read.

    Returns:
        Who asks, without anything to reach them by, and the illness.

    Raises:
        RefusedError: If the actor may not read referrals.
        NotFoundError: If the referral is not theirs, or consent has ended.
    """
    work.require(Permission.READ_REFERRALS)
    case, row = held_referral(work, referral)
    if f"center:{row.center}" not in shared(work.session, case.inquiry_id):
        raise NotFoundError(referral=referral)
    person, illness = sent_answers(work.session, keys, case.inquiry_id)
    open_referral(work, referral)
    log.record(work, "referral.read", f"case:{case.id}", referral=referral)
    return person.model_copy(update={"email": None}), illness
