import threading

import pytest
from sqlalchemy import func, select, update

from directory.audit.model import Entry
from directory.cases.actions import erasing
from directory.core.actor import VISITOR
from directory.core.crypto import (
    KeyMissingError,
    KeyRing,
    SealBrokenError,
    new_key,
)
from directory.core.db import make_sessions
from directory.core.errors import RefusedError
from directory.core.work import Work
from directory.inquiries.actions import following
from directory.inquiries.actions.keeping import expire_drafts, rewrap
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import UnknownCodeError, draft, keys_in_use, tracked
from tests.inquiries.invented import (
    DAUGHTER,
    MYELOMA,
    after,
    answered,
    as_program,
    sent,
)


def rotated(keys):
    return keys.with_key("k2", new_key()).led_by("k2")


def test_only_what_is_past_its_time_is_erased(visitor, keys):
    answered(visitor, keys)
    given = sent(visitor, keys, answered(visitor, keys))
    program = as_program(visitor)

    assert expire_drafts(after(program, days=29.9)) == 0
    assert expire_drafts(after(program, days=30)) == 1
    assert tracked(visitor.session, keys, given.code, now=visitor.now)
    assert erasing.expire(after(program, days=730)) == 0
    assert erasing.expire(after(program, days=730.1)) == 1
    assert erasing.expire(after(program, days=999)) == 0
    assert expire_drafts(after(program, days=999)) == 0
    assert visitor.session.scalars(select(Inquiry.state)).all() == ["erased"]
    facts = visitor.session.execute(
        select(Entry.event, Entry.facts).order_by(Entry.seq.desc()).limit(2)
    ).all()
    assert [tuple(fact) for fact in facts] == [
        ("inquiry.erased", {"reason": "expired"}),
        ("drafts.erased", {"count": 1}),
    ]


def test_old_inquiries_are_erased_in_batches(visitor, keys):
    for _ in range(5):
        answered(visitor, keys)
    program = after(as_program(visitor), days=31)

    assert [expire_drafts(program, at_most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_erasing_and_renewing_are_the_programs_own(visitor, keys):
    for erase in (expire_drafts, erasing.expire):
        with pytest.raises(RefusedError):
            erase(visitor)
    with pytest.raises(RefusedError):
        erasing.erase_again(visitor, [])
    with pytest.raises(RefusedError):
        rewrap(visitor, keys)


def test_rotation_wraps_every_data_key_anew_and_loses_no_answer(visitor, keys):
    secrets = [answered(visitor, keys) for _ in range(5)]
    given = sent(visitor, keys, secrets[0])
    ring = rotated(keys)
    program = as_program(visitor)

    assert keys_in_use(visitor.session) == {"k1": 5}
    assert [rewrap(program, ring, at_most=2) for _ in range(4)] == [2, 2, 1, 0]

    assert keys_in_use(visitor.session) == {"k2": 5}
    alone = ring.without("k1")
    for secret in secrets:
        found = draft(visitor.session, alone, secret, now=visitor.now)
        assert found.person == DAUGHTER
    # The code was given before the rotation and still opens the inquiry.
    inquiry = tracked(visitor.session, alone, given.code, now=visitor.now)
    assert following.open_answers(visitor, alone, inquiry).illness == MYELOMA
    with pytest.raises(KeyMissingError):
        draft(visitor.session, keys, secrets[1], now=visitor.now)


@pytest.mark.usefixtures("secret")
def test_rotation_without_the_old_key_changes_nothing(visitor, keys):
    alone = rotated(keys).without("k1")

    with pytest.raises(KeyMissingError):
        rewrap(as_program(visitor), alone)

    visitor.session.rollback()
    assert keys_in_use(visitor.session) == {"k1": 1}


def until(stop, act):
    """Start a thread that does something again and again; return it and its faults."""
    faults: list[BaseException] = []

    def run() -> None:
        while not stop.is_set() and not faults:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 (looked at by the test)
                faults.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, faults


def test_rotation_while_people_read_and_write_fails_nobody(engine, visitor, keys):
    secrets = [answered(visitor, keys) for _ in range(12)]
    ring = rotated(keys)
    sessions = make_sessions(engine)
    stop = threading.Event()

    def read() -> None:
        for secret in secrets:
            with sessions() as session:
                draft(session, ring, secret, now=visitor.now)

    def write() -> None:
        with sessions() as session:
            answered(Work(session, VISITOR, visitor.now), ring)

    busy = [until(stop, act) for act in (read, read, write)]
    for _ in secrets:
        with sessions.begin() as session:
            program = as_program(Work(session, VISITOR, visitor.now))
            assert rewrap(program, ring, at_most=1) == 1
    stop.set()
    for thread, faults in busy:
        thread.join(20)
        assert faults == []

    with sessions() as session:
        assert set(keys_in_use(session)) == {"k2"}


def test_answers_swapped_between_rows_do_not_open(visitor, keys):
    secrets = [answered(visitor, keys) for _ in range(2)]
    first, second = visitor.session.scalars(select(Inquiry).order_by(Inquiry.id)).all()
    first.illness, second.illness = second.illness, first.illness
    visitor.session.flush()

    for secret in secrets:
        with pytest.raises(SealBrokenError):
            draft(visitor.session, keys, secret, now=visitor.now)


def test_a_row_with_another_rows_answers_and_key_does_not_open(visitor, keys):
    secrets = [answered(visitor, keys) for _ in range(2)]
    first, second = visitor.session.scalars(select(Inquiry).order_by(Inquiry.id)).all()
    for column in ("person", "illness", "wishes", "wrapped_key"):
        setattr(first, column, getattr(second, column))
    visitor.session.flush()

    broken = 0
    for secret in secrets:
        try:
            draft(visitor.session, keys, secret, now=visitor.now)
        except SealBrokenError:
            broken += 1
    assert broken == 1


def test_columns_swapped_within_a_row_do_not_open(visitor, keys, secret):
    visitor.session.execute(
        update(Inquiry).values(person=Inquiry.illness, illness=Inquiry.person)
    )
    visitor.session.expire_all()

    with pytest.raises(SealBrokenError):
        draft(visitor.session, keys, secret, now=visitor.now)


def test_another_ring_finds_nothing(visitor, receipt):
    with pytest.raises(UnknownCodeError):
        tracked(visitor.session, KeyRing.new(), receipt.code, now=visitor.now)

    assert visitor.session.scalar(select(func.count()).select_from(Inquiry)) == 1
