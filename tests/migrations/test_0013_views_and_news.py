"""Open views hang on inquiries that were there before, and go without them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, select

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
INQUIRY = {
    "id": "01900000-0000-7000-8000-000000000000",
    "state": "draft",
    "revision": 1,
    "language": "en",
    "draft_digest": b"d" * 32,
    "wrapped_key": b"wrapped",
    "wrapped_by": "k1",
    "made_at": NOW,
    "changed_at": NOW,
    "erase_after": NOW.replace(month=12),
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0012")
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["inquiry"]), [INQUIRY])
    upgrade(engine, "0013")
    yield engine
    engine.dispose()


def view(**changes):
    row = {
        "digest": b"v" * 32,
        "inquiry_id": INQUIRY["id"],
        "opened_at": NOW,
        "seen_at": NOW,
    }
    return row | changes


def test_a_view_opens_an_inquiry_that_was_there_before(engine):
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["inquiry_view"]), [view()])
        connection.execute(insert(tables["news_told"]), [{"whom": "x", "at": NOW}])

    with engine.connect() as connection:
        found = connection.execute(select(tables_of(connection)["inquiry_view"])).one()
    assert found.inquiry_id == INQUIRY["id"]


@pytest.mark.parametrize(
    "changes", [{"inquiry_id": "nobody"}, {"seen_at": NOW.replace(year=2025)}]
)
def test_a_view_of_nothing_or_of_no_time_is_refused(engine, changes):
    with pytest.raises(Exception, match=r"(?i)constraint"), engine.begin() as made:
        made.execute(insert(tables_of(made)["inquiry_view"]), [view(**changes)])


def test_going_back_keeps_the_inquiry(engine):
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["inquiry_view"]), [view()])

    downgrade(engine, "0012")

    with engine.connect() as connection:
        assert connection.execute(select(tables_of(connection)["inquiry"])).one()
        assert "inquiry_view" not in inspect(connection).get_table_names()
