"""What the composition root hands to the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from directory.core.actor import system
from directory.core.config import Settings
from directory.core.db import make_sessions
from directory.core.files import FileStore
from directory.core.work import Work

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from directory.tools import Tools


@dataclass(frozen=True, slots=True)
class Wiring:
    """Ways to make the parts that commands need, each only when asked for.

    Args:
        settings: Reads the settings.
        engine: Opens the database.
        files: Makes the store of files; nothing is asked of it yet.
        tools: Makes everything that pages and jobs are given; refuses a
            database whose schema is not this program's.
        app: Makes the web application.
        background: Starts the threads that follow changes and keep promises;
            returns what stops them.
        clock: Returns the moment.
    """

    settings: Callable[[], Settings]
    engine: Callable[[Settings], Engine]
    files: Callable[[Settings], FileStore]
    tools: Callable[[Settings], Tools]
    app: Callable[[Settings, Tools], WSGIApplication]
    background: Callable[[Tools], Callable[[], None]]
    clock: Callable[[], datetime]

    @contextmanager
    def work(self, engine: Engine, part: str) -> Iterator[Work]:
        """Give one unit of work to a command and commit it at the end."""
        retention = self.settings().retention
        with make_sessions(engine, retention=retention).begin() as session:
            yield Work(session, system(part), self.clock())
