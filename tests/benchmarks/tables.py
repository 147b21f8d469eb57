"""Measurements as Markdown."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.measure import SAMPLE, Measured, Run, percentile
from tests.benchmarks.queries import KINDS


def machine() -> str:
    """Return on what this runs."""
    model = "a processor that does not say its name"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
            break
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} × {model},"
        f" load {os.getloadavg()[0]:.1f}"
    )


def report(run: Run) -> str:
    """Return everything that one run found."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield f"## {run.size:,} documents, {len(run.queries)} queries"
    yield ""
    yield f"{machine()}. Cutting all documents into words: {run.cut_s:.1f} s."
    yield ""
    yield from _rows(
        "engine",
        *("p50 ms", "p95 ms", "p99 ms", "wrong", "build s", "index MB", "RSS MB"),
        *("open ms", "first ms", "update ms"),
    )
    for one in run.engines:
        times = list(one.times_ms.values())
        yield _row(
            one.name,
            *(f"{percentile(times, part):.2f}" for part in (0.5, 0.95, 0.99)),
            f"{len(one.wrong)} of {_judged(run, one)}",
            f"{one.build_s:.1f}" if one.build_s else "the same",
            f"{one.index_bytes / 1e6:.1f}",
            "–" if one.resident_mb is None else f"{one.resident_mb:.0f}",
            f"{one.open_ms:.0f}",
            f"{one.first_ms:.1f}",
            "–" if one.update_ms is None else f"{one.update_ms:.1f}",
        )
    yield ""
    yield "Ratios to the first row: the median, query by query, and p99 to p99."
    yield ""
    yield from _rows("engine", "median of ratios", "ratio of p99", "queries")
    ours = run.engines[0]
    for one in run.engines[1:]:
        both = sorted(one.times_ms.keys() & ours.times_ms.keys())
        ratio = median(one.times_ms[n] / ours.times_ms[n] for n in both)
        theirs, own = (
            percentile([of.times_ms[n] for n in both], 0.99) for of in (one, ours)
        )
        yield _row(one.name, f"{ratio:.2f}", f"{theirs / own:.2f}", str(len(both)))
    yield ""
    yield "Median by kind of query, ms (and pages that differ):"
    yield ""
    yield from _rows("engine", *KINDS)
    for one in run.engines:
        yield _row(one.name, *(_kind(run, one, kind) for kind in KINDS))
    yield ""
    yield from _notes(run)


def _judged(run: Run, one: Measured) -> int:
    if one.name.endswith("whole"):
        return len(one.times_ms.keys() - run.understood)
    return len(one.times_ms)


def _kind(run: Run, one: Measured, kind: str) -> str:
    times = [
        took
        for number, took in one.times_ms.items()
        if run.queries[number].kind == kind
    ]
    if not times:
        return "–"
    differ = sum(run.queries[number].kind == kind for number in one.wrong)
    return f"{median(times):.2f}" + (f" ({differ})" if differ else "")


def _notes(run: Run) -> Iterator[str]:
    for name, reason in run.missing.items():
        yield f"- **{name} is left out:** {reason}"
    if any(one.is_sampled for one in run.engines):
        slow = ", ".join(one.name for one in run.engines if one.is_sampled)
        yield f"- Only every {SAMPLE}th query was answered by: {slow}."
    if run.understood:
        yield (
            f"- The whole search reads more than words into {len(run.understood)}"
            " queries (a city, an illness, a name); those pages are not judged."
        )
    for one in run.engines:
        reasons = Counter(
            f"{run.queries[number].kind}: {problem}"
            for number, problems in one.wrong.items()
            for problem in problems[:1]
        )
        for reason, many in reasons.most_common(6):
            yield f"- {one.name}: {many} × {reason}"


def _rows(*heads: str) -> Iterator[str]:
    yield _row(*heads)
    yield _row(*("---" for _ in heads))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
