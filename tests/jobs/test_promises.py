"""Workers keep promises: each at least once, and none stands in another's way."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from directory.jobs.background import Rounds
from directory.jobs.letters.keeping import address_digest, letter_keepers
from directory.jobs.promises import Round, forget_promises, keep_promises
from directory.outbox.ports import MailDelayedError, MailRefusedError
from directory.outbox.queries import dead
from directory.outbox.rules import GIVE_UP_AFTER, KEPT_FOR, LEASE, MOST_FAULTS
from tests.fakes import MemoryMailer
from tests.jobs.posting import KIND, open_post_office


@pytest.fixture
def mailer():
    return MemoryMailer()


@pytest.fixture
def office(engine, tmp_path, mailer):
    return open_post_office(engine, tmp_path, mailer)


def test_a_letter_is_sent_once_and_its_promise_kept(office, mailer):
    office.promise(to="one@example.org")

    assert office.round() == Round(kept=1)
    assert office.round() == Round()

    assert [mail.to for mail in mailer.sent] == ["one@example.org"]
    (row,) = office.rows()
    assert (row.kept_at, row.tries, row.failure) == (office.clock(), 1, None)


def test_a_letter_that_nobody_needs_any_more_is_not_sent(office, mailer):
    office.promise(is_needless=True)

    assert office.round() == Round(kept=1)
    assert mailer.sent == []


def test_what_fails_is_tried_again_under_the_same_name(office, mailer):
    office.promise()
    mailer.fault = MailDelayedError("451 4.7.1")

    assert office.round() == Round(later=1)
    assert office.round() == Round()
    (row,) = office.rows()
    assert (row.failure, row.about) == ("451 4.7.1", "person:" + "a" * 32)
    first = mailer.sent[:]
    mailer.fault = None
    office.clock.forward(seconds=15)
    assert office.round() == Round(kept=1)

    assert first == []
    assert len(mailer.sent) == 1
    assert office.rows()[0].failure is None


def test_names_of_mails_differ_by_promise_and_not_by_try(office, mailer):
    for _ in range(2):
        office.promise()
    office.round()
    names = [mail.name for mail in mailer.sent]
    lost = office.rows()[0]
    with office.tools.sessions.begin() as session:
        session.merge(lost)
        row = session.get(type(lost), lost.id)
        row.kept_at = None
    office.round()

    assert len(set(names)) == 2
    assert mailer.sent[-1].name == names[0]


def test_an_hour_without_a_server_loses_nothing(office, mailer):
    for number in range(30):
        office.promise(to=f"reader{number}@example.org")
    mailer.fault = MailDelayedError("ConnectionRefusedError")
    for _ in range(3600 // 60):
        while office.round():
            pass
        office.clock.forward(minutes=1)
    assert mailer.sent == []
    mailer.fault = None

    for _ in range(60):
        while office.round():
            pass
        office.clock.forward(minutes=1)

    assert sorted(mail.to for mail in mailer.sent) == sorted(
        f"reader{number}@example.org" for number in range(30)
    )
    assert all(row.kept_at and row.faults == 0 for row in office.rows())


def test_after_a_day_a_letter_is_given_up(office, mailer):
    office.promise()
    mailer.fault = MailDelayedError("ConnectionRefusedError")
    office.round()
    office.clock.forward(seconds=GIVE_UP_AFTER.total_seconds())

    assert office.round() == Round(given_up=1)
    assert office.rows()[0].failure == "ConnectionRefusedError"


def test_a_dead_address_is_not_tried_a_second_time(office, mailer):
    mailer.fault = MailRefusedError("550 5.1.1", is_dead=True)
    office.promise(to="Gone@Example.org")
    assert office.round() == Round(given_up=1)
    mailer.fault = None
    office.promise(to="gone@example.org")
    office.promise(to="here@example.org")

    assert office.round() == Round(kept=1, given_up=1)

    assert [mail.to for mail in mailer.sent] == ["here@example.org"]
    assert [row.failure for row in office.rows()] == ["550 5.1.1", "550 5.1.1", None]
    assert office.rows()[1].about == "person:" + "a" * 32


def test_a_letter_that_is_refused_does_not_kill_its_address(office, mailer):
    mailer.fault = MailRefusedError("554 5.7.1", is_dead=False)
    office.promise()
    assert office.round() == Round(given_up=1)
    mailer.fault = None
    office.promise()

    assert office.round() == Round(kept=1)


def test_the_address_itself_is_kept_nowhere(office, mailer):
    mailer.fault = MailRefusedError("550", is_dead=True)
    office.promise()
    office.round()
    digest = address_digest(office.tools.keys, "reader@example.org")
    other = replace(office.tools.keys, index=b"j" * 32)

    assert office.rows()[0].target == digest
    assert address_digest(other, "reader@example.org") != digest
    with office.tools.reading() as session:
        assert dead(session, digest) == "550"


def test_a_broken_letter_is_set_aside_and_the_others_go_on(office, mailer):
    office.promise("mail.broken")
    kept = 0
    for _ in range(MOST_FAULTS):
        office.promise()
        kept += office.round().kept
        office.clock.forward(hours=1)

    assert kept == MOST_FAULTS
    first = office.rows()[0]
    assert (first.failure, first.faults) == ("ZeroDivisionError", MOST_FAULTS)
    assert first.given_up_at is not None


def test_a_full_disk_is_no_fault_of_the_letter(office, mailer):
    mailer.fault = OSError(28, "No space left on device")
    office.promise()
    for _ in range(MOST_FAULTS + 1):
        assert office.round() == Round(later=1)
        office.clock.forward(hours=1)

    assert office.rows()[0].faults == 0


def test_what_nobody_here_can_keep_waits_for_who_can(office, mailer):
    office.promise("mail.of-a-newer-release")

    assert office.round() == Round()

    (row,) = office.rows()
    assert (row.tries, row.given_up_at) == (0, None)


def test_without_keys_no_letter_is_claimed(office):
    assert letter_keepers(replace(office.tools, keys=None)) == {}


def test_a_round_ends_after_so_many(office, mailer):
    for _ in range(5):
        office.promise()

    done = keep_promises(office.tools, office.keepers, at_most=3)

    assert done == Round(kept=3)


def test_many_workers_at_once_send_each_letter_once(office, mailer):
    for number in range(40):
        office.promise(to=f"reader{number}@example.org")
    start = threading.Barrier(4)
    failed = []

    def work():
        start.wait()
        try:
            while office.round():
                pass
        except Exception as error:  # noqa: BLE001 (looked at below)
            failed.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failed == []
    assert len(mailer.sent) == 40
    assert len({mail.to for mail in mailer.sent}) == 40


def test_a_slow_mailer_holds_up_nobody_who_writes(office):
    """While mail is under way, promises are made, as people press buttons."""
    entered, leave = threading.Event(), threading.Event()

    class Slow:
        def send(self, _mail):
            entered.set()
            assert leave.wait(10)

    tools = replace(office.tools, mailer=Slow())
    keepers = {KIND: replace(office.keepers[KIND].__self__, tools=tools).send}
    office.promise()
    worker = threading.Thread(target=lambda: keep_promises(tools, keepers))
    worker.start()
    assert entered.wait(10)

    office.promise(is_needless=True)
    assert office.round() == Round(kept=1)
    leave.set()
    worker.join()

    assert all(row.kept_at for row in office.rows())


def test_a_worker_that_is_never_heard_of_again_is_replaced(office, mailer):
    class Killed(BaseException):
        pass

    mailer.fault = Killed()
    office.promise()
    with pytest.raises(Killed):
        office.round()
    mailer.fault = None
    assert office.round() == Round()
    office.clock.forward(seconds=LEASE.total_seconds())

    assert office.round() == Round(kept=1)


def test_a_worker_that_ends_after_an_address_died_leaves_no_second_try(office, mailer):
    class Killed(BaseException):
        pass

    ends = iter((False, False, True))
    sessions = office.tools.sessions

    class Ending:
        def begin(self):
            if next(ends):
                raise Killed
            return sessions.begin()

    mailer.fault = MailRefusedError("550 5.1.1", is_dead=True)
    office.promise()
    tools = replace(office.tools, sessions=Ending())
    post = replace(office.keepers[KIND].__self__, tools=tools)
    with pytest.raises(Killed):
        keep_promises(tools, {KIND: post.send})
    mailer.fault = None
    office.clock.forward(seconds=LEASE.total_seconds())

    assert office.round() == Round(given_up=1)
    assert mailer.sent == []
    assert office.rows()[0].failure == "550 5.1.1"


def test_what_is_done_is_written_down_though_the_database_was_busy(office, mailer):
    busy = iter((False, True, False))
    sessions = office.tools.sessions

    class Busy:
        def begin(self):
            if next(busy):
                raise OperationalError("UPDATE", {}, Exception("locked"))
            return sessions.begin()

    office.promise()
    tools = replace(office.tools, sessions=Busy())

    assert keep_promises(tools, office.keepers, at_most=1) == Round(kept=1)
    assert office.rows()[0].kept_at is not None


def test_what_was_kept_is_forgotten_after_a_month(office):
    office.promise(is_needless=True)
    office.round()
    office.clock.forward(seconds=KEPT_FOR.total_seconds() + 1)

    assert forget_promises(office.tools) == 1


def test_rounds_keep_what_is_promised_while_they_run(office, mailer):
    rounds = Rounds("promises", office.round, every=0.01)
    rounds.start()
    office.promise()
    for _ in range(1000):
        if mailer.sent:
            break
        threading.Event().wait(0.01)
    rounds.stop()

    assert len(mailer.sent) == 1
