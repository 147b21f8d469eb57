"""Listings come over what is known, and leave it as it was."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(
            insert(tables_of(connection)["source"]),
            {"id": 7, "url": "https://example.org/a"},
        )
    upgrade(engine, "0002")
    yield engine
    engine.dispose()


def add_listing(connection, state):
    connection.execute(
        insert(tables_of(connection)["listing"]),
        {"id": 1, "kind": "center", "slug": "a", "state": state, "added_at": NOW},
    )


def test_a_draft_cannot_have_a_version_that_readers_see(engine):
    with engine.begin() as connection:
        add_listing(connection, "draft")
        connection.execute(
            insert(tables_of(connection)["listing_version"]),
            {
                "listing_id": 1,
                "number": 1,
                "document": {},
                "digest": "0" * 64,
                "published_at": NOW,
                "authority": "test",
            },
        )

    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as c:
        c.execute(
            insert(tables_of(c)["listing_current"]),
            {"listing_id": 1, "state": "published", "number": 1},
        )


def test_going_back_keeps_the_sources(engine):
    with engine.begin() as connection:
        add_listing(connection, "published")

    downgrade(engine, "0001")

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM source")) == 7
