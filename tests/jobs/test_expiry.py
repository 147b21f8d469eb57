"""What was kept long enough is erased, and leaves nothing behind."""

from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select

from directory.cases.actions import erasing
from directory.core.actor import VISITOR, system
from directory.core.config import load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.inquiries.actions.keeping import BATCH
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import tracked
from directory.jobs.expiry import expire_drafts, fold_log
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.conftest import NOW
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore
from tests.inquiries.invented import answered, sent, stock


@pytest.fixture
def keys():
    return KeyRing.new()


@pytest.fixture
def tools(database_url, tmp_path, keys):
    """Return tools a month after everything happened."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        stock(Work(session, system("test"), NOW))
    yield Tools(
        settings=load({}, data=tmp_path, database_url=database_url),
        engine=engine,
        sessions=sessions,
        reading=make_sessions(engine, reading=True),
        clock=lambda: NOW + timedelta(days=31),
        searcher=cast("Searcher", None),
        keys=keys,
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )
    engine.dispose()


def test_more_drafts_than_one_batch_are_erased_in_one_round(tools, keys):
    with tools.sessions.begin() as session:
        for number in range(BATCH + 3):
            session.add(
                Inquiry(
                    id=f"{number:036}",
                    state="draft",
                    revision=1,
                    language="en",
                    draft_digest=number.to_bytes(32),
                    wrapped_key=b"key",
                    wrapped_by=keys.current,
                    made_at=NOW,
                    changed_at=NOW,
                    erase_after=NOW + timedelta(days=30),
                )
            )

    assert expire_drafts(tools) == BATCH + 3
    assert expire_drafts(tools) == 0
    with tools.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 0


def test_what_was_erased_is_in_no_file_after_the_round(tools, keys):
    if tools.engine.dialect.name != "sqlite":
        assert fold_log(tools.engine)
        return
    with tools.sessions() as session:
        work = Work(session, VISITOR, NOW)
        given = sent(work, keys, answered(work, keys))
        row = session.scalars(select(Inquiry)).one()
        sealed = [bytes(v) for v in (row.person, row.illness, row.wrapped_key) if v]
        erasing.erase_as_patient(work, tracked(session, keys, given.code, now=NOW))
        session.commit()
    folder = Path(tools.engine.url.database).parent

    def found():
        files = b"".join(path.read_bytes() for path in folder.glob("*.sqlite*"))
        return [value in files for value in sealed]

    assert any(found()), "the log should still hold old pages here"
    expire_drafts(tools)

    assert found() == [False, False, False]
