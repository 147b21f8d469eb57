"""Submissions come beside people and listings, and hold to what they promise."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, text

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of
from tests.migrations.test_0006_accounts import OFFICE, PERSON

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SUBMISSION = {
    "id": 1,
    "public_id": "s" * 32,
    "organization_id": 1,
    "listing_kind": "center",
    "slug": "invented-hospital",
    "kind": "change",
    "state": "draft",
    "revision": 1,
    "base": {},
    "typed": {},
    "typed_by": {},
    "made_at": NOW,
    "made_by": 1,
    "changed_at": NOW,
    "changed_by": 1,
}
OTHER = SUBMISSION | {"id": 2, "public_id": "t" * 32}
FIELD = {
    "submission_id": 1,
    "field": "capability.icu",
    "position": 1,
    "decision": "accepted",
    "verified": False,
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0006")
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["person"]), PERSON)
        connection.execute(insert(tables["organization"]), OFFICE)
    upgrade(engine, "0007")
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["submission"]), SUBMISSION)
        connection.execute(insert(tables["submission_field"]), FIELD)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("table", "row", "refusal"),
    [
        ("submission", OTHER, r"(?i)unique"),
        (
            "submission",
            OTHER | {"slug": "b", "state": "open", "proposed": {"a": 1}},
            "state_known",
        ),
        ("submission", OTHER | {"slug": "b", "revision": 0}, "revision_positive"),
        (
            "submission",
            OTHER | {"slug": "b", "state": "submitted"},
            "submitted_is_whole",
        ),
        (
            "submission",
            OTHER | {"slug": "b", "state": "published", "proposed": {"a": 1}},
            "published_has_version",
        ),
        (
            "submission_field",
            FIELD | {"field": "address", "decision": "rejected", "reason": ""},
            "refusal_has_reason",
        ),
        ("submission_field", FIELD, r"(?i)unique"),
    ],
)
def test_what_cannot_be_is_refused(engine, table, row, refusal):
    with (
        pytest.raises(Exception, match=refusal),
        engine.begin() as connection,
    ):
        connection.execute(insert(tables_of(connection)[table]), row)


def test_a_listing_may_have_another_draft_once_the_first_ended(engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE submission SET state = 'discarded'"))
        connection.execute(insert(tables_of(connection)["submission"]), OTHER)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM submission")) == 2


def test_going_back_takes_the_submissions_and_nothing_else(engine):
    downgrade(engine, "0006")

    assert "submission" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM person")) == PERSON["name"]
