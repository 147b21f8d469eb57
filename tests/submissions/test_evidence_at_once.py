"""Several people add files to one draft at once; the number holds."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Actor, Role, system
from directory.core.crypto import KeyRing, new_key
from directory.core.db import make_sessions
from directory.core.sealed_files import put_sealed
from directory.core.work import Work
from directory.submissions.actions.evidence import attach_file
from directory.submissions.model import Evidence
from directory.submissions.rules.files import MOST_FILES, TooManyPiecesError
from tests.conftest import NOW
from tests.fakes import MemoryStore
from tests.submissions.cases import as_, changed, office_of, somebody, submit

AT_ONCE = 8


@pytest.mark.parametrize("room", [0, 1, 3])
def test_no_more_files_are_added_than_there_is_room_for(engine, room):
    sessions = make_sessions(engine)
    store, ring = MemoryStore(), KeyRing("k1", {"k1": new_key()}, new_key())

    def add(work: Work, draft: str) -> None:
        stored = put_sealed(store, ring, "evidence", [b"x"], most_bytes=1)
        attach_file(work, draft, "", "paper.pdf", "application/pdf", stored)

    with sessions.begin() as session:
        work = Work(session, system("test"), NOW)
        office = office_of(session, OrganizationKind.HOSPITAL)
        editor: Actor = somebody(session, Role.HOSPITAL_EDITOR, office)
        row = submit(as_(work, editor), None, changed(), by=editor)
        row.state = "draft"
        draft = row.public_id
        session.flush()
        for _ in range(MOST_FILES - room):
            add(replace(work, actor=editor), draft)
    ready = threading.Barrier(AT_ONCE)
    outcomes: list[str] = []

    def try_it() -> None:
        ready.wait()
        try:
            with sessions.begin() as session:
                add(Work(session, editor, NOW), draft)
        except TooManyPiecesError:
            outcomes.append("refused")
        else:
            outcomes.append("added")

    threads = [threading.Thread(target=try_it) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["added"] * room + ["refused"] * (AT_ONCE - room)
    with sessions() as session:
        query = select(func.count()).select_from(Evidence)
        assert session.scalar(query) == MOST_FILES
