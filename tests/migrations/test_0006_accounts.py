"""Accounts come beside what is there, and hold to what they promise."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PERSON = {
    "id": 1,
    "public_id": "p" * 32,
    "email": "editor@example.org",
    "name": "Invented Editor",
    "language": "zh",
    "active": True,
    "added_at": NOW,
    "fs_uniquifier": "u" * 32,
}
OFFICE = {
    "id": 1,
    "public_id": "o" * 32,
    "kind": "hospital",
    "name": "Invented Hospital",
    "domains": ["example.org"],
    "is_invented": True,
    "added_at": NOW,
}
MEMBER = {
    "person_id": 1,
    "organization_id": 1,
    "role": "hospital-editor",
    "since": NOW,
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0005")
    with engine.begin() as connection:
        connection.execute(
            insert(tables_of(connection)["search_unanswered"]),
            {"day": NOW.date(), "text": "car t moon", "times": 2},
        )
    upgrade(engine, "0006")
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["person"]), PERSON)
        connection.execute(insert(tables["organization"]), OFFICE)
        connection.execute(insert(tables["membership"]), MEMBER)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("table", "row", "refusal"),
    [
        (
            "person",
            PERSON | {"id": 2, "public_id": "q" * 32, "fs_uniquifier": "v" * 32},
            r"(?i)unique",
        ),
        (
            "person",
            PERSON
            | {
                "id": 2,
                "public_id": "q" * 32,
                "fs_uniquifier": "v" * 32,
                "email": "Editor@Example.org",
            },
            "email_folded",
        ),
        ("organization", OFFICE | {"id": 2, "kind": "bank"}, "kind_known"),
        ("membership", MEMBER, r"(?i)unique"),
        ("membership", MEMBER | {"role": "visitor"}, "role_known"),
        ("membership", MEMBER | {"person_id": 7}, r"(?i)foreign key"),
    ],
)
def test_what_cannot_be_is_refused(engine, table, row, refusal):
    with (
        pytest.raises(Exception, match=refusal),
        engine.begin() as connection,
    ):
        connection.execute(insert(tables_of(connection)[table]), row)


def test_going_back_takes_the_accounts_and_nothing_else(engine):
    downgrade(engine, "0005")

    assert "person" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        said = connection.scalar(text("SELECT text FROM search_unanswered"))
    assert said == "car t moon"
