"""Prints by how many megabytes this process grows when it opens an engine's index.

Called as ``python -m tests.benchmarks.weigh ENGINE DOCUMENTS FOLDER``. The
documents themselves, which every engine but this search is given in memory, are
there before and do not count.
"""

from __future__ import annotations

import gc
import pickle
import sys
from pathlib import Path

from directory.adapters import analysis
from tests.benchmarks.contract import Query
from tests.benchmarks.hospitals import COMMON
from tests.benchmarks.measure import ENGINES


def resident_mb() -> float:
    """Return how much memory this process has, in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(one.split()[1] for one in lines if one.startswith("VmRSS"))
    return int(kilobytes) / 1000


def main(name: str, documents: str, folder: str) -> None:
    """Open an index, ask for the frequent words, and print the growth."""
    analysis.load()
    engine = next(one for one in ENGINES if one.__name__ == name)()
    given = pickle.loads(Path(documents).read_bytes())
    gc.collect()
    before = resident_mb()
    engine.open(given, Path(folder))
    for word in COMMON[:50]:
        engine.page(Query("term", word, analysis.sought(word)))
    gc.collect()
    print(resident_mb() - before)
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
