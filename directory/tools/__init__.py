"""What wiring hands to pages, jobs and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from directory.core.config import Settings
from directory.core.db import Session
from directory.core.links import Links
from directory.core.paper import NoPaper, Paper
from directory.search.rules.unanswered import Unanswered

if TYPE_CHECKING:
    from directory.core.calls import Caller
    from directory.core.crypto import KeyRing
    from directory.core.files import Cleaner, FileStore, Scanner
    from directory.outbox.ports import Mailer
    from directory.search.ports import Searcher


@dataclass(frozen=True, slots=True)
class Tools:
    """The outside world, chosen once.

    Args:
        settings: As read at the start.
        engine: The database.
        sessions: Sessions that may write; on SQLite they take the write lock.
        reading: Sessions that only read.
        clock: Returns the moment, aware and in UTC.
        searcher: Answers queries; safe to share between threads.
        keys: Keys for what people entrust to us; ``None`` where this process
            serves the public directory only.
        mailer: Takes mail.
        files: Keeps what people hand in, sealed.
        cleaner: Makes what people hand in anew.
        scanner: Looks for what is malicious; ``None`` where none is set up.
        caller: Tells programs of organizations; ``None`` where nobody is called.
        paper: Sets pages as PDF, where what sets type is installed.
        unanswered: Takes queries that found nothing, for a job to write down.
    """

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    clock: Callable[[], datetime]
    searcher: Searcher
    keys: KeyRing | None
    mailer: Mailer
    files: FileStore
    cleaner: Cleaner
    scanner: Scanner | None = None
    caller: Caller | None = None
    paper: Paper = field(default_factory=NoPaper)
    unanswered: Unanswered = field(default_factory=Unanswered)

    @property
    def links(self) -> Links:
        """Return what signs and reads links in mail."""
        return Links(self.settings.secret_key, self.settings.base_url)
