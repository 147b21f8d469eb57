"""Inquiries come over listings, and leave them as they were."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DRAFT = {
    "id": "01990000-0000-7000-8000-000000000001",
    "state": "draft",
    "revision": 1,
    "language": "en",
    "draft_digest": b"d" * 32,
    "wrapped_key": b"w",
    "wrapped_by": "k1",
    "made_at": NOW,
    "changed_at": NOW,
    "erase_after": NOW + timedelta(days=30),
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0002")
    with engine.begin() as connection:
        connection.execute(
            insert(tables_of(connection)["listing"]),
            {
                "id": 1,
                "kind": "center",
                "slug": "a",
                "state": "published",
                "added_at": NOW,
            },
        )
    upgrade(engine, "0003")
    yield engine
    engine.dispose()


def test_a_draft_is_kept_and_what_is_half_sent_is_refused(engine):
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["inquiry"]), DRAFT)

    with pytest.raises(Exception, match="sent_is_whole"), engine.begin() as connection:
        connection.execute(text("UPDATE inquiry SET state = 'received'"))


def test_going_back_keeps_the_listings(engine):
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["inquiry"]), DRAFT)

    downgrade(engine, "0002")

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT slug FROM listing")) == "a"
