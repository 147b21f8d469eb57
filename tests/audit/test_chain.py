from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from directory.audit.actions import note_export, note_verdict, record
from directory.audit.model import Entry
from directory.audit.queries import Broken, Misfit, last_verified, verify
from directory.audit.rules import GENESIS, seal
from directory.core.actor import VISITOR
from directory.core.errors import RefusedError


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


def test_two_entries_that_changed_places_are_found(chain):
    third, fourth = chain.get(Entry, 3), chain.get(Entry, 4)
    kept = {
        name: (getattr(third, name), getattr(fourth, name))
        for name in ("actor", "event", "subject", "facts", "previous", "seal", "at")
    }
    # Each seal stands once, so one has to step aside first.
    chain.execute(
        update(Entry).where(Entry.seq == 3).values(seal="a" * 64, previous="b" * 64)
    )
    for seq, place in ((4, 0), (3, 1)):
        values = {name: pair[place] for name, pair in kept.items()}
        chain.execute(update(Entry).where(Entry.seq == seq).values(**values))
    chain.expire_all()

    assert verify(chain).broken == Broken(3, "thing.happened", Misfit.PREVIOUS)


def test_an_entry_put_in_between_is_found(chain):
    for seq in (7, 6, 5):
        chain.execute(update(Entry).where(Entry.seq == seq).values(seq=seq + 1))
    fourth = chain.get(Entry, 4)
    facts = {
        "seq": 5,
        "at": fourth.at,
        "actor": "somebody",
        "event": "thing.added",
    }
    made = seal(fourth.seal, subject="thing:5", facts={}, **facts)
    chain.execute(
        insert(Entry).values(
            **facts, subject="thing:5", facts={}, previous=fourth.seal[::-1], seal=made
        )
    )
    chain.expire_all()

    assert verify(chain).broken == Broken(5, "thing.added", Misfit.PREVIOUS)


def test_an_entry_put_in_with_a_right_seal_breaks_the_next(chain):
    for seq in (7, 6, 5):
        chain.execute(update(Entry).where(Entry.seq == seq).values(seq=seq + 1))
    fourth, sixth = chain.get(Entry, 4), chain.get(Entry, 6)
    facts = {
        "seq": 5,
        "at": fourth.at,
        "actor": "somebody",
        "event": "thing.added",
    }
    made = seal(fourth.seal, subject="thing:5", facts={}, **facts)
    chain.execute(update(Entry).where(Entry.seq == 6).values(previous="c" * 64))
    chain.execute(
        insert(Entry).values(
            **facts, subject="thing:5", facts={}, previous=fourth.seal, seal=made
        )
    )
    chain.expire_all()

    assert sixth is not None
    assert verify(chain).broken == Broken(6, "thing.happened", Misfit.PREVIOUS)


@pytest.mark.parametrize(
    ("tamper", "misfit"),
    [
        (update(Entry).where(Entry.seq == 4).values(facts={}), Misfit.CONTENT),
        (update(Entry).where(Entry.seq == 4).values(seal="f" * 64), Misfit.CONTENT),
        (
            update(Entry).where(Entry.seq == 4).values(previous="e" * 64),
            Misfit.PREVIOUS,
        ),
        (delete(Entry).where(Entry.seq == 3), Misfit.MISSING),
        (delete(Entry).where(Entry.seq < 4), Misfit.MISSING),
    ],
)
def test_what_does_not_fit_is_said(chain, tamper, misfit):
    chain.execute(tamper)
    chain.expire_all()

    assert verify(chain).broken == Broken(4, "thing.happened", misfit)


def test_the_last_walk_is_remembered(chain, work):
    assert last_verified(chain) is None

    note_verdict(work, verify(chain))

    found = last_verified(chain)
    assert found.facts["entries"] == 7
    assert found.facts["broken_at"] is None
    assert verify(chain).entries == 8


def test_only_administrators_have_it_walked_or_take_tables_along(chain, work):
    visitor = replace(work, actor=VISITOR)

    with pytest.raises(RefusedError):
        note_verdict(visitor, verify(chain))
    with pytest.raises(RefusedError):
        note_export(visitor, "people", 1)


def test_a_cut_tail_shows_in_the_count_and_the_head(chain):
    before = verify(chain)
    chain.execute(delete(Entry).where(Entry.seq == 7))
    chain.expire_all()

    after = verify(chain)
    assert after.broken_at is None
    assert (after.entries, after.head) != (before.entries, before.head)
