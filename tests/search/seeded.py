"""Everything that the seeds publish, as the index would take it."""

from __future__ import annotations

import shutil
from pathlib import Path

from directory.cli.seed import load_seed
from directory.core.actor import system
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.search.ports import Content
from directory.search.queries import content
from tests.conftest import NOW
from tests.search.lexicons import SEED


def seeded_content(sqlite_template: Path, folder: Path) -> Content:
    """Load the seeds into a database of their own, and return what is public.

    Args:
        sqlite_template: A file with the newest schema.
        folder: For the database.
    """
    path = folder / "directory.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine).begin() as session:
        load_seed(SEED, Work(session, system("seed"), NOW))
    with make_sessions(engine, reading=True)() as session:
        found = content(session, today=NOW.date())
    engine.dispose()
    return found
