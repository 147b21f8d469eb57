"""Proposes lines for addresses of cases that ``cases.yaml`` does not have yet.

``python -m tests.house.authorization.case_candidates`` prints them, ``--write`` adds
them. What it proposes is what the program does now: read each line before you keep it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import structlog

from tests.conftest import make_seeded
from tests.fakes import FakeSearcher
from tests.house.authorization.case_objects import (
    FILE,
    PARTIES,
    read,
    rules_of,
    set_stage,
)
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools


def propose(folder: Path) -> dict[str, str]:
    """Return letters for every address of cases that is not written down."""
    site = folder / "site"
    site.mkdir()
    make_seeded(folder / "seeded.sqlite")
    settings = make_settings(site, folder / "seeded.sqlite")
    stage = set_stage(wire(make_tools(settings, FakeSearcher())), folder)
    known = read()
    return {
        name: "".join(stage.outcome(party, rule, method) for party in PARTIES)
        for name, (rule, method) in rules_of(stage.app).items()
        if name not in known
    }


def write(found: dict[str, str]) -> None:
    """Put lines into the file, all of them in order; faults are no answers."""
    sound = {name: letters for name, letters in found.items() if "!" not in letters}
    routes = {**read(), **sound}
    width = max(len(name) for name in routes) + 1
    lines = [
        f"  {name + ':':<{width}} {' '.join(letters)}"
        for name, letters in sorted(
            routes.items(), key=lambda each: each[0].partition(" ")[::-1]
        )
    ]
    head = FILE.read_text().partition("\nroutes:")[0]
    FILE.write_text(f"{head}\nroutes:\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory() as made:
        proposed = propose(Path(made))
    for each, line in sorted(proposed.items()):
        print(f"{each}: {' '.join(line)}")
    if "--write" in sys.argv:
        write(proposed)
