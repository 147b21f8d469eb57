"""A directory that can be asked, its pages, and a clock that tests move."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

from directory.core.actor import system
from directory.core.config import Settings, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.search.ports import Searcher
from directory.tools import Tools
from directory.web import guards
from directory.web.context import EXTENSION
from directory.web.setup import dress
from tests.browser import Browser
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore
from tests.inquiries.invented import stock
from tests.web.conftest import StrictHere


@dataclass
class Clock:
    """Says the time that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def tools_on(
    url: str, folder: Path, clock: Clock, keys: KeyRing | None, **given: object
) -> Tools:
    """Return tools on a database; nothing in these pages searches."""
    settings: Settings = load(
        {},
        data=folder,
        database_url=url,
        secret_key="invented" * 8,
        **{"rate_limits": "off", **given},
    )
    engine = make_engine(url)
    return Tools(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=clock,
        searcher=cast("Searcher", None),
        keys=keys,
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )


@pytest.fixture(scope="session")
def stocked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with invented listings and words in it."""
    path = tmp_path_factory.mktemp("stocked") / "directory.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine).begin() as session:
        stock(Work(session, system("test"), NOW))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def dressed(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the application, made once: its templates take long to compile."""
    folder = tmp_path_factory.mktemp("dressed")
    tools = tools_on(f"sqlite:///{stocked}", folder, Clock(), None)
    return wire(tools)


@pytest.fixture
def clock() -> Clock:
    """Return the clock of this test's directory."""
    return Clock()


@pytest.fixture
def ring() -> KeyRing:
    """Return the keys of this test's directory."""
    return KeyRing.new()


@pytest.fixture
def tools(
    stocked: Path, tmp_path: Path, clock: Clock, ring: KeyRing
) -> Iterator[Tools]:
    """Return tools on a stocked database of this test's own."""
    path = tmp_path / "directory.sqlite"
    shutil.copyfile(stocked, path)
    made = tools_on(f"sqlite:///{path}", tmp_path, clock, ring)
    yield made
    made.engine.dispose()


@pytest.fixture
def app(dressed: Flask, tools: Tools) -> Flask:
    """Return the application on this test's database, clock and keys."""
    dressed.extensions[EXTENSION] = tools
    return dressed


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return a strict reader without cookies."""
    return Browser(app)


@pytest.fixture
def limited(tools: Tools) -> Iterator[Flask]:
    """Return an application that counts requests."""
    counting = tools.settings.model_copy(update={"rate_limits": "on"})
    yield wire(replace(tools, settings=counting))
    # The limiter is one for the process, and so is what it counted.
    guards.limiter.reset()


def wire(tools: Tools) -> Flask:
    """Return an application whose templates know every name that they use."""
    bare = Flask("directory", static_folder=None, template_folder=None)
    return dress(bare, tools, undefined=StrictHere)
