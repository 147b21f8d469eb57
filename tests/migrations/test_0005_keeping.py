"""Promises learn how they are kept, and those that were made stay promised."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, insert, inspect, select, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PROMISE = {
    "kind": "mail.test",
    "payload": {"person": "a"},
    "made_at": NOW,
    "due_at": NOW,
    "tries": 0,
}


def tables_of(bind):
    """Return the tables as they are in the database, whatever the models say."""
    metadata = MetaData()
    metadata.reflect(bind)
    return metadata.tables


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0004")
    with engine.begin() as connection:
        table = tables_of(connection)["outbox_promise"]
        connection.execute(insert(table), [{"id": 1, **PROMISE}])
    upgrade(engine, "0005")
    yield engine
    engine.dispose()


def test_what_was_promised_is_still_to_be_kept(engine):
    with engine.connect() as connection:
        table = tables_of(connection)["outbox_promise"]
        row = connection.execute(select(table)).one()

    assert (row.id, row.kind, row.payload) == (1, "mail.test", {"person": "a"})
    assert (row.faults, row.worker, row.given_up_at) == (0, None, None)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("tries = -1", "tries_not_negative"),
        ("faults = -1", "faults_not_negative"),
        ("worker = 'w'", "lease_is_whole"),
        ("kept_at = made_at, given_up_at = made_at", "kept_or_given_up"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused(engine, change, check):
    with pytest.raises(Exception, match=check), engine.begin() as connection:
        connection.execute(text(f"UPDATE outbox_promise SET {change}"))


def test_an_address_is_dead_by_a_code(engine):
    row = {"digest": "d" * 64, "code": "", "refused_at": NOW}
    with pytest.raises(Exception, match="code_given"), engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["outbox_dead_address"]), row)


def test_going_back_keeps_what_was_promised(engine):
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox_promise SET given_up_at = made_at, failure = 'x'")
        )

    downgrade(engine, "0004")

    assert "outbox_dead_address" not in inspect(engine).get_table_names()
    columns = {
        column["name"] for column in inspect(engine).get_columns("outbox_promise")
    }
    assert columns.isdisjoint({"faults", "worker", "given_up_at", "target", "about"})
    with (
        pytest.raises(Exception, match="tries_not_negative"),
        engine.begin() as connection,
    ):
        connection.execute(text("UPDATE outbox_promise SET tries = -1"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT kind FROM outbox_promise")) == "mail.test"
