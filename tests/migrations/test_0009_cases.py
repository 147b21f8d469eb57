"""Cases hang on inquiries that were there before, and go without them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, inspect, select, update

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
INQUIRY = {
    "id": "01990000-0000-7000-8000-000000000001",
    "state": "received",
    "revision": 3,
    "language": "ru",
    "receipt_digest": b"r" * 32,
    "wrapped_key": b"wrapped",
    "wrapped_by": "k1",
    "person": b"sealed",
    "illness": b"sealed",
    "made_at": NOW,
    "changed_at": NOW,
    "sent_at": NOW,
    "erase_after": NOW + timedelta(days=180),
}
TARGET = {
    "inquiry_id": INQUIRY["id"],
    "place": 1,
    "kind": "center",
    "slug": "invented-hospital",
}
WORDING = {"digest": "f" * 64, "text": "I agree."}
CONSENT = {
    "inquiry_id": INQUIRY["id"],
    "place": 1,
    "purpose": "health-data",
    "version": "2026-11",
    "locale": "ru",
    "wording_digest": WORDING["digest"],
    "given_at": NOW,
}
OFFICE = {
    "id": 1,
    "public_id": "o" * 32,
    "kind": "directory",
    "name": "Invented Office",
    "domains": [],
    "is_invented": True,
    "added_at": NOW,
}
CASE = {
    "id": "c" * 32,
    "inquiry_id": INQUIRY["id"],
    "reference": "ABCD-EFGH",
    "organization_id": 1,
    "step": 1,
    "state": "waiting-for-facilitator",
    "due_at": NOW + timedelta(days=2),
    "warnings": 0,
    "version": 1,
    "opened_at": NOW,
    "step_since": NOW,
    "is_invented": False,
}
DOCUMENT = {
    "id": "d" * 32,
    "inquiry_id": INQUIRY["id"],
    "kind": "record",
    "side": "patient",
    "state": "arriving",
    "name": b"sealed",
    "size_bytes": 10,
    "received_bytes": 4,
    "is_deidentified": False,
    "made_at": NOW,
    "changed_at": NOW,
}
PART = {
    "document_id": DOCUMENT["id"],
    "begins_at": 0,
    "size_bytes": 4,
    "file_key": "documents/" + "e" * 32,
    "wrapped_key": b"wrapped",
    "wrapped_by": "k1",
}
BEFORE: Mapping[str, Mapping[str, object]] = {
    "organization": OFFICE,
    "inquiry": INQUIRY,
    "inquiry_target": TARGET,
    "consent_wording": WORDING,
    "consent": CONSENT,
}


def add(engine, **rows):
    with engine.begin() as connection:
        tables = tables_of(connection)
        for name, row in rows.items():
            connection.execute(insert(tables[name]), [row])


def aware(value):
    """Return a moment as it was given; what is read plainly of SQLite has no zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def kept(engine, names):
    """Return the one row of each table, as far as it was given."""
    with engine.connect() as connection:
        tables = tables_of(connection)
        return {
            name: {
                column: aware(value)
                for column, value in connection.execute(select(tables[name]))
                .mappings()
                .one()
                .items()
                if column in BEFORE[name]
            }
            for name in names
        }


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0008")
    add(engine, **BEFORE)
    upgrade(engine, "0009")
    yield engine
    engine.dispose()


def test_inquiries_and_what_hangs_on_them_are_kept(engine):
    assert kept(engine, BEFORE) == BEFORE

    with engine.connect() as connection:
        found = connection.execute(select(tables_of(connection)["inquiry"])).one()
    assert found.email_confirmed_at is None


def test_the_new_column_keeps_a_moment(engine):
    with engine.begin() as connection:
        inquiry = tables_of(connection)["inquiry"]
        connection.execute(update(inquiry).values(email_confirmed_at=NOW))
        confirmed = connection.scalar(select(inquiry.c.email_confirmed_at))

    assert aware(confirmed) == NOW


def test_an_inquiry_of_before_can_have_one_case(engine):
    add(engine, care_case=CASE, inquiry_document=DOCUMENT, inquiry_document_part=PART)

    with pytest.raises(Exception, match=r"(?i)unique"):
        add(engine, care_case=CASE | {"id": "a" * 32, "reference": "ABCD-EFGJ"})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"due_at": None}, "open_is_due"),
        ({"organization_id": None}, r"(?i)null"),
        ({"organization_id": 7}, r"(?i)foreign key"),
        ({"inquiry_id": "nobody"}, r"(?i)foreign key"),
        ({"step": 10}, "step_known"),
        ({"state": "closed", "due_at": None, "closed_at": NOW}, "closed_has_a_code"),
        ({"state": "paused"}, "paused_has_a_reason"),
        ({"closing": "bored", "state": "closed", "due_at": None}, "closing"),
    ],
)
def test_no_case_is_without_owner_deadline_or_code(engine, changes, refusal):
    with pytest.raises(Exception, match=refusal):
        add(engine, care_case=CASE | changes)


def test_a_document_is_never_half_kept(engine):
    with pytest.raises(Exception, match="kept_is_whole"):
        add(engine, inquiry_document=DOCUMENT | {"state": "kept"})


def test_going_back_takes_cases_and_keeps_inquiries(engine):
    add(engine, care_case=CASE, inquiry_document=DOCUMENT, inquiry_document_part=PART)

    downgrade(engine, "0008")

    assert kept(engine, BEFORE) == BEFORE
    names = set(inspect(engine).get_table_names())
    assert not names & {"care_case", "referral", "inquiry_document", "case_look"}
    with engine.connect() as connection:
        assert "email_confirmed_at" not in tables_of(connection)["inquiry"].columns
