"""Keeping what was promised: claim, commit, do, write down."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmptyError

from directory.core.actor import system
from directory.core.db import Session
from directory.core.logs import log
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.outbox.actions import Claim, Failure
from directory.outbox.queries import is_due
from directory.tools import Tools

logger = log("promises")

LOOK_EVERY_S = 1.0
"""Seconds between looks at what is due."""

IN_A_ROUND = 20
"""Promises that one round keeps at most, so that a worker can be stopped."""

PAUSES_S = (0.2, 1.0, 5.0)
"""Seconds between tries to write down what came of a promise, beside those that
the database itself waits for others."""

AWAY = (OperationalError, InterfaceError, PoolEmptyError, OSError)
"""Failures of the database, of disks and of networks: no fault of the promise."""


class NotKeptError(Exception):
    """A keeper could not keep a promise.

    Args:
        reason: A code or the class of an error; never words of people.
        is_final: Whether trying again would help nobody.
        target: Keyed digest of where it was to go, if that is known.
        about: Whom it concerns, e.g. ``person:<public id>``, if that is known.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_final: bool = False,
        target: str | None = None,
        about: str | None = None,
    ) -> None:
        """Keep what is written down beside the promise."""
        super().__init__(reason)
        self.failure = Failure(reason, is_final=is_final, target=target, about=about)


class Keeper(Protocol):
    """Keeps promises of some kinds. What it does may happen more than once."""

    def __call__(self, claimed: Claim) -> None:
        """Return once the promise is kept, or needs no keeping any more.

        No transaction is open meanwhile; it opens those that it needs.

        Raises:
            NotKeptError: If the world outside did not let it. Any other error
                counts as a fault of ours; after five the promise is set aside.
        """


Keepers = Mapping[str, Keeper]
"""Keepers by kind. What has none is not claimed, and becomes overdue: during a
deployment a newer process may promise what an older one cannot keep."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to.

    Args:
        kept: Promises that were kept.
        later: Those that are tried again.
        given_up: Those that are not.
    """

    kept: int = 0
    later: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        """Whether anything was tried."""
        return bool(self.kept or self.later or self.given_up)


def keep_promises(
    tools: Tools,
    keepers: Keepers,
    *,
    at_most: int = IN_A_ROUND,
    chance: Callable[[], float] = random.random,
) -> Round:
    """Keep what is due; any number of workers may do so at once.

    Each promise is claimed by a lease, one at a time, so that a worker that is
    killed leaves one behind and no lock is held while the world is waited for.

    Args:
        tools: The outside world.
        keepers: By kind.
        at_most: So many promises.
        chance: Between 0 and 1, spreads the next tries.
    """
    kept = later = given_up = 0
    while kept + later + given_up < at_most:
        claimed = _claim(tools, keepers)
        if claimed is None:
            break
        began = time.monotonic()
        failure = _kept(keepers[claimed.kind], claimed)
        told = {
            "kind": claimed.kind,
            "subject": f"promise:{claimed.id}",
            "attempt": claimed.tries,
            "seconds": round(time.monotonic() - began, 3),
        }
        is_over = _write_down(tools, claimed, failure, chance())
        if failure is None:
            kept += 1
            logger.info("promise.kept", **told)
        elif is_over:
            given_up += 1
            logger.error("promise.given-up", reason=failure.reason, **told)
        else:
            later += 1
            logger.warning("promise.not-kept", reason=failure.reason, **told)
    return Round(kept, later, given_up)


def forget_promises(tools: Tools) -> int:
    """Forget what was kept or given up long ago; return how many promises."""
    with tools.sessions.begin() as session:
        return queue.forget_kept(_work(tools, session))


def _claim(tools: Tools, keepers: Keepers) -> Claim | None:
    # A look first: only a writer waits for SQLite's one lock.
    with tools.reading() as session:
        if not is_due(session, keepers.keys(), tools.clock()):
            return None
    with tools.sessions.begin() as session:
        return queue.claim(_work(tools, session), keepers.keys(), secrets.token_hex(16))


def _kept(keeper: Keeper, claimed: Claim) -> Failure | None:
    try:
        keeper(claimed)
    except NotKeptError as error:
        return error.failure
    except AWAY as error:
        return Failure(type(error).__name__)
    except Exception as error:  # noqa: BLE001 (one promise must not stop the others)
        return Failure(type(error).__name__, is_ours=True)
    return None


def _write_down(
    tools: Tools, claimed: Claim, failure: Failure | None, chance: float
) -> bool:
    """Write down what came of it; tell whether the promise was given up."""
    for pause in (*PAUSES_S, None):
        try:
            with tools.sessions.begin() as session:
                work = _work(tools, session)
                if failure is not None:
                    return queue.fail(work, claimed, failure, chance)
                queue.keep(work, claimed)
                return False
        except AWAY:
            # What is done and not written down is done again.
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError


def _work(tools: Tools, session: Session) -> Work:
    return Work(session, system("promises"), tools.clock())
