"""A planted word must not be found anywhere in clear."""

from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import text

from directory.cases.actions import erasing
from directory.inquiries.actions.keeping import expire_drafts
from directory.inquiries.queries import tracked
from tests.inquiries.invented import CANARY, after, answered, as_program, sent

# What would give a person away, beside the free text.
TELLING = (CANARY, "immunomodulator", "fourth line", "anti-cd38")


def bytes_of(engine, tables=("inquiry", "consent", "inquiry_target", "audit_entry")):
    """Return everything that the database holds, as an intruder would find it."""
    if engine.dialect.name == "sqlite":
        folder = Path(engine.url.database).parent
        return b"".join(
            path.read_bytes() for path in sorted(folder.glob("directory.sqlite*"))
        )
    with engine.connect() as connection:
        rows = [
            bytes(value) if isinstance(value, memoryview) else value
            for table in (*tables, "outbox_promise", "outbox_change")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ]
    return b"\n".join(
        row if isinstance(row, bytes) else str(row).encode() for row in rows
    )


@pytest.mark.parametrize("word", TELLING)
def test_no_answer_stands_in_the_database(engine, visitor, keys, word):
    answered(visitor, keys)
    sent(visitor, keys, answered(visitor, keys))

    found = bytes_of(engine)
    # The reader reads: what is public stands there in clear.
    assert b"multiple myeloma" in found or b"east-invented" in found
    assert word.encode() not in found


def test_neither_code_nor_secret_stands_in_the_database(engine, visitor, keys):
    secret = answered(visitor, keys)
    given = sent(visitor, keys, secret)

    found = bytes_of(engine)
    assert secret.encode() not in found
    assert given.code.encode() not in found
    assert given.code.replace("-", "").encode() not in found


def test_nothing_sealed_is_left_after_erasing(engine, visitor, keys):
    given = sent(visitor, keys, answered(visitor, keys))
    inquiry = tracked(visitor.session, keys, given.code, now=visitor.now)
    sealed = visitor.session.execute(
        text("SELECT person, illness, wrapped_key, receipt_digest FROM inquiry")
    ).one()

    erasing.erase_as_patient(visitor, inquiry)
    answered(visitor, keys)
    visitor.session.commit()
    expire_drafts(after(as_program(visitor), days=31))
    visitor.session.commit()
    if engine.dialect.name == "sqlite":
        # The write-ahead log keeps old pages until it is folded into the file.
        outside = pysqlite3.connect(engine.url.database)
        outside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        outside.close()

    found = bytes_of(engine)
    for value in sealed:
        assert bytes(value) not in found
