"""What is written about a case comes beside it, and goes without it."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of
from tests.migrations.test_0006_accounts import PERSON
from tests.migrations.test_0009_cases import BEFORE, CASE, DOCUMENT, NOW, add

REFERRAL = {
    "id": "f" * 32,
    "case_id": CASE["id"],
    "center": "invented-hospital",
    "place": 1,
    "state": "accepted",
    "is_leading": False,
    "version": 1,
    "warnings": 0,
    "made_at": NOW,
    "lacks": [],
}
MESSAGE = {
    "id": "1" * 32,
    "case_id": CASE["id"],
    "referral_id": REFERRAL["id"],
    "side": "patient",
    "at": NOW,
    "sent_key": "k" * 32,
    "language": "ru",
    "body": b"sealed",
}
TASK = {
    "id": "2" * 32,
    "case_id": CASE["id"],
    "organization_id": 1,
    "kind": "own",
    "body": b"sealed",
    "made_by": 1,
    "made_at": NOW,
}
CALL = {
    "id": "3" * 32,
    "referral_id": REFERRAL["id"],
    "state": "offered",
    "version": 1,
    "slots": ["2026-12-01T08:00:00+00:00"],
    "minutes": 30,
    "has_interpreter": True,
    "made_by": 1,
    "made_at": NOW,
    "changed_at": NOW,
}
QUOTE = {
    "id": "4" * 32,
    "referral_id": REFERRAL["id"],
    "number": 1,
    "state": "sent",
    "currency": "CNY",
    "valid_until": (NOW + timedelta(days=30)).date(),
    "body": b"sealed",
    "made_by": 1,
    "made_at": NOW,
    "changed_at": NOW,
}
LETTER = {
    "id": "5" * 32,
    "referral_id": REFERRAL["id"],
    "number": 1,
    "body": b"sealed",
    "document_id": DOCUMENT["id"],
    "made_by": 1,
    "made_at": NOW,
}
FOLLOW_UP = {
    "id": "6" * 32,
    "referral_id": REFERRAL["id"],
    "kind": "own",
    "due_on": NOW.date(),
}
WRITTEN = {
    "case_message": MESSAGE,
    "case_task": TASK,
    "call": CALL,
    "quote": QUOTE,
    "invitation_letter": LETTER,
    "follow_up": FOLLOW_UP,
}


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0009")
    add(
        engine,
        person=PERSON,
        **BEFORE,
        care_case=CASE,
        referral=REFERRAL,
        inquiry_document=DOCUMENT,
    )
    upgrade(engine, "0010")
    yield engine
    engine.dispose()


def test_a_case_of_before_is_written_about(engine):
    add(engine, **WRITTEN)

    with engine.connect() as connection:
        tables = tables_of(connection)
        assert connection.execute(select(tables["care_case"])).one().id == CASE["id"]
        for name, row in WRITTEN.items():
            assert connection.execute(select(tables[name])).one().id == row["id"]


@pytest.mark.parametrize(
    ("table", "changes", "refusal"),
    [
        ("case_message", {"side": "directory"}, "side_known"),
        ("case_message", {"case_id": "x" * 32}, r"(?i)foreign key"),
        ("case_task", {"done_at": NOW}, "done_by_somebody"),
        ("call", {"state": "chosen"}, "chosen_is_known"),
        ("call", {"minutes": 1}, "minutes_sensible"),
        ("quote", {"number": 0}, "number_positive"),
        ("invitation_letter", {"document_id": "x" * 32}, r"(?i)foreign key"),
        ("follow_up", {"id": "short"}, "id_is_random"),
    ],
)
def test_what_cannot_be_is_refused(engine, table, changes, refusal):
    with pytest.raises(Exception, match=refusal):
        add(engine, **{table: WRITTEN[table] | changes})


def test_a_message_sent_twice_is_one(engine):
    add(engine, case_message=MESSAGE)

    with pytest.raises(Exception, match=r"(?i)unique"):
        add(engine, case_message=MESSAGE | {"id": "7" * 32})


def test_going_back_keeps_the_case(engine):
    add(engine, **WRITTEN)

    downgrade(engine, "0009")

    assert not set(inspect(engine).get_table_names()) & set(WRITTEN)
    with engine.connect() as connection:
        tables = tables_of(connection)
        for name in ("care_case", "referral", "inquiry_document", "consent"):
            assert connection.execute(select(tables[name])).one()
