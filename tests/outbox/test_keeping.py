"""Promises are claimed once, tried again, and given up in the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.actor import VISITOR, Actor, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.outbox.actions import Failure
from directory.outbox.model import DeadAddress, Promise
from directory.outbox.queries import (
    Promises,
    dead,
    is_due,
    promises,
    unkept,
)
from directory.outbox.rules import (
    DEAD_FOR,
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    KEPT_FOR,
    LEASE,
    LONGEST_PAUSE,
    MOST_FAULTS,
    is_too_late,
    pause,
)
from tests.conftest import NOW

KINDS = {"mail.test"}
ADMIN = Actor("person:invented", frozenset({Role.ADMIN}), person=1)
DIGEST = "d" * 64


def at(work: Work, moment) -> Work:
    return replace(work, now=moment)


def one(work: Work) -> Promise:
    row = work.session.query(Promise).one()
    work.session.refresh(row)
    return row


def claim(work: Work, worker: str = "a"):
    return queue.claim(work, KINDS, worker * 32)


@pytest.mark.parametrize(
    ("tries", "chance", "seconds"),
    [
        (1, 0.5, 15),
        (1, 0.0, 11.25),
        (1, 1.0, 18.75),
        (2, 0.5, 30),
        (5, 0.5, 240),
        (8, 0.5, 1800),
        (1000, 0.5, 1800),
    ],
)
def test_pauses_double_up_to_a_limit_and_spread(tries, chance, seconds):
    assert pause(tries, chance) == timedelta(seconds=seconds)


def test_an_hour_without_a_server_is_nothing_and_a_day_is_the_end():
    assert not is_too_late(NOW - timedelta(hours=1), NOW)
    assert not is_too_late(NOW - GIVE_UP_AFTER + timedelta(seconds=1), NOW)
    assert is_too_late(NOW - GIVE_UP_AFTER, NOW)
    assert pause(1000, 1.0) < GIVE_UP_AFTER / 20


def test_what_is_claimed_is_claimed_once_until_its_lease_is_over(work):
    queue.promise(work, "mail.test", person="a")

    first = claim(work, "a")
    assert first is not None
    assert (first.payload, first.tries) == ({"person": "a"}, 1)
    assert claim(work, "b") is None
    assert not is_due(work.session, KINDS, NOW)
    assert is_due(work.session, KINDS, NOW + LEASE)
    again = claim(at(work, NOW + LEASE), "b")

    assert again is not None
    assert (again.id, again.tries) == (first.id, 2)
    assert (one(work).faults, one(work).failure) == (1, "abandoned")


def test_the_oldest_goes_first_and_neither_what_is_early_nor_what_is_strange(work):
    for minutes, kind in ((1, "mail.test"), (3, "mail.test"), (5, "webhook.test")):
        queue.promise(work, kind, due=NOW - timedelta(minutes=minutes))
    queue.promise(work, "mail.test", due=NOW + timedelta(minutes=1))

    found = [claim(work, letter) for letter in "abc"]

    due = {row.id: row.due_at for row in work.session.query(Promise)}
    assert [one and (NOW - due[one.id]).seconds // 60 for one in found] == [3, 1, None]


def test_what_is_kept_is_kept_whoever_holds_it_now(work):
    queue.promise(work, "mail.test")
    slow = claim(work, "a")
    claim(at(work, NOW + LEASE), "b")

    queue.keep(at(work, NOW + LEASE), slow)

    assert one(work).kept_at == NOW + LEASE
    assert claim(at(work, NOW + 3 * LEASE), "c") is None


def test_who_lost_the_lease_cannot_say_that_it_failed(work):
    queue.promise(work, "mail.test")
    slow = claim(work, "a")
    claim(at(work, NOW + LEASE), "b")

    assert not queue.fail(work, slow, Failure("451", is_final=True), 0.5)

    assert one(work).given_up_at is None
    assert one(work).worker == "b" * 32


def test_a_failure_is_written_down_and_tried_again_later(work):
    queue.promise(work, "mail.test")
    failure = Failure("451 4.7.1", target=DIGEST, about="person:a")

    assert not queue.fail(work, claim(work), failure, 0.5)

    row = one(work)
    assert (row.failure, row.target, row.about) == ("451 4.7.1", DIGEST, "person:a")
    assert (row.due_at, row.worker, row.faults) == (NOW + FIRST_PAUSE, None, 0)
    assert claim(work) is None
    assert claim(at(work, NOW + FIRST_PAUSE)) is not None


def test_a_server_that_is_away_is_asked_for_a_day(work):
    queue.promise(work, "mail.test")
    now, tries, given_up = NOW, 0, False
    while not given_up:
        claimed = claim(at(work, now))
        tries += 1
        given_up = queue.fail(at(work, now), claimed, Failure("away"), 0.5)
        last, now = now, one(work).due_at

    assert last - NOW >= GIVE_UP_AFTER
    assert last - NOW < GIVE_UP_AFTER + LONGEST_PAUSE
    assert 48 <= tries <= 60
    assert claim(at(work, now + LEASE)) is None


def test_what_only_fails_by_our_fault_is_set_aside_after_five(work):
    queue.promise(work, "mail.test")
    now = NOW
    outcomes = []
    for _ in range(MOST_FAULTS):
        claimed = claim(at(work, now))
        failure = Failure("KeyError", is_ours=True)
        outcomes.append(queue.fail(at(work, now), claimed, failure, 0.5))
        now = one(work).due_at

    assert outcomes == [False, False, False, False, True]
    assert one(work).failure == "KeyError"


def test_what_ends_its_workers_is_set_aside_and_the_next_one_taken(work):
    queue.promise(work, "mail.test", number=1)
    now = NOW
    for _ in range(MOST_FAULTS):
        assert claim(at(work, now)).payload == {"number": 1}
        now += LEASE
    queue.promise(work, "mail.test", number=2)

    found = claim(at(work, now))

    assert found.payload == {"number": 2}
    first = work.session.query(Promise).order_by(Promise.id).first()
    assert (first.given_up_at, first.failure, first.worker) == (now, "abandoned", None)


def test_what_was_given_up_is_counted_apart_and_shown_first(work):
    for number in range(3):
        queue.promise(work, "mail.test", number=number)
    queue.declare_dead(work, DIGEST, "550 5.1.1")
    failure = Failure("550 5.1.1", is_final=True, target=DIGEST)
    queue.fail(work, claim(work), failure, 0.5)
    queue.fail(work, claim(work), Failure("KeyError", is_final=True), 0.5)
    queue.fail(work, claim(work), Failure("451"), 0.5)

    assert promises(work.session, NOW) == Promises(
        due=1, overdue=0, given_up=2, lost=1, dead=1
    )
    later = promises(work.session, NOW + timedelta(days=1))
    assert (later.overdue, later.lost) == (1, 0)
    found = unkept(work.session, "mail.")
    assert {(one.failure, one.is_dead) for one in found[:2]} == {
        ("550 5.1.1", True),
        ("KeyError", False),
    }
    assert (found[2].failure, found[2].given_up_at) == ("451", None)
    assert unkept(work.session, "mail_") == ()


def test_trying_again_gives_promise_and_address_another_chance(work):
    queue.promise(work, "mail.test")
    queue.declare_dead(work, DIGEST, "550 5.1.1")
    failure = Failure("550 5.1.1", is_final=True, target=DIGEST)
    queue.fail(work, claim(work), failure, 0.5)
    later = replace(work, actor=ADMIN, now=NOW + 3 * GIVE_UP_AFTER)

    assert queue.try_again(later, one(work).id) == "mail.test"

    assert dead(work.session, DIGEST) is None
    again = claim(replace(work, now=later.now))
    assert again.tries == 1
    assert not queue.fail(replace(work, now=later.now), again, Failure("451"), 0.5)


def test_what_was_not_given_up_cannot_be_tried_again(work):
    queue.promise(work, "mail.test")
    number = one(work).id

    with pytest.raises(NotFoundError):
        queue.try_again(replace(work, actor=ADMIN), number)
    with pytest.raises(RefusedError):
        queue.try_again(work, number)


def test_an_address_dies_twice_by_its_last_code(work):
    queue.declare_dead(work, DIGEST, "550")
    queue.declare_dead(work, DIGEST, "550 5.1.1")

    assert dead(work.session, DIGEST) == "550 5.1.1"
    assert dead(work.session, "e" * 64) is None


def test_what_is_over_is_forgotten_and_what_is_open_is_not(work):
    moment = timedelta(seconds=1)
    for number in range(3):
        queue.promise(work, "mail.test", number=number)
    queue.keep(work, claim(work))
    queue.fail(work, claim(work), Failure("550", is_final=True), 0.5)
    queue.declare_dead(work, DIGEST, "550")

    assert queue.forget_kept(at(work, NOW + KEPT_FOR)) == 0
    assert queue.forget_kept(at(work, NOW + KEPT_FOR + moment)) == 2

    assert one(work).payload == {"number": 2}
    assert dead(work.session, DIGEST) == "550"
    queue.forget_kept(at(work, NOW + DEAD_FOR + moment))
    assert work.session.query(DeadAddress).count() == 0


def test_nobody_but_the_program_keeps_promises(work):
    queue.promise(work, "mail.test")
    claimed = claim(work)
    stranger = replace(work, actor=VISITOR)
    for attempt in (
        lambda: queue.claim(stranger, KINDS, "a" * 32),
        lambda: queue.keep(stranger, claimed),
        lambda: queue.fail(stranger, claimed, Failure("x"), 0.5),
        lambda: queue.declare_dead(stranger, DIGEST, "550"),
        lambda: queue.forget_kept(stranger),
    ):
        with pytest.raises(RefusedError):
            attempt()
