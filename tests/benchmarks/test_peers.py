"""This search beside others, on the same documents, queries and pages."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.benchmarks.engines.ours import Execution
from tests.benchmarks.engines.sqlite_fts import SqliteInSql, SqliteWithBitmaps
from tests.benchmarks.engines.tantivy_peer import Tantivy
from tests.benchmarks.engines.xapian_peer import Xapian
from tests.benchmarks.measure import Run, measure, percentile
from tests.benchmarks.tables import report

SIZES = tuple(
    int(size)
    for size in os.environ.get("DIRECTORY_BENCH_SIZES", "60,2000,40000").split(",")
)
REPORTS = Path(__file__).parents[2] / "build"
TO_BEAT = (Tantivy, SqliteInSql, SqliteWithBitmaps, Xapian)


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size}-documents")
def run(request: pytest.FixtureRequest) -> Run:
    """Measure all engines at one size; print the tables, and keep them in build/."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = measure(request.param, Path(folder))
    said = report(found)
    print(f"\n\n{said}")
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / f"bench-{request.param}.md").write_text(said)
    return found


def test_no_page_of_this_search_is_wrong(run):
    assert run.of(Execution).wrong == {}


@pytest.mark.parametrize("part", [0.5, 0.99], ids=["p50", "p99"])
@pytest.mark.parametrize("peer", TO_BEAT, ids=lambda one: one.name)
def test_this_search_is_faster(run, peer, part):
    if peer.name in run.missing:
        pytest.skip(run.missing[peer.name])
    ours, theirs = (
        percentile(list(run.of(one).times_ms.values()), part)
        for one in (Execution, peer)
    )

    assert ours < theirs
