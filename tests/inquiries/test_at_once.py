"""The same thing done by many at once happens once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.cases.actions import erasing
from directory.core.actor import VISITOR
from directory.core.db import make_sessions
from directory.core.work import Work
from directory.inquiries.actions import asking, following
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.queries import draft, tracked
from tests.inquiries.invented import after, answered

TOGETHER = 8


def together(act):
    """Call a function from as many threads at the same moment."""
    barrier = threading.Barrier(TOGETHER)

    def one(number):
        barrier.wait(20)
        return act(number)

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


def test_one_draft_sent_by_eight_at_once_is_one_inquiry(engine, visitor, keys):
    sessions = make_sessions(engine)
    then = after(visitor, seconds=60)
    for _ in range(5):
        secret = answered(visitor, keys)
        revision = draft(visitor.session, keys, secret, now=visitor.now).revision
        visitor.session.rollback()

        def send(_number, secret=secret, revision=revision):
            with sessions.begin() as session:
                work = Work(session, VISITOR, then.now)
                return asking.ask(work, keys, secret, revision).code

        assert len(set(together(send))) == 1

    count = visitor.session.scalar(select(func.count()).select_from(Inquiry))
    assert count == 5
    assert visitor.session.scalar(select(func.count()).select_from(Target)) == 10
    assert visitor.session.scalar(select(func.count()).select_from(Consent)) == 15
    events = visitor.session.scalars(select(Entry.event)).all()
    assert events.count("inquiry.received") == 5
    assert verify(visitor.session).broken_at is None


def test_eight_drafts_sent_at_once_are_eight_inquiries(engine, visitor, keys):
    sessions = make_sessions(engine)
    then = after(visitor, seconds=60)
    secrets = [answered(visitor, keys) for _ in range(TOGETHER)]
    visitor.session.rollback()

    def send(number):
        with sessions.begin() as session:
            return asking.ask(
                Work(session, VISITOR, then.now), keys, secrets[number], 4
            ).code

    codes = together(send)

    assert len(set(codes)) == TOGETHER
    for code in codes:
        assert tracked(visitor.session, keys, code, now=then.now)
    assert verify(visitor.session).broken_at is None


def test_erasing_and_withdrawing_at_once_end_in_one_erased_inquiry(
    engine, visitor, keys
):
    sessions = make_sessions(engine)
    then = after(visitor, seconds=60)
    secret = answered(visitor, keys)
    code = asking.ask(then, keys, secret, 4).code
    visitor.session.commit()
    inquiry = tracked(visitor.session, keys, code, now=then.now)
    visitor.session.rollback()

    def finish(number):
        try:
            with sessions.begin() as session:
                work = Work(session, VISITOR, then.now)
                if number % 2:
                    erasing.erase_as_patient(work, inquiry)
                else:
                    following.withdraw(work, inquiry)
        except LookupError:
            raise
        except Exception as error:  # noqa: BLE001 (only its name is compared)
            return type(error).__name__
        return "done"

    outcomes = together(finish)

    assert set(outcomes) <= {"done", "NotFoundError"}
    visitor.session.expire_all()
    assert visitor.session.get(Inquiry, inquiry).state == "erased"
    events = visitor.session.scalars(select(Entry.event)).all()
    assert events.count("inquiry.erased") == 1
