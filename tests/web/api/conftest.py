"""What tests of the API may ask for besides the application."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.core.db import make_engine, make_sessions
from directory.listings.queries import facilitator_pages
from tests.conftest import NOW
from tests.web.making import make_app, seeded_file

__all__ = ["make_app", "seeded_facilitators", "seeded_file"]


@pytest.fixture(scope="session")
def seeded_facilitators(seeded_file: Path) -> list[str]:
    """Return the slug of every facilitator that is seeded."""
    engine = make_engine(f"sqlite:///{seeded_file}")
    with make_sessions(engine, reading=True)() as session:
        found = [page.slug for page in facilitator_pages(session, today=NOW.date())]
    engine.dispose()
    return found
