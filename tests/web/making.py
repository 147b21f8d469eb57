"""Applications over the real seeds, each with a search that does as it is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from directory.core.config import Settings, ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.tools import Tools
from directory.web.setup import dress
from tests.conftest import NOW
from tests.fakes import FakeCleaner, FakePaper, FakeSearcher, MemoryMailer, MemoryStore
from tests.web.compiled import COMPILED


def make_settings(folder: Path, seeded_file: Path, **more: object) -> Settings:
    """Return settings over a copy of the seeds, in a folder of its own."""
    path = folder / "directory.sqlite"
    shutil.copyfile(seeded_file, path)
    share_static(folder, seeded_file.parent / "static")
    given = {"database_url": f"sqlite:///{path}", "rate_limits": "off"}
    return ensure_secrets(load({}, data=folder, **(given | more)))


def share_static(data: Path, shared: Path) -> None:
    """Let an application find styles and scripts that another has compressed."""
    shared.mkdir(exist_ok=True)
    (data / "cache").mkdir(exist_ok=True)
    (data / "cache" / "static").symlink_to(shared)


def make_tools(settings: Settings, searcher: object) -> Tools:
    """Return tools whose clock stands at the moment of every test."""
    engine = make_engine(settings.database_url)
    return Tools(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=lambda: NOW,
        searcher=searcher,  # type: ignore[arg-type]
        keys=KeyRing.parse(settings.encryption_keys),
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
        paper=FakePaper(),
    )


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(tmp_path: Path, seeded_file: Path) -> Iterator[MakeApp]:
    """Return a maker of applications over a database and a search of their own.

    It takes a searcher (one that finds nothing, if none is given) and settings.
    """
    made: list[Tools] = []

    def make(searcher: object | None = None, **settings: object) -> Flask:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        known = make_settings(folder, seeded_file, **settings)
        made.append(make_tools(known, searcher or FakeSearcher()))
        app = dress(Flask("directory"), made[-1])
        app.jinja_env.bytecode_cache = COMPILED
        return app

    yield make
    for tools in made:
        tools.engine.dispose()
