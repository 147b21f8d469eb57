"""Taking the register of consents along."""

from __future__ import annotations

from directory.audit import actions as log
from directory.core.permissions import Permission
from directory.core.work import Work


def note_register(work: Work, rows: int) -> None:
    """Write down that an organization took the register of its cases along.

    Raises:
        RefusedError: If the actor manages no cases.
    """
    work.require(Permission.MANAGE_CASES)
    log.record(
        work,
        "table.exported",
        "table:consents",
        rows=rows,
        organization=work.actor.organization,
    )
