"""Measuring engines side by side: one process, each query by each in turn."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median

from directory.adapters import analysis
from tests.benchmarks import queries as made
from tests.benchmarks.contract import Engine, Prepared, Query, prepared
from tests.benchmarks.engines.bm25s_peer import Bm25s
from tests.benchmarks.engines.ours import Execution, PlainWhoosh, Whole
from tests.benchmarks.engines.postgresql import PostgreSql
from tests.benchmarks.engines.sqlite_fts import SqliteInSql, SqliteWithBitmaps
from tests.benchmarks.engines.tantivy_peer import Tantivy
from tests.benchmarks.engines.xapian_peer import Xapian
from tests.benchmarks.facts import facts_of
from tests.benchmarks.hospitals import SEED, hospitals, terms
from tests.benchmarks.oracle import Oracle, wrong

ENGINES: tuple[type[Engine], ...] = (
    *(Execution, Whole, PlainWhoosh, SqliteWithBitmaps, SqliteInSql),
    *(PostgreSql, Tantivy, Xapian, Bm25s),
)

WARM_UP_EACH = 4
"""Queries of each kind that nobody measures, before those that are measured."""

UPDATES = 5
NEW_WORD = "zyxwvut"
"""Begins the words of documents that change; nothing else has such."""

MANY = 10_000
"""Documents from which on slow engines answer a part of the queries."""

SAMPLE = 5
"""Of so many queries slow engines answer one."""


@dataclass
class Measured:
    """What came of one engine.

    Args:
        name: The engine's.
        build_s: Seconds to write its index, cutting words included.
        index_bytes: What the index takes on disk.
        open_ms: Milliseconds until it can answer.
        first_ms: The first query after that.
        resident_mb: What a process grows by that opens it and answers some.
        update_ms: From a change until a query finds it.
        times_ms: Of each query, by its number.
        wrong: What is wrong, by the number of the query.
        is_sampled: Whether it answered every few queries only.
    """

    name: str
    build_s: float = 0.0
    index_bytes: int = 0
    open_ms: float = 0.0
    first_ms: float = 0.0
    resident_mb: float | None = None
    update_ms: float | None = None
    times_ms: dict[int, float] = field(default_factory=dict)
    wrong: dict[int, list[str]] = field(default_factory=dict)
    is_sampled: bool = False


@dataclass
class Run:
    """One measurement of all engines on the same documents and queries.

    Args:
        size: How many documents.
        queries: In the order asked.
        cut_s: Seconds that cutting all documents into words took.
        engines: What came of each.
        missing: Why others are not among them, by name.
        understood: Numbers of queries into which the whole search reads more
            than their words, so that its page may differ from the others'.
    """

    size: int
    queries: tuple[Query, ...]
    cut_s: float
    engines: list[Measured] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    understood: frozenset[int] = frozenset()

    def of(self, engine: type[Engine]) -> Measured:
        """Return what came of one engine.

        Raises:
            LookupError: If it was not measured.
        """
        for one in self.engines:
            if one.name == engine.name:
                return one
        raise LookupError(engine.name)


def timed_ms(act: Callable[[], object]) -> float:
    """Return how long something takes, in milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def percentile(times: Sequence[float], part: float) -> float:
    """Return what that part of the times does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


@contextmanager
def settled() -> Iterator[None]:
    """Keep the collector of garbage from running in the midst of a measurement."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def prepare(size: int, *, with_words: bool = True) -> tuple[Prepared, ...]:
    """Return the documents of one size, cut into words unless nobody needs them."""
    analysis.load()
    documents = hospitals(size)
    facts = facts_of(documents, terms())
    pairs = enumerate(zip(documents, facts, strict=True))
    if not with_words:
        return tuple(Prepared(at, one, (), known) for at, (one, known) in pairs)
    return tuple(prepared(at, one, known) for at, (one, known) in pairs)


def measure(size: int, folder: Path, engines: Sequence[type[Engine]] = ENGINES) -> Run:
    """Measure engines on documents of one size.

    Args:
        size: How many documents.
        folder: Empty; indexes are written here.
        engines: Which ones; those whose package is not there are left out.
    """
    began = time.perf_counter()
    documents = prepare(size)
    run = Run(size, made.queries(documents), time.perf_counter() - began)
    warm_up = made.queries(documents, WARM_UP_EACH, SEED + 1)
    pickled = folder / "documents"
    bare = [replace(one, texts=()) for one in documents]
    pickled.write_bytes(pickle.dumps(bare))
    opened: list[tuple[Engine, Measured]] = []
    try:
        for kind in engines:
            try:
                engine = kind()
            except ImportError as error:
                run.missing[kind.name] = str(error)
                continue
            sampled = _is_sampled(engine, run)
            opened.append((engine, Measured(engine.name, is_sampled=sampled)))
            _open(*opened[-1], documents, folder, run)
        run.engines = [one for _, one in opened]
        ask(run, opened, documents, warm_up)
        for engine, measured in opened:
            if engine.can_update:
                measured.update_ms = _updated_ms(engine, documents)
    finally:
        for engine, _ in opened:
            engine.close()
    for engine, measured in opened:
        measured.resident_mb = _resident_mb(engine, folder)
    return run


def _open(
    engine: Engine,
    found: Measured,
    documents: Sequence[Prepared],
    folder: Path,
    run: Run,
) -> None:
    """Build and open an index, and ask a first query."""
    own = _folder(engine, folder)
    if not own.exists():
        own.mkdir()
        found.build_s = timed_ms(lambda: engine.build(documents, own)) / 1000
        if not isinstance(engine, Execution):
            # Others were given words; cutting them is a part of any build.
            found.build_s += run.cut_s
    found.index_bytes = _bytes(own)
    found.open_ms = timed_ms(lambda: engine.open(documents, own))
    first = next(one for one in run.queries if engine.supports(one))
    found.first_ms = timed_ms(lambda: engine.page(first))


def _folder(engine: Engine, folder: Path) -> Path:
    return folder / (engine.folder or type(engine).__name__)


def _bytes(folder: Path) -> int:
    said = folder / "size"
    if said.exists():
        return int(said.read_text())
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def ask(
    run: Run,
    opened: Sequence[tuple[Engine, Measured]],
    documents: Sequence[Prepared],
    warm_up: Sequence[Query],
) -> None:
    """Ask every engine every query, in an order drawn anew for each query."""
    oracle = Oracle(documents)
    expected = [oracle.expected(one) for one in run.queries]
    understood = set()
    for engine, _ in opened:
        for query in warm_up[:: SAMPLE if _is_sampled(engine, run) else 1]:
            if engine.supports(query):
                engine.page(query)
    chance = Random(SEED)
    with settled():
        for number, query in enumerate(run.queries):
            order = list(opened)
            chance.shuffle(order)
            for engine, measured in order:
                if not engine.supports(query):
                    continue
                if number % SAMPLE and _is_sampled(engine, run):
                    continue
                began = time.perf_counter()
                page = engine.page(query)
                measured.times_ms[number] = (time.perf_counter() - began) * 1000
                if isinstance(engine, Whole) and engine.understands(query):
                    understood.add(number)
                    continue
                problems = list(
                    wrong(
                        query,
                        engine.judged(page),
                        expected[number],
                        documents,
                        confirmed_first=engine.confirmed_first,
                    )
                )
                if problems:
                    measured.wrong[number] = problems
    run.understood = frozenset(understood)


def _is_sampled(engine: Engine, run: Run) -> bool:
    return engine.is_slow and run.size >= MANY


def _updated_ms(engine: Engine, documents: Sequence[Prepared]) -> float:
    """Return how long it takes until a change is found, the median of some."""
    times = []
    for number in range(UPDATES):
        word = f"{NEW_WORD}{'abcdefgh'[number]}"
        before = documents[number]
        text = {**before.document.text, "en": f"{word} is new"}
        document = replace(before.document, text=text)
        changed = prepared(before.place, document, before.facts)
        query = Query("term", word, analysis.sought(word))
        began = time.perf_counter()
        engine.update(changed)
        page = engine.page(query)
        times.append((time.perf_counter() - began) * 1000)
        assert page.total == 1, (engine.name, word, page.total)
    return median(times)


def _resident_mb(engine: Engine, folder: Path) -> float | None:
    """Return by how much a process grows that opens an index and answers some."""
    if isinstance(engine, PostgreSql):
        return None
    found = subprocess.run(
        [
            *(sys.executable, "-m", "tests.benchmarks.weigh"),
            *(type(engine).__name__, folder / "documents", _folder(engine, folder)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(found.stdout)
