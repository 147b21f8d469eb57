"""Words and rates have their tables, and go without harm to what stood before."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.conftest import NOW
from tests.migrations.tables import tables_of

KEPT = {"document": {}, "digest": "d" * 64, "changed_at": NOW}
RATE = {"currency": "USD", "as_of": "2025-12-09"} | KEPT


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0014")
    guide = {"slug": "safety", "position": 1} | KEPT
    with engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["guide"]), [guide])
    upgrade(engine, "0015")
    yield engine
    engine.dispose()


def test_a_word_has_one_meaning_and_a_day_one_rate(engine):
    for table, row in (
        ("glossary_term", {"key": "crs"} | KEPT),
        ("exchange_rate", RATE),
    ):
        with engine.begin() as connection:
            connection.execute(insert(tables_of(connection)[table]), [row])

        with engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(insert(tables_of(connection)[table]), [row])


def test_both_go_and_guides_stay(engine):
    downgrade(engine, "0014")

    names = set(inspect(engine).get_table_names())
    assert not names & {"glossary_term", "exchange_rate"}
    with engine.connect() as connection:
        guides = connection.execute(select(tables_of(connection)["guide"])).all()
    assert len(guides) == 1
