"""From nothing to the ground, with a row in each table, and back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def grounded(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0001")
    yield engine
    engine.dispose()


def test_the_ground_takes_rows_and_refuses_wrong_ones(grounded):
    with grounded.begin() as connection:
        tables = tables_of(connection)
        connection.execute(
            insert(tables["outbox_change"]), {"subject": "center:a", "at": NOW}
        )
        connection.execute(
            insert(tables["source"]), {"url": "https://example.org/a", "kind": "news"}
        )

    with pytest.raises(Exception, match="url_is_web"), grounded.begin() as connection:
        connection.execute(insert(tables["source"]), {"url": "ftp://example.org/a"})
    with grounded.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM source")) == 1


def test_the_ground_can_be_taken_back_with_rows_in_it(grounded):
    with grounded.begin() as connection:
        connection.execute(
            insert(tables_of(connection)["source"]), {"url": "https://example.org/a"}
        )

    downgrade(grounded, "base")

    assert set(inspect(grounded).get_table_names()) <= {"alembic_version"}
