"""A directory that serves from this process, so that a test can move its clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from directory.adapters.cleaning import ChildCleaner
from directory.adapters.index_searcher import open_searcher
from directory.app import start_background
from directory.cli.demo import LISTING
from directory.cli.index import rebuild_if_needed
from directory.cli.seed_files import read
from directory.core.actor import Role, system
from directory.core.config import Settings
from directory.core.work import Work
from directory.listings.actions import publish
from directory.tools import Tools
from directory.web.setup import dress
from tests.fakes import MemoryMailer
from tests.journeys.conftest import free_port
from tests.web.desk import Clock
from tests.web.making import make_settings, make_tools
from tests.web.people import sign_in


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line."""


@dataclass
class Living:
    """A directory in this process, on the loopback address.

    Args:
        app: The application.
        tools: What it was wired with.
        clock: Moved by the test; jobs and pages read the same one.
        url: Where it serves.
    """

    app: Flask
    tools: Tools
    clock: Clock
    url: str

    def add_invented(self) -> None:
        """Publish the invented listings of the demonstration."""
        folder = Settings.folder("seed") / "demo" / "listings"
        with self.tools.sessions.begin() as session:
            work = Work(session, system("test"), self.clock())
            for file in sorted(folder.glob("*.yaml")):
                publish(work, LISTING.validate_python(read(file)), authority="test")

    def seat(self, *roles: Role, **more: Any) -> list[Any]:
        """Return the cookies of somebody who is signed in, for a browser."""
        at = sign_in(self.app, *roles, at=self.clock.now, **more)
        kept = at.client.get_cookie("session")
        assert kept is not None
        return [{"name": "session", "value": kept.value, "url": self.url}]

    @property
    def mailer(self) -> MemoryMailer:
        """Return what its letters were handed to."""
        assert isinstance(self.tools.mailer, MemoryMailer)
        return self.tools.mailer


@contextmanager
def living(folder: Path, seeded_file: Path) -> Iterator[Living]:
    """Serve a copy of the seeds, with its jobs, until the test is over."""
    clock = Clock()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = make_settings(folder, seeded_file, base_url=url)
    tools = replace(make_tools(settings, None), clock=clock)
    rebuild_if_needed(settings, tools.engine, clock)
    searcher = open_searcher(
        settings.index_folder, tools.reading, clock, settings.search_execution
    )
    tools = replace(tools, searcher=searcher, cleaner=ChildCleaner())
    app = dress(Flask("directory", static_folder=None), tools)
    server = make_server(
        "127.0.0.1",
        port,
        app,
        threaded=True,
        request_handler=Quiet,
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    stop = start_background(tools)
    thread.start()
    try:
        yield Living(app, tools, clock, url)
    finally:
        server.shutdown()
        thread.join(5)
        stop()
        tools.engine.dispose()
