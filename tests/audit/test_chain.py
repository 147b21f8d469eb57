from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from directory.audit.actions import record
from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.audit.rules import GENESIS


@pytest.fixture
def chain(work):
    for n in range(1, 8):
        record(work, "thing.happened", f"thing:{n}", number=n, words="ü 医院")
    return work.session


def test_a_chain_that_nobody_touched_is_whole(chain):
    verdict = verify(chain)

    assert (verdict.entries, verdict.broken_at) == (7, None)
    assert verdict.head != GENESIS


def test_an_empty_chain_is_whole(session):
    assert verify(session).broken_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody:else"},
        {"event": "thing.undone"},
        {"subject": "thing:999"},
        {"facts": {"number": 4, "words": "other"}},
        {"seal": "f" * 64},
        {"previous": "e" * 64},
    ],
)
def test_a_changed_entry_is_found_and_named(chain, change: dict[str, Any]):
    chain.execute(update(Entry).where(Entry.seq == 4).values(**change))
    chain.expire_all()

    assert verify(chain).broken_at == 4


def test_a_moved_moment_is_found(chain, work):
    chain.execute(
        update(Entry)
        .where(Entry.seq == 3)
        .values(at=work.now + timedelta(microseconds=1))
    )
    chain.expire_all()

    assert verify(chain).broken_at == 3


def test_a_removed_entry_is_found_at_the_gap(chain):
    chain.execute(delete(Entry).where(Entry.seq == 5))
    chain.expire_all()

    assert verify(chain).broken_at == 6


def test_a_cut_tail_shows_in_the_count_and_the_head(chain):
    before = verify(chain)
    chain.execute(delete(Entry).where(Entry.seq == 7))
    chain.expire_all()

    after = verify(chain)
    assert after.broken_at is None
    assert (after.entries, after.head) != (before.entries, before.head)
