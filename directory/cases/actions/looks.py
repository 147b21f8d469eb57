"""Looking into a case that is not one's own, for a reason that is written down."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from directory.audit import actions as log
from directory.cases.actions.telling import tell
from directory.cases.model import Case, Look
from directory.cases.rules.looks import LASTS, LookCode, check_reason
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.queries import data_key_of


def look_into(
    work: Work, keys: KeyRing, reference: str, code: LookCode, words: str
) -> str:
    """Let the actor read one case for an hour; return the id of this look.

    Commit it before anything is shown. Patient and owner read in the timeline that
    somebody looked; the patient reads the reason as well, in these words. Promises
    to tell both.

    Args:
        work: The transaction.
        keys: To seal the reason.
        reference: What staff call the case, with or without its hyphen.
        code: Kind of reason.
        words: The reason.

    Raises:
        RefusedError: If the actor may not look into cases.
        ReasonTooShortError: If the reason says too little, or too much.
        NotFoundError: If there is no such case, or it was erased.
    """
    work.require(Permission.LOOK_INTO_CASE)
    reason = check_reason(words)
    if work.actor.person is None:
        raise NotFoundError
    case = work.session.scalar(
        select(Case)
        .where(Case.reference == written_reference(reference))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFoundError(case=reference)
    key = data_key_of(work.session, keys, case.inquiry_id)
    look = secrets.token_hex(16)
    work.session.add(
        Look(
            id=look,
            case_id=case.id,
            person_id=work.actor.person,
            code=code.value,
            reason=seal_words(key, "case_look", "reason", look, reason),
            began_at=work.now,
            ends_at=work.now + LASTS,
        )
    )
    work.session.flush()
    tell(
        work, case, Kind.LOOKED_INTO, side=Side.DIRECTORY, look=look, reason=code.value
    )
    return look


def end_look(work: Work, look: str) -> None:
    """Close a case again before the hour is over; closing it twice changes nothing.

    Raises:
        RefusedError: If the actor may not look into cases.
        NotFoundError: If the actor never began this look.
    """
    work.require(Permission.LOOK_INTO_CASE)
    row = work.session.scalar(
        select(Look)
        .where(Look.id == look, Look.person_id == work.actor.person)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError(look=look)
    if work.now < row.ends_at:
        # A look has a length, however quickly somebody thinks better of it.
        row.ends_at = max(work.now, row.began_at + timedelta(microseconds=1))
        log.record(work, "look.ended", f"case:{row.case_id}", look=look)


def written_reference(typed: str) -> str:
    """Return a reference as it is kept, however its halves were set apart."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return f"{plain[:4]}-{plain[4:]}"
