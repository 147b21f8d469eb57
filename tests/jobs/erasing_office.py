"""A directory with an inquiry about which everything was written, to be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import func, select

from directory.cases.actions import erasing
from directory.core.config import load
from directory.core.crypto import KeyRing
from directory.core.db import make_sessions
from directory.jobs import erasing as job
from directory.jobs.promises import keep_promises
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.cases.people import Cast
from tests.cases.people import cast as seat
from tests.cases.written import write_all
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore


@dataclass
class Office:
    """A directory with an inquiry about which everything was written."""

    people: Cast
    tools: Tools
    store: MemoryStore
    now: datetime = NOW

    def erase(self) -> None:
        """Erase the inquiry as its patient."""
        erasing.erase_as_patient(self.people.patient, self.people.inquiry)
        self.people.patient.session.commit()

    def round(self, **later: float) -> None:
        """Keep what is due, so much later."""
        self.now += timedelta(**later)
        keep_promises(self.tools, job.erasing_keepers(self.tools), chance=lambda: 0.5)

    def count(self, table: object) -> int:
        """Return how many rows there are."""
        with self.tools.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

    def in_area(self, area: str) -> list[str]:
        """Return what the store holds of an area."""
        return [key for key in self.store.objects if key.startswith(f"{area}/")]


@pytest.fixture
def office(work, engine, tmp_path):
    keys, store = KeyRing.new(), MemoryStore()
    people = seat(work, keys)
    write_all(people, store)
    made: list[Office] = []
    tools = Tools(
        settings=load(
            {}, data=tmp_path, secret_key="s" * 40, encryption_keys=keys.words
        ),
        engine=engine,
        sessions=make_sessions(engine),
        reading=make_sessions(engine, reading=True),
        clock=lambda: made[0].now,
        searcher=cast("Searcher", None),
        keys=keys,
        mailer=MemoryMailer(),
        files=store,
        cleaner=FakeCleaner(),
    )
    made.append(Office(people, tools, store, NOW + timedelta(hours=1)))
    return made[0]
