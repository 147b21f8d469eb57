"""Keep deadlines in a child, and kill it at any moment; many times.

Started as a program of its own, since it forks: it has one thread only.
``python -m tests.faults.deadline_kills URL RING KILLS SEED`` prints, as one line of
JSON for each kill, how many things the child had done.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import cast

from sqlalchemy import event

from directory.cases.actions.deadlines import due_cases
from directory.core.actor import system
from directory.core.config import load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.logs import configure
from directory.core.work import Work
from directory.jobs.deadlines import round_of_deadlines
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore

MOST_COMMITS = 5
"""Before so many transactions of its own have ended the child is killed."""

LONGEST_S = 0.01
"""Within this time after the last of them it is killed: inside of another."""

THEN = NOW + timedelta(days=25)
"""When deadlines are kept: every first one is long over."""


def tools(url: str, ring: str) -> Tools:
    """Return tools with connections of their own."""
    engine = make_engine(url)
    return Tools(
        settings=load({}, database_url=url),
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=lambda: THEN,
        searcher=cast("Searcher", None),
        keys=KeyRing.parse(ring),
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )


def one(url: str, ring: str, chance: Random) -> dict[str, object]:
    """Let one child keep deadlines until it is killed; return how it ended."""
    told, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            mine = tools(url, ring)
            with mine.reading() as session:
                # So that it is warm, and the kill comes while it works.
                due_cases(Work(session, system("test"), THEN))
            os.write(ready, b".")
            # How far it is, so that a fast machine is not done before it is killed.
            event.listen(mine.engine, "commit", lambda _: os.write(ready, b"."))
            while round_of_deadlines(mine):
                pass
            # Nothing is left to do; it waits for its end.
            time.sleep(60)
        except BaseException:  # noqa: BLE001 (it must not go on as the parent)
            traceback.print_exc()
        finally:
            os._exit(9)
    os.close(ready)
    for _ in range(1 + chance.randrange(MOST_COMMITS)):
        os.read(told, 1)
    time.sleep(chance.random() * LONGEST_S)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(told)
    return {"killed": os.WIFSIGNALED(status)}


def main() -> None:
    """Kill as often as was asked."""
    url, ring, kills, seed = sys.argv[1:]
    configure()
    chance = Random(int(seed))
    words = Path(ring).read_text()
    for _ in range(int(kills)):
        sys.stdout.write(json.dumps(one(url, words, chance)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
