"""Publish and index in a child, kill it at any moment, and compare; many times.

Started as a program of its own, since it forks: it has one thread only.
``python -m tests.faults.index_kills URL FOLDER KILLS SEED`` prints one line of
JSON for each kill.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from directory.adapters import analysis
from directory.adapters.index_folder import STATE_PREFIX
from directory.adapters.index_states import SegmentIndex
from directory.core.actor import system
from directory.core.db import make_engine, make_sessions
from directory.core.logs import configure
from directory.core.work import Work
from directory.jobs.indexing import IndexKeeper
from directory.listings.actions import publish, withdraw
from directory.listings.rules.document import Kind
from directory.outbox.queries import head
from directory.search.ports import IndexUnusableError
from directory.search.queries import index_documents
from tests.listings.documents import center

LONGEST_S = 0.35
"""Within this time after its first change the child is killed."""

PATIENCE_S = 20.0


class OnlyTheIndex:
    """Stands for a searcher where nobody searches."""

    def __init__(self, folder: Path) -> None:
        self.index = SegmentIndex(folder)

    def refresh(self) -> bool:
        return False


def now() -> datetime:
    return datetime.now(UTC)


def keeper(url: str, folder: Path) -> tuple[IndexKeeper, Callable[[], None]]:
    engine = make_engine(url)
    sessions = make_sessions(engine, reading=True)
    searcher = OnlyTheIndex(folder)
    return IndexKeeper(folder, sessions, now, searcher), engine.dispose  # type: ignore[arg-type]


def change(url: str, folder: Path, ready: int, chance: Random) -> None:
    """Publish, withdraw and index until killed."""
    engine = make_engine(url)
    sessions = make_sessions(engine)
    follow, _ = keeper(url, folder)
    alive: list[str] = []
    while True:
        with sessions.begin() as session:
            work = Work(session, system("test"), now())
            for _ in range(chance.randint(1, 3)):
                if len(alive) > 6 and chance.random() < 0.4:
                    gone = alive.pop(chance.randrange(len(alive)))
                    withdraw(work, Kind.CENTER, gone, "closed")
                    continue
                slug = f"center-{os.getpid()}-{chance.randrange(10**9)}"
                if alive and chance.random() < 0.5:
                    slug = chance.choice(alive)
                else:
                    alive.append(slug)
                names = {"en": f"{slug} number {chance.randrange(10**6)}"}
                publish(work, center(slug, names=names), authority="test")
        follow.round()
        os.write(ready, b".")


def one(url: str, folder: Path, chance: Random) -> dict[str, object]:
    """Let one child live a little; return what it left, and what stands after."""
    told, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            change(url, folder, ready, Random(chance.random()))
        except BaseException:  # noqa: BLE001 (it must not go on as the parent)
            traceback.print_exc()
        finally:
            os._exit(9)
    os.close(ready)
    os.read(told, 1)
    time.sleep(chance.random() * LONGEST_S)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(told)
    left = sum(one.name.startswith(STATE_PREFIX) for one in folder.iterdir())
    index = SegmentIndex(folder)
    try:
        position = index.state().position
    except IndexUnusableError as error:
        position = -1
        reason = error.facts["reason"]
    else:
        reason = ""
    follow, close = keeper(url, folder)
    engine = make_engine(url)
    give_up = time.monotonic() + PATIENCE_S
    with make_sessions(engine, reading=True)() as session:
        reached = head(session)
        while follow.round() or index.state().position < reached:
            assert time.monotonic() < give_up
        documents = index_documents(session, today=index.state().day)
    wanted = {one.id: one.digest for one in documents}
    found = dict(index.digests())
    close()
    engine.dispose()
    return {
        "killed": os.WIFSIGNALED(status),
        "unusable": reason,
        "behind": reached - position,
        "unfinished": left - 1,
        "states": sum(one.name.startswith(STATE_PREFIX) for one in folder.iterdir()),
        "documents": len(wanted),
        "equal": found == wanted,
    }


def main() -> None:
    url, folder, kills, seed = sys.argv[1:]
    configure()
    analysis.load(Path(folder).parent)
    # What is built for the first time is compared too.
    Path(folder).mkdir(mode=0o700)
    chance = Random(int(seed))
    for _ in range(int(kills)):
        sys.stdout.write(json.dumps(one(url, Path(folder), chance)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
