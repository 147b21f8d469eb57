"""A directory that can be asked, its pages, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from jinja2 import ChainableUndefined

from directory.core.actor import system
from directory.core.config import Settings, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.search.ports import Searcher
from directory.tools import Tools
from directory.web.setup import dress
from tests.browser import Browser
from tests.conftest import NOW
from tests.inquiries.invented import stock


@dataclass
class Clock:
    """Says the time that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


MakeApp = Callable[..., Flask]


@pytest.fixture
def clock() -> Clock:
    """Return the clock of this test's directory."""
    return Clock()


@pytest.fixture
def make_app(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[MakeApp]:
    """Return a maker of applications on one stocked database."""
    engine = make_engine(sqlite_url)
    with make_sessions(engine).begin() as session:
        stock(Work(session, system("test"), NOW))
    ring = KeyRing.new()

    def make(*, has_keys: bool = True, **given: object) -> Flask:
        settings: Settings = load(
            {},
            data=tmp_path,
            database_url=sqlite_url,
            secret_key="invented" * 8,
            **{"rate_limits": "off", **given},
        )
        tools = Tools(
            settings=settings,
            engine=engine,
            sessions=make_sessions(engine),
            reading=make_sessions(engine, reading=True),
            clock=clock,
            searcher=cast("Searcher", None),
            keys=ring if has_keys else None,
        )
        return dress(Flask("directory"), tools, undefined=ChainableUndefined)

    yield make
    engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Return an application that takes inquiries."""
    return make_app()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return a strict reader without cookies."""
    return Browser(app)
