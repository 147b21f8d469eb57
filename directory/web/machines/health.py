"""Is this node able to answer? Each part says for itself."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import text

from directory.cases.queries.documents import quarantined
from directory.migrations import current, head
from directory.outbox import queries as outbox
from directory.search.ports import IndexUnusableError

if TYPE_CHECKING:
    from directory.tools import Tools

Told = dict[str, str | int | float | bool | None]

BEHIND = timedelta(seconds=60)
"""How long a change may wait for the index before the node says so; changes
are promised within two seconds."""

LOW_BYTES = 256 * 1024 * 1024
"""Free space below which somebody should look."""

FULL_BYTES = 16 * 1024 * 1024
"""Free space below which an inquiry might not be kept."""


class State(StrEnum):
    """How a part is doing. Only a failed part takes the node out of service."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that this node needs.

    Args:
        name: Which.
        state: How it is doing.
        told: Numbers and codes about it; nothing about anybody.
    """

    name: str
    state: State
    told: Told = field(default_factory=dict)


def parts(tools: Tools) -> tuple[Part, ...]:
    """Look at everything that this node needs, each part on its own."""
    checks: tuple[tuple[str, Callable[[Tools], Part]], ...] = (
        ("database", database),
        ("schema", schema),
        ("index", index),
        ("jobs", jobs),
        ("disk", disk),
        ("uploads", uploads),
        ("paper", paper),
    )
    return tuple(_guarded(name, check, tools) for name, check in checks)


def database(tools: Tools) -> Part:
    """Tell whether the database answers."""
    with tools.reading() as session:
        session.execute(text("SELECT 1"))
    return Part("database", State.OK, {"system": tools.engine.dialect.name})


def schema(tools: Tools) -> Part:
    """Tell whether the schema is the one that this program needs."""
    # Reading must not wait for SQLite's write lock.
    found = current(tools.engine.execution_options(reading=True))
    needed = _needed()
    state = State.OK if found == needed else State.FAILED
    return Part("schema", state, {"found": found, "needed": needed})


@cache
def _needed() -> str:
    """Return what this program was made for, which needs looking up only once."""
    return head()


def index(tools: Tools) -> Part:
    """Tell whether there is an index, and how far behind the changes it is.

    Without one the database answers, but not in full text, so the node is not
    ready. With one that is open but was lost on disk it goes on, until it ends.
    """
    status = tools.searcher.status()
    now = tools.clock()
    with tools.reading() as session:
        last = outbox.head(session)
        since = outbox.waiting_since(session, status.position)
    waits = _seconds(since, now) or 0.0
    kept = _on_disk(tools)
    if not status.full_text:
        state = State.FAILED
    elif waits > BEHIND.total_seconds() or kept != "ok":
        state = State.DEGRADED
    else:
        state = State.OK
    return Part(
        "index",
        state,
        {
            "generation": status.generation,
            "documents": status.documents,
            "position": status.position,
            "changes": last,
            "waiting_seconds": waits,
            "age_seconds": _seconds(status.built_at, now),
            "on_disk": kept,
        },
    )


def _on_disk(tools: Tools) -> str:
    try:
        tools.searcher.index.state()
    except IndexUnusableError as error:
        return str(error.facts.get("reason", "unusable"))
    return "ok"


def jobs(tools: Tools) -> Part:
    """Tell how promises stand, and whether a thread of this process keeps them.

    Jobs may run in a process of their own, so no thread here is no fault; work
    that nobody does is.
    """
    with tools.reading() as session:
        promises = outbox.promises(session, tools.clock())
    here = sum(thread.name in THREADS for thread in threading.enumerate())
    return Part(
        "jobs",
        State.DEGRADED if promises.overdue or promises.lost else State.OK,
        {
            "threads": here,
            "due": promises.due,
            "overdue": promises.overdue,
            "given_up": promises.given_up,
            "lost": promises.lost,
        },
    )


THREADS = frozenset(
    {"index-keeper", "deadlines", "expiry", "follow-up", "promises", "files"}
)
"""Names of the threads that do background work in a serving process."""


def disk(tools: Tools) -> Part:
    """Tell whether what people send could still be kept."""
    return space(shutil.disk_usage(tools.settings.data).free)


def space(free: int) -> Part:
    """Judge how much space is left, in bytes."""
    if free < FULL_BYTES:
        state = State.FAILED
    elif free < LOW_BYTES:
        state = State.DEGRADED
    else:
        state = State.OK
    return Part("disk", state, {"free_bytes": free})


def paper(tools: Tools) -> Part:
    """Tell whether PDFs can be made; without, every page can still be printed."""
    state = State.OK if tools.paper.is_available() else State.DEGRADED
    return Part("paper", state)


UPLOADS_ALARM = 0.7
"""Part of the room for files that wait to be checked, from which somebody looks."""


def uploads(tools: Tools) -> Part:
    """Tell whether files that wait to be checked still have room."""
    with tools.reading() as session:
        waiting = quarantined(session)
    room = tools.settings.uploads_room_bytes
    state = State.DEGRADED if waiting >= room * UPLOADS_ALARM else State.OK
    return Part("uploads", state, {"waiting_bytes": waiting, "room_bytes": room})


def is_ready(found: tuple[Part, ...]) -> bool:
    """Tell whether the node should get requests."""
    return all(part.state is not State.FAILED for part in found)


def report(found: tuple[Part, ...], *, rate_limits: str) -> dict[str, object]:
    """Return what ``/readyz`` says.

    Args:
        found: From :func:`parts`.
        rate_limits: ``on`` or ``off``; off is for tests and must be seen.
    """
    return {
        "ready": is_ready(found),
        "failed": list(_names(found, State.FAILED)),
        "degraded": list(_names(found, State.DEGRADED)),
        "rate_limits": rate_limits,
        "parts": {part.name: {"state": part.state, **part.told} for part in found},
    }


def _names(found: tuple[Part, ...], state: State) -> Iterator[str]:
    return (part.name for part in found if part.state is state)


def _guarded(name: str, check: Callable[[Tools], Part], tools: Tools) -> Part:
    try:
        return check(tools)
    except Exception as error:  # noqa: BLE001 (whatever fails is what is reported)
        # The message could hold an address or a password; the type does not.
        return Part(name, State.FAILED, {"error": type(error).__name__})


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else round((now - since).total_seconds(), 1)
