"""Terms that were there before stand on the word of the seeds."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

TERM = {
    "id": 1,
    "kind": "city",
    "key": "beijing",
    "labels": {"en": "Beijing"},
    "broader": [],
    "near": [],
    "digest": "0" * 64,
    "changed_at": datetime(2026, 11, 22, 8, tzinfo=UTC),
}
SYNONYM = {
    "id": 1,
    "term_id": 1,
    "position": 0,
    "text": "Peking",
    "language": "en",
    "form": "name",
    "cautious": False,
    "whole": False,
    "also": False,
    "ordered": False,
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0007")
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["term"]), [TERM])
        connection.execute(insert(tables["synonym"]), [SYNONYM])
    upgrade(engine, "0008")
    yield engine
    engine.dispose()


def test_what_was_seeded_stands_on_the_seeds_word(engine):
    with engine.connect() as connection:
        tables = tables_of(connection)
        term = connection.execute(select(tables["term"])).one()
        synonym = connection.execute(select(tables["synonym"])).one()

    assert (term.key, term.labels, term.authority) == (
        "beijing",
        {"en": "Beijing"},
        "seed",
    )
    assert synonym.text == "Peking"


@pytest.mark.parametrize("said", ["''", "NULL"])
def test_nobodys_word_is_refused(engine, said):
    with pytest.raises(Exception, match=r"(?i)authority"), engine.begin() as connection:
        connection.execute(text(f"UPDATE term SET authority = {said}"))


def test_going_back_keeps_terms_and_spellings(engine):
    downgrade(engine, "0007")

    with engine.connect() as connection:
        tables = tables_of(connection)
        assert "authority" not in tables["term"].columns
        assert connection.execute(select(tables["term"].c.key)).scalars().all() == [
            "beijing"
        ]
        assert connection.execute(select(tables["synonym"].c.text)).scalars().all() == [
            "Peking"
        ]
