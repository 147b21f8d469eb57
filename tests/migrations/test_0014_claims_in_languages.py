"""Claims keep their words, their ids and who cites them, there and back."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from directory.core.db import make_engine
from directory.knowledge.rules.guide import ClaimDocument
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SOURCE = {"id": 3, "url": "https://example.org/paper", "kind": "journal"}
GUIDE = {
    "id": 5,
    "slug": "safety",
    "position": 1,
    "document": {},
    "digest": "d" * 64,
    "changed_at": NOW,
}


def claim(number, **changes):
    return {
        "id": number,
        "key": f"SC{number:03d}",
        "section": "safety",
        "claim": "Fever is common.",
        "verdict": "holds",
        "correction": None,
        "note": None,
        "basis": "unverified",
        "source_id": None,
        "checked_on": date(2026, 11, 22),
        "digest": "d" * 64,
        "changed_at": NOW,
    } | changes


CLAIMS = [
    claim(7),
    claim(
        11,
        verdict="wrong",
        correction="It is not.",
        note="Read twice.",
        basis="sourced",
        source_id=3,
    ),
]


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0013")
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(insert(tables["source"]), [SOURCE])
        connection.execute(insert(tables["guide"]), [GUIDE])
        connection.execute(insert(tables["claim"]), CLAIMS)
        connection.execute(
            insert(tables["guide_claim"]), [{"guide_id": 5, "claim_id": 11}]
        )
    upgrade(engine, "0014")
    yield engine
    engine.dispose()


def rows(engine, table):
    with engine.connect() as connection:
        found = tables_of(connection)[table]
        return connection.execute(select(found).order_by(*found.primary_key)).all()


def test_a_claim_becomes_a_document_that_can_be_read(engine):
    first, second = rows(engine, "claim")

    plain = ClaimDocument.model_validate(first.document)
    borne = ClaimDocument.model_validate(second.document)
    assert (plain.id, plain.claim) == ("SC007", {"en": "Fever is common."})
    assert borne.correction == {"en": "It is not."}
    assert borne.note == {"en": "Read twice."}
    assert borne.source.url == SOURCE["url"]
    assert (first.id, second.id) == (7, 11)


def test_who_cites_a_claim_still_does(engine):
    assert [tuple(row) for row in rows(engine, "guide_claim")] == [(5, 11)]


def test_another_claim_gets_an_id_of_its_own(engine):
    with engine.begin() as connection:
        table = tables_of(connection)["claim"]
        values = claim(12)
        for name in ("id", "claim", "correction", "note"):
            del values[name]
        connection.execute(insert(table), [values | {"document": {}}])

    assert {row.id for row in rows(engine, "claim")} > {7, 11}


def test_a_claim_without_its_document_is_refused(engine):
    values = claim(12)
    for name in ("claim", "correction", "note"):
        del values[name]

    with pytest.raises(Exception, match=r"(?i)null"), engine.begin() as connection:
        connection.execute(insert(tables_of(connection)["claim"]), [values])


def test_going_back_leaves_the_english_words(engine):
    downgrade(engine, "0013")

    first, second = rows(engine, "claim")
    assert (first.claim, first.correction) == ("Fever is common.", None)
    assert (second.correction, second.note) == ("It is not.", "Read twice.")
    assert [tuple(row) for row in rows(engine, "guide_claim")] == [(5, 11)]
