"""What a page costs over HTTP: one worker of the server, on one core.

Beside it, on the same core in the same run: a bare page of Flask and a bare WSGI
application under the same server, and the same centers as a page of Datasette.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations, product
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from prometheus_client.parser import text_string_to_metric_families

from directory.core.db import make_engine, make_sessions
from directory.listings.queries import center_pages
from tests.benchmarks import shelf
from tests.benchmarks.wrk import Driven, drive, serving

SECONDS = float(os.environ.get("DIRECTORY_BENCH_SECONDS", "3"))
"""Of each of some thirty runs."""

CONNECTIONS = (1, 8, 32)

TEXTS = (
    "", "301 医院", "Ruijin", "tocilizumab icu guangzhou", "MM 广州 单采", "myeloma",
    "can I fly home after car t", "lymphoma shanghai", "瑞金医院", "北京 白血病",
    "children leukemia", "leukmia", "gusuiliu", "中山", "relma-cel", "tianjin",
    "Russian interpreter beijing", "68 year old myeloma", "临床试验 淋巴瘤", "nanfang",
    "what does it cost", "лимфома шанхай", "شنغهاي", "leukapheresis", "lu daopei",
    "carvykti", "international patients", "血液病医院", "DLBCL beijing icu", "PUMCH",
)  # fmt: skip
"""Queries of all kinds and languages."""

CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")
NEEDS = (
    *("icu", "apheresis", "tocilizumab", "interpreter", "pet-ct", "neurology"),
    *("transplant", "international department", "cell laboratory", "lodging"),
    *("invitation letter", "mrd testing", "remote consultation", "pediatric unit"),
    *("trial", "children", "public hospital", "private hospital", "russian", "price"),
)
ILLNESSES = (
    *("myeloma", "lymphoma", "leukemia", "dlbcl", "b-all", "mantle cell lymphoma"),
    *("follicular lymphoma", "eque-cel", "zevor-cel", "axi-cel", "relma-cel", "bcma"),
    *("cd19", "lupus", "myelooma", "lymfoma"),
)
"""Of these, in any order, queries are made that nobody asked before."""

MOST_UNDER_WAY = 64
"""Requests that wrk may have sent and no longer counted when its time was up."""

QUARTER = 0.25
"""Most that search work may be of a request for a page of results."""


@dataclass
class Row:
    """What was asked for, and what came of it at each number of connections."""

    name: str
    driven: dict[int, Driven] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    """Milliseconds of an answer, by what took them, at one connection."""


def results(prefix: str = "", path: str = "/centers") -> list[str]:
    """Return addresses of results, the same in each run."""
    chance = Random(53)
    found: dict[str, None] = {}
    while len(found) < 200:
        query = []
        if text := chance.choice(TEXTS):
            query.append(("q", text))
        if chance.random() < 0.35:
            query.append(("city", chance.choice(CITIES)))
        if chance.random() < 0.2:
            query.append(("sort", chance.choice(("name", "verified"))))
        if chance.random() < 0.15:
            query.append(("audience", chance.choice(("adult", "pediatric"))))
        found[f"{prefix}{path}?{urlencode(query)}"] = None
    return list(found)


def unseen(prefix: str) -> list[str]:
    """Return addresses of results of different queries, the same in each run."""
    asked = [
        " ".join(words)
        for need, place, illness in product(NEEDS, (*CITIES, ""), ILLNESSES)
        for words in permutations([need, place, illness])
    ]
    asked = list(dict.fromkeys(" ".join(one.split()) for one in asked))
    Random(54).shuffle(asked)
    return [f"{prefix}/centers?{urlencode({'q': one})}" for one in asked]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed (on Debian: apt-get install wrk)")
    if importlib.util.find_spec("datasette") is None:
        pytest.skip("datasette is not installed (.ci/install bench)")
    folder = tmp_path_factory.mktemp("http")
    env = {"DIRECTORY_DATA": str(folder / "data"), "DIRECTORY_RATE_LIMITS": "off"}
    subprocess.run(
        [sys.executable, "-m", "directory", "setup"],
        check=True,
        capture_output=True,
        env={**os.environ, **env},
    )
    return env


def counted(port: int) -> dict[str, float]:
    """Return the counters of our own server."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


ANSWERED = "directory_request_seconds_count"
SPENT = {
    "search": "directory_search_seconds_sum",
    "template": "directory_template_seconds_sum",
}


def measured(
    name: str,
    port: int,
    paths: list[str],
    folder: Path,
    *,
    once: bool = False,
    ours: bool = True,
) -> Row:
    """Drive one server by one list of addresses, at each number of connections.

    Args:
        name: Of the row.
        port: Of the server.
        paths: Asked for in turn.
        folder: For files.
        once: Never ask for one twice; there must be enough of them.
        ours: Whether it has counters that can be read.
    """
    row = Row(name)
    # Warm, as by whoever came earlier.
    driven = drive(port, paths, folder, connections=8, seconds=2)
    begin = driven.requests + MOST_UNDER_WAY
    for connections in CONNECTIONS:
        before = counted(port) if ours else {}
        driven = drive(
            port,
            paths,
            folder,
            connections=connections,
            seconds=SECONDS,
            begin=begin if once else 0,
        )
        begin += driven.requests + MOST_UNDER_WAY
        assert not once or begin < len(paths), "too few paths for this machine"
        row.driven[connections] = driven
        if ours and connections == 1:
            after = counted(port)
            # All that it answered, also what wrk no longer waited for, but for the
            # question about its counters itself.
            answered = after[ANSWERED] - before[ANSWERED] - 1
            row.spent = {
                what: 1000 * (after[key] - before[key]) / answered
                for what, key in SPENT.items()
            }
            row.spent["rest"] = driven.each_ms - sum(row.spent.values())
    return row


@pytest.fixture(scope="module")
def rows(
    data: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Row]:
    folder = tmp_path_factory.mktemp("wrk")
    with ExitStack() as servers:
        found = list(_rows(data, folder, servers))
    return {row.name: row for row in found}


def _rows(data: dict[str, str], folder: Path, servers: ExitStack) -> Iterator[Row]:
    bare = "tests.benchmarks.bare"
    port = servers.enter_context(serving([bare, "wsgi", "PORT"], folder))
    yield measured("bare WSGI", port, ["/"], folder, ours=False)
    port = servers.enter_context(serving([bare, "flask", "PORT"], folder))
    yield measured("bare Flask", port, ["/"], folder, ours=False)
    port = servers.enter_context(
        serving(["directory", "serve", "--port", "PORT"], folder, data)
    )
    yield measured(FIRST, port, unseen("/en"), folder, once=True)
    for prefix in ("/en", "/zh", "/ar"):
        yield measured(f"results, again, {prefix[1:]}", port, results(prefix), folder)
    api = results("/api/v1", "/search")
    yield measured("API search, again", port, api, folder)
    yield measured("center page", port, ["/en/centers/nanfang-hospital"], folder)
    yield measured("home", port, ["/en/"], folder)
    typed = ["/en/suggest?q=" + word for word in ("b", "ru", "nan", "lym", "tian")]
    yield measured("suggestions", port, typed, folder)
    engine = make_engine(f"sqlite:///{data['DIRECTORY_DATA']}/directory.sqlite3")
    with make_sessions(engine, reading=True)() as session:
        centers = center_pages(session, today=datetime.now(UTC).date())
    engine.dispose()
    table, told = shelf.write(centers, folder)
    port = servers.enter_context(
        serving(["datasette", "-i", str(table), "-p", "PORT", "-m", str(told)], folder)
    )
    asked = ("icu", "myeloma", "lymphoma", "leukemia", "ruijin", "tocilizumab", "")
    paths = [f"/{table.stem}/centers?{urlencode({'_search': word})}" for word in asked]
    yield measured(PEER, port, paths, folder, ours=False)


FIRST = "results, first time, en"
PEER = "Datasette, table with facets"


def test_what_pages_cost(rows: dict[str, Row]):
    print("\n" + "\n".join(_table(rows)))

    first, peer = rows[FIRST], rows[PEER]
    # The peer may leave requests unanswered; that is said by its figures.
    assert not [row.name for row in rows.values() if row is not peer and _errors(row)]
    assert first.spent["search"] <= QUARTER * first.driven[1].each_ms
    assert _best(first) > _best(peer)


def _best(row: Row) -> float:
    """Return how many a second it answered at the best number of connections."""
    return max(driven.per_second for driven in row.driven.values())


def _errors(row: Row) -> int:
    return sum(driven.errors for driven in row.driven.values())


def _table(rows: dict[str, Row]) -> Iterator[str]:
    head = ["page"]
    for connections in CONNECTIONS:
        head += [f"{connections}: a second", "p50 ms", "p99 ms"]
    head += ["search", "template", "rest", "of bare Flask"]
    yield f"One worker with 8 threads on one core, {SECONDS:g} s a run."
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    floor = rows["bare Flask"].driven[8].per_second
    for row in rows.values():
        cells = [row.name]
        for driven in row.driven.values():
            cells += [
                f"{driven.per_second:.0f}",
                f"{driven.p50:.1f}",
                f"{driven.p99:.1f}",
            ]
        whole = row.driven[1].each_ms
        cells += [
            f"{100 * row.spent[what] / whole:.0f} %" if row.spent else "–"
            for what in ("search", "template", "rest")
        ]
        cells.append(f"{100 * row.driven[8].per_second / floor:.0f} %")
        yield f"| {' | '.join(cells)} |"
