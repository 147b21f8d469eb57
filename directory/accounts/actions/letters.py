"""Letters that did not arrive: what an administrator does about them."""

from __future__ import annotations

from directory.audit import actions as log
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue


def send_again(work: Work, number: int) -> None:
    """Let a letter that was given up be tried anew, and its address with it.

    Raises:
        RefusedError: If the actor may not have mail sent again.
        NotFoundError: If no letter with this number was given up.
    """
    work.require(Permission.RETRY_MAIL)
    kind = queue.try_again(work, number)
    log.record(work, "letter.retried", f"promise:{number}", kind=kind)
