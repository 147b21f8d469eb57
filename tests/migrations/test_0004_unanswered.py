"""Queries that found nothing come beside inquiries, and leave them as they were."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, inspect, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LINE = {"day": date(2026, 11, 22), "text": "car t moon", "times": 2}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0003")
    with engine.begin() as connection:
        connection.execute(
            insert(tables_of(connection)["consent_wording"]),
            {"digest": "d" * 64, "text": "words"},
        )
    upgrade(engine, "0004")
    yield engine
    engine.dispose()


def test_a_text_stands_once_a_day_and_was_typed_at_least_once(engine):
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["search_unanswered"]), LINE)

    for wrong in (LINE, LINE | {"text": "other", "times": 0}):
        with (
            pytest.raises(Exception, match=r"(?i)unique|times_positive"),
            engine.begin() as connection,
        ):
            connection.execute(
                insert(tables_of(connection)["search_unanswered"]), wrong
            )


def test_going_back_forgets_the_queries_and_nothing_else(engine):
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["search_unanswered"]), LINE)

    downgrade(engine, "0003")

    assert "search_unanswered" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT text FROM consent_wording")) == "words"
