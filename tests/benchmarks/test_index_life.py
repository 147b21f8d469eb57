"""An index of 40,000 hospitals: built, opened, changed, and seen by another process.

The writer is the one that serves use, with its own pace of looking at the feed;
the reader is a process of its own that answers 20 queries a second meanwhile.
Both processes, and the writer's fsync, share the machine.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from directory.adapters import analysis
from directory.adapters.index_segments import pack_rest_of, pack_words_of
from directory.adapters.index_states import SegmentIndex
from directory.core.actor import system
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.jobs.indexing import IndexKeeper
from directory.listings.actions import publish
from directory.outbox.queries import head
from directory.search.ports import Content
from directory.vocabulary.actions import put_term
from tests.benchmarks.hospitals import hospitals, terms
from tests.benchmarks.index_reader import resident_mb
from tests.benchmarks.measure import percentile
from tests.benchmarks.tables import machine
from tests.conftest import NOW, ROOT
from tests.listings.documents import center

SIZE = max(
    int(size)
    for size in os.environ.get("DIRECTORY_BENCH_SIZES", "60,2000,40000").split(",")
)
CHANGES = 30
PAUSE_S = 0.37
"""Between two changes; no multiple of the pace at which anybody looks."""

WORD = "zyxwvut"
"""In the name of everything that is published meanwhile, and in no other."""

MOST_S = 2.0
"""Within which every process has to see a change, and to open the index."""

FIRST_MS = 50.0


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def node(sqlite_url: str, tmp_path: Path):
    """Return a database with the vocabulary, and where the index will be."""
    engine = make_engine(sqlite_url)
    with make_sessions(engine).begin() as session:
        for term in terms():
            put_term(Work(session, system("test"), NOW), term)
    words = tmp_path / "words"
    words.mkdir()
    analysis.load(words)
    yield SimpleNamespace(engine=engine, folder=tmp_path / "index")
    engine.dispose()


def built(node: Any) -> dict[str, float]:
    """Build the index; return seconds and the most memory of who takes part."""
    documents = hospitals(SIZE)
    with make_sessions(node.engine, reading=True)() as session:
        position = head(session)
    content = Content(documents, terms(), position, now().date())
    index = SegmentIndex(node.folder)
    before = resident_mb()
    began = time.perf_counter()
    index.rebuild(content, now())
    took = time.perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"s": took, "mb": resident_mb() - before, "child_mb": children}


def shares(size: int) -> dict[str, float]:
    """Return the seconds that each half of the work takes by itself."""
    documents, found = hospitals(size), {}
    for name, act in (
        ("words", lambda: pack_words_of(documents)),
        ("rest", lambda: pack_rest_of(documents, terms())),
    ):
        began = time.perf_counter()
        act()
        found[name] = time.perf_counter() - began
    return found


def publish_one(node: Any, number: int) -> tuple[int, float]:
    """Publish a center; return its place in the feed, and when that was there."""
    slug = f"{WORD}-{number}"
    with make_sessions(node.engine).begin() as session:
        work = Work(session, system("test"), NOW)
        names = {"en": f"{WORD} ward {number}"}
        publish(work, center(slug, names=names), authority="test")
    at = time.monotonic()
    with make_sessions(node.engine, reading=True)() as session:
        return head(session), at


def followed(node: Any) -> tuple[dict[int, tuple[int, float]], dict[str, Any]]:
    """Publish at a pace while another process answers; return what both saw."""
    index = SegmentIndex(node.folder)
    searcher = SimpleNamespace(index=index, refresh=lambda: False)
    reading = make_sessions(node.engine, reading=True)
    keeper = IndexKeeper(node.folder, reading, now, searcher)
    with reading() as session:
        begin = head(session)
    each = publish_one(node, 0)[0] - begin
    keeper.round()
    last = begin + each * (CHANGES + 1)
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.benchmarks.index_reader"),
            *(str(node.folder), WORD, str(last)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    keeper.start()
    published = {}
    try:
        for number in range(1, CHANGES + 1):
            time.sleep(PAUSE_S)
            position, at = publish_one(node, number)
            published[position] = (number, at)
        told = json.loads(child.communicate(timeout=60)[0])
    finally:
        keeper.stop()
        child.kill()
    return published, told


def waits(
    published: dict[int, tuple[int, float]], seen: list[tuple[int, float, int]]
) -> list[float]:
    """Return the milliseconds from each change until the other process had it."""
    found = []
    for position, (_, at) in published.items():
        there = next(moment for place, moment, _ in seen if place >= position)
        found.append((there - at) * 1000)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_life_of_a_large_index(node, capsys):
    alone = shares(min(SIZE, 2000))
    build = built(node)
    on_disk = SegmentIndex(node.folder).state().bytes
    published, told = followed(node)
    seen = told["seen"]
    visible = waits(published, seen)
    count = {position: number for position, (number, _) in published.items()}

    rows = {
        "build, s": f"{build['s']:.1f}",
        "of 2,000 alone: words, rest, s": f"{alone['words']:.2f}, {alone['rest']:.2f}",
        "builder grew by, MB": f"{build['mb']:.0f}",
        "largest process beside it, MB": f"{build['child_mb']:.0f}",
        "files, MB": f"{sum(on_disk.values()) / 1e6:.0f}",
        **{f"· {part}": f"{size / 1e6:.1f}" for part, size in on_disk.items()},
        "dictionary of Chinese words, ms": f"{told['dictionary_ms']:.0f}",
        "open in a new process, ms": f"{told['open_ms']:.0f}",
        "first query, ms": f"{told['first_ms']:.1f}",
        "reader before, opened, at the end, MB": ", ".join(
            f"{told[key]:.0f}" for key in ("before_mb", "opened_mb", "after_mb")
        ),
        "change to visible p50, p95, max, ms": ", ".join(
            f"{percentile(visible, part):.0f}" for part in (0.5, 0.95, 1.0)
        ),
        "queries meanwhile p50, p99, max, ms": ", ".join(
            f"{percentile(told['times_ms'], part):.2f}" for part in (0.5, 0.99, 1.0)
        ),
        "queries meanwhile": str(len(told["times_ms"])),
    }
    with capsys.disabled():
        print(f"\n## Life of an index of {SIZE:,} documents\n\n{machine()}.\n")
        print("| | |\n| --- | --- |")
        for name, value in rows.items():
            print(f"| {name} | {value} |")

    assert told["documents"] == SIZE + 1
    assert [total for place, _, total in seen if total != count[place] + 1] == []
    assert max(visible) < MOST_S * 1000
    assert told["open_ms"] < MOST_S * 1000
    assert told["first_ms"] < FIRST_MS
