"""A server of inquiries for tests that kill its workers.

Called with the URL of a stocked database, a folder, and a port; reads the ring
from ``ring`` in the folder.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from gunicorn.app.base import BaseApplication

from directory.adapters.clock import now
from directory.adapters.files_folder import FolderStore
from directory.core.config import load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.logs import configure
from directory.tools import Tools
from directory.web.setup import dress
from tests.fakes import FakeCleaner, MemoryMailer

if TYPE_CHECKING:
    from directory.search.ports import Searcher


class Server(BaseApplication):
    """Two workers, loaded before the fork so that a killed one is back at once.

    No connection is opened before the fork: the engine makes them when asked.
    """

    def __init__(self, app: Flask, port: int) -> None:
        self.application = app
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"127.0.0.1:{self.port}",
            "workers": 2,
            "threads": 4,
            "worker_class": "gthread",
            "preload_app": True,
            "errorlog": "/dev/null",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application


def main(url: str, folder: Path, port: int) -> None:
    """Serve until killed."""
    configure(readable=False)
    engine = make_engine(url)
    tools = Tools(
        settings=load(
            {},
            data=folder,
            database_url=url,
            secret_key="invented" * 8,
            rate_limits="off",
            # A flood of inquiries is meant here, and no fast machine stopped by it.
            inquiries_before_proof=100_000,
            inquiries_before_holding=100_000,
        ),
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=now,
        searcher=cast("Searcher", None),
        keys=KeyRing.parse((folder / "ring").read_text()),
        mailer=MemoryMailer(),
        files=FolderStore(folder / "files"),
        cleaner=FakeCleaner(),
    )
    app = dress(Flask("directory"), tools)
    warm(app)
    engine.dispose()
    Server(app, port).run()


def warm(app: Flask) -> None:
    """Compile templates before the fork: a worker here may live for half a second."""
    for page in ("check", "receipt", "lost"):
        app.jinja_env.get_template(f"inquiries/{page}.html")
    for path in ("/inquiries/new", "/inquiries/check"):
        app.test_client().get(path)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
