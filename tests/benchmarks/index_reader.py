"""A process that answers from an index while another one writes it.

``python -m tests.benchmarks.index_reader FOLDER WORD CHANGES`` opens the index,
answers queries at a steady pace, looks for a word whenever another position of the
feed answers, and after so many changes of it says in JSON what it saw.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy.orm import sessionmaker

from directory.adapters import analysis
from directory.adapters.index_searcher import open_searcher
from directory.core.db import Session
from directory.core.logs import configure
from directory.core.text import Language
from directory.search.rules.values import Asked, Kind

PER_SECOND = 20
LOOK_EVERY_S = 0.002
"""How finely it is seen when a change is there."""

PARTS = (
    *("hospital beijing", "icu shanghai", "lymphoma", "tocilizumab guangzhou", "医院"),
    *("多发性骨髓瘤 北京", "haidian", "leukmia", "children", "invented 77"),
)


def resident_mb() -> float:
    """Return how much of this process is in memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def main(folder: str, word: str, changes: str) -> None:
    """Open, answer, and look for the word."""
    configure(readable=False)
    began, before = time.perf_counter(), resident_mb()
    analysis.load(Path(folder).parent / "words")
    dictionary_ms = milliseconds(began)
    began = time.perf_counter()
    searcher = open_searcher(
        Path(folder),
        sessionmaker[Session](),
        lambda: datetime.now(UTC),
    )
    open_ms = milliseconds(began)
    began = time.perf_counter()
    searcher.search(Asked(PARTS[0]), Language.EN)
    told: dict[str, object] = {
        "dictionary_ms": dictionary_ms,
        "open_ms": open_ms,
        "first_ms": milliseconds(began),
        "documents": searcher.status().documents,
        "before_mb": before,
        "opened_mb": resident_mb(),
    }
    times: list[float] = []
    is_over = threading.Event()

    def answer() -> None:
        chance = Random(20261122)
        due = time.monotonic()
        while not is_over.wait(max(0.0, due - time.monotonic())):
            due += 1 / PER_SECOND
            asked = Asked(" ".join(chance.sample(PARTS, 2)), page=chance.randint(1, 3))
            at = time.perf_counter()
            searcher.search(asked, Language.EN)
            times.append(milliseconds(at))

    answering = threading.Thread(target=answer)
    answering.start()
    position = searcher.status().position
    seen: list[tuple[int, float, int]] = []
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while position < int(changes):
        time.sleep(LOOK_EVERY_S)
        if searcher.status().position != position:
            asked = Asked(word, kinds=frozenset({Kind.CENTER}))
            found = searcher.search(asked, Language.EN)
            position, at = searcher.status().position, time.monotonic()
            seen.append((position, at, found.total))
    is_over.set()
    answering.join()
    told |= {"seen": seen, "times_ms": times, "after_mb": resident_mb()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
