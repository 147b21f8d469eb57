import threading
from datetime import UTC, datetime

import pysqlite3
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from directory.core.actor import system
from directory.core.db import make_engine, make_sessions
from directory.core.errors import RefusedError, SettingError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox.model import Promise


def test_sqlite_runs_as_the_decision_says(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/d.sqlite3")

    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "trusted_schema",
                "secure_delete",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
    }


def test_what_was_to_be_written_is_in_no_error(engine):
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:word)"), {"word": "zq-1"})

    assert "zq-1" not in str(caught.value)


def test_a_commit_that_fails_gives_back_the_lock_on_writing(tmp_path, monkeypatch):
    engine = make_engine(f"sqlite:///{tmp_path}/full.sqlite3")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id INTEGER)")

    def refuse(_connection):
        raise pysqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "do_commit", refuse)
        session = make_sessions(engine)()
        session.execute(text("INSERT INTO kept VALUES (1)"))
        with pytest.raises(DBAPIError):
            session.commit()
        session.close()

    other = pysqlite3.connect(tmp_path / "full.sqlite3", timeout=0)
    other.execute("BEGIN IMMEDIATE")
    assert other.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    other.close()


def test_what_is_kept_is_for_its_owner_alone(tmp_path):
    tmp_path.chmod(0o755)
    engine = make_engine(f"sqlite:///{tmp_path}/kept.sqlite3")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (id INTEGER)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == {
        "kept.sqlite3": 0o600,
        "kept.sqlite3-wal": 0o600,
        "kept.sqlite3-shm": 0o600,
    }


def test_another_database_is_refused_by_name():
    with pytest.raises(SettingError, match="DIRECTORY_DATABASE_URL"):
        make_engine("mysql://localhost/x")


def test_writers_that_read_first_all_succeed(engine):
    """Eight threads count up together; with deferred transactions most would fail."""
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("CREATE TABLE tally (n integer)"))
        else:
            session.execute(text("CREATE TABLE tally (n integer)"))
        session.execute(text("INSERT INTO tally VALUES (0)"))
    failures: list[Exception] = []

    def count() -> None:
        for _ in range(10):
            try:
                with sessions.begin() as session:
                    n = session.scalar(
                        text(
                            "SELECT n FROM tally"
                            + (
                                " FOR UPDATE"
                                if engine.dialect.name == "postgresql"
                                else ""
                            )
                        )
                    )
                    session.execute(text("UPDATE tally SET n = :n"), {"n": n + 1})
            except Exception as error:  # noqa: BLE001
                failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sessions() as session:
        assert not failures
        assert session.scalar(text("SELECT n FROM tally")) == 80


def test_a_reader_is_not_held_up_by_a_writer(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/d.sqlite3")
    writing, reading = make_sessions(engine), make_sessions(engine, reading=True)
    with writing.begin() as session:
        session.execute(text("CREATE TABLE t (n integer)"))

    with writing.begin() as writer:
        writer.execute(text("INSERT INTO t VALUES (1)"))
        with reading() as reader:
            seen = reader.scalar(text("SELECT count(*) FROM t"))

    assert seen == 0


def test_a_moment_comes_back_aware_and_in_utc(session):
    moment = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
    session.add(Promise(kind="k", payload={}, made_at=moment, due_at=moment))
    session.flush()
    session.expire_all()

    assert session.scalar(select(Promise.made_at)) == moment


def test_a_naive_moment_is_refused(session):
    naive = datetime(2026, 11, 22, 8)  # noqa: DTZ001
    session.add(Promise(kind="k", payload={}, made_at=naive, due_at=naive))

    with pytest.raises(Exception, match="time zone"):
        session.flush()


def test_work_refuses_what_nobody_granted(session):
    work = Work(session, system("test"), datetime.now(UTC))
    stranger = Work(session, system("test").__class__("nobody"), work.now)

    work.require(Permission.EXPIRE)
    with pytest.raises(RefusedError) as caught:
        stranger.require(Permission.EXPIRE)
    assert caught.value.facts["permission"] == "inquiry.expire"
