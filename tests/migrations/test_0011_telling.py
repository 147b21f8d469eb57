"""Addresses that are told of news come beside cases, and go without them."""

import pytest
from sqlalchemy import delete, func, inspect, select

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of
from tests.migrations.test_0006_accounts import PERSON
from tests.migrations.test_0009_cases import BEFORE, CASE, NOW, add

LISTING = {
    "id": 1,
    "kind": "facilitator",
    "slug": "invented-facilitator",
    "state": "published",
    "added_at": NOW,
}
WEBHOOK = {
    "id": "8" * 32,
    "organization_id": 1,
    "url": "https://hooks.example.org/news",
    "wrapped_secret": b"wrapped",
    "wrapped_by": "k1",
    "made_by": 1,
    "made_at": NOW,
}
DELIVERY = {
    "id": 1,
    "webhook_id": WEBHOOK["id"],
    "event_id": "e1",
    "kind": "case.opened",
    "attempt": 1,
    "at": NOW,
    "status": 204,
}
CARD = {
    "id": 1,
    "listing_id": 1,
    "version": 1,
    "paid_by": ["patient"],
    "contracts": [],
    "has_no_contracts": True,
    "words": {},
    "stated_by": 1,
    "organization_id": 1,
    "stated_at": NOW,
}
SEEN = {"person_id": 1, "organization_id": 1, "seen_at": NOW}
TOLD = {
    "webhook": WEBHOOK,
    "webhook_delivery": DELIVERY,
    "interest_card": CARD,
    "news_seen": SEEN,
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0010")
    add(engine, person=PERSON, listing=LISTING, **BEFORE, care_case=CASE)
    upgrade(engine, "0011")
    yield engine
    engine.dispose()


def test_organizations_and_listings_of_before_are_told_of(engine):
    add(engine, **TOLD)

    with engine.connect() as connection:
        tables = tables_of(connection)
        for name in (*TOLD, "care_case", "listing"):
            assert connection.execute(select(tables[name])).one()


@pytest.mark.parametrize(
    ("table", "changes", "refusal"),
    [
        ("webhook", {"organization_id": 7}, r"(?i)foreign key"),
        ("webhook", {"wrapped_secret": None}, r"(?i)null"),
        ("interest_card", {"version": 0}, "version_positive"),
        ("interest_card", {"listing_id": 7}, r"(?i)foreign key"),
        ("news_seen", {"person_id": 7}, r"(?i)foreign key"),
    ],
)
def test_what_cannot_be_is_refused(engine, table, changes, refusal):
    with pytest.raises(Exception, match=refusal):
        add(engine, **{table: TOLD[table] | changes})


def test_what_was_delivered_goes_with_its_address(engine):
    add(engine, **TOLD)

    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(delete(tables["webhook"]))
        left = connection.scalar(
            select(func.count()).select_from(tables["webhook_delivery"])
        )
    assert left == 0


def test_going_back_keeps_cases_and_listings(engine):
    add(engine, **TOLD)

    downgrade(engine, "0010")

    assert not set(inspect(engine).get_table_names()) & set(TOLD)
    with engine.connect() as connection:
        tables = tables_of(connection)
        assert connection.execute(select(tables["care_case"])).one().id == CASE["id"]
        assert connection.execute(select(tables["listing"])).one().id == 1
