"""A case at a desk: everybody around it, in the database that pages read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from directory.core.actor import system
from directory.core.work import Work
from tests.cases.people import Cast, cast
from tests.web.desk import Desk


@contextmanager
def seated(desk: Desk) -> Iterator[Cast]:
    """Give an invented case and its people; nothing is locked while pages are read."""
    keys = desk.tools.keys
    assert keys is not None
    with desk.tools.sessions() as session:
        people = cast(Work(session, system("test"), desk.clock()), keys)
        desk.clock.now = people.patient.now
        session.commit()
        yield people
