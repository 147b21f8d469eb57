"""The composition root: the one place that knows every part."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from directory.adapters.clock import now
from directory.adapters.index_searcher import open_searcher
from directory.cli.main import run
from directory.cli.setup import require_schema
from directory.cli.wiring import Wiring
from directory.core.config import Settings, ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.jobs.background import Rounds
from directory.jobs.expiry import expire_drafts
from directory.jobs.indexing import IndexKeeper
from directory.jobs.unanswered import WRITE_EVERY_S, forget_old, write_unanswered
from directory.tools import Tools
from directory.web.setup import dress

DAILY = 86_400.0
"""Seconds between rounds of what is done once a day."""


def make_tools(settings: Settings) -> Tools:
    """Open the outside world as the settings say.

    Raises:
        SettingError: If the schema of the database is not this program's.
    """
    engine = make_engine(settings.database_url)
    require_schema(engine)
    reading = make_sessions(engine, reading=True)
    return Tools(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        reading=reading,
        clock=now,
        searcher=open_searcher(
            settings.index_folder, reading, now, settings.search_execution
        ),
        keys=KeyRing.parse(settings.encryption_keys)
        if settings.encryption_keys
        else None,
    )


def create_app(settings: Settings | None = None, tools: Tools | None = None) -> Flask:
    """Make the web application.

    Args:
        settings: As read at the start; from the environment if not given.
        tools: The outside world; opened as the settings say if not given.
    """
    settings = settings or ensure_secrets(load())
    return dress(
        Flask("directory", static_folder=None, template_folder=None),
        tools or make_tools(settings),
    )


def start_background(tools: Tools) -> Callable[[], None]:
    """Follow changes and do the daily rounds; return what stops both."""
    keeper = IndexKeeper(
        tools.settings.index_folder, tools.reading, tools.clock, tools.searcher
    )
    rounds = (
        Rounds("expiry", lambda: expire_drafts(tools), every=DAILY / 24),
        Rounds("forgetting", lambda: forget_old(tools), every=DAILY / 24),
        Rounds("unanswered", lambda: write_unanswered(tools), every=WRITE_EVERY_S),
    )
    keeper.start()
    for one in rounds:
        one.start()

    def stop() -> None:
        for one in rounds:
            one.stop()
        keeper.stop()

    return stop


def main() -> None:
    """Run the console script."""
    run(
        Wiring(
            settings=load,
            engine=lambda settings: make_engine(settings.database_url),
            tools=make_tools,
            app=create_app,
            background=start_background,
            clock=now,
        )
    )
