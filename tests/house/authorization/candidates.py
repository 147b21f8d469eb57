"""Proposes lines for addresses that the matrix does not have yet.

``python -m tests.house.authorization.candidates`` prints them, ``--write`` adds them.
What it proposes is what the program does now: read each line before you keep it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import structlog
import yaml

from tests.conftest import make_seeded
from tests.fakes import FakeSearcher
from tests.house.authorization.asking import (
    COLUMNS,
    FILE,
    Crowd,
    address,
    names,
    read,
)
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools


def propose(folder: Path) -> dict[str, str]:
    """Return letters for every address that is not in the matrix.

    A line that lacks letters, because somebody new asks, is proposed with them.
    """
    site = folder / "site"
    site.mkdir()
    make_seeded(folder / "seeded.sqlite")
    settings = make_settings(site, folder / "seeded.sqlite")
    app = wire(make_tools(settings, FakeSearcher()))
    matrix, crowd = read(), Crowd(app)
    found = {}
    for name, (rule, method) in names(app).items():
        letters = matrix.routes.get(name, "")
        url = address(app, rule, matrix.samples)
        for column in list(COLUMNS)[len(letters) :]:
            letters += crowd.outcome(column, method, url)
        if letters != matrix.routes.get(name):
            found[name] = letters
    return found


def write(found: dict[str, str]) -> None:
    """Put lines into the matrix, and all of them in order; faults are no answers."""
    matrix = read()
    sound = {name: letters for name, letters in found.items() if "!" not in letters}
    routes = {**matrix.routes, **sound}
    width = max(len(name) for name in routes) + 1
    lines = [
        f"  {name + ':':<{width}} {' '.join(letters)}"
        for name, letters in sorted(routes.items(), key=lambda each: _place(each[0]))
    ]
    head = FILE.read_text().partition("\nroutes:")[0] if FILE.exists() else ""
    FILE.write_text(f"{head}\nroutes:\n" + "\n".join(lines) + "\n")
    yaml.safe_load(FILE.read_text())


def _place(name: str) -> tuple[str, str]:
    method, _, rule = name.partition(" ")
    return rule, method


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory() as made:
        proposed = propose(Path(made))
    for each, line in sorted(proposed.items()):
        print(f"{each}: {' '.join(line)}")
    if "--write" in sys.argv:
        write(proposed)
