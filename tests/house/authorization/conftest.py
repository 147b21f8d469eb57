"""One directory over a copy of the seeds, asked by everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.fakes import FakeSearcher
from tests.house.authorization.asking import COLUMNS, OUTCOMES, Crowd, read
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools


@pytest.fixture(scope="session")
def asked_site(
    tmp_path_factory: pytest.TempPathFactory, seeded_file: Path
) -> Iterator[Flask]:
    """Return the application; what is posted to it stays in it."""
    settings = make_settings(tmp_path_factory.mktemp("asked"), seeded_file)
    tools = make_tools(settings, FakeSearcher())
    yield wire(tools)
    tools.engine.dispose()


@pytest.fixture(scope="session")
def crowd(asked_site: Flask) -> Crowd:
    """Return everybody who asks."""
    return Crowd(asked_site)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how large the matrix is."""
    routes = read().routes
    counts = Counter("".join(routes.values()))
    said = ", ".join(f"{counts[each]} {words}" for each, words in OUTCOMES.items())
    terminalreporter.write_line(
        f"authorization: {len(routes)} addresses x {len(COLUMNS)} who ask ="
        f" {counts.total()} answers: {said}"
    )
