"""Everything that the seeds publish, as the index would take it."""

from __future__ import annotations

import shutil
from pathlib import Path

from directory.core.db import make_engine, make_sessions
from directory.search.ports import Content
from directory.search.queries import content
from tests.conftest import NOW


def seeded_content(seeded_file: Path, folder: Path) -> Content:
    """Return what is public of a copy of the seeds.

    Args:
        seeded_file: SQLite file with the seeds.
        folder: For the copy.
    """
    path = folder / "directory.sqlite"
    shutil.copyfile(seeded_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine, reading=True)() as session:
        found = content(session, today=NOW.date())
    engine.dispose()
    return found
