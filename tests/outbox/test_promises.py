from datetime import timedelta

from directory.outbox.actions import announce, promise
from directory.outbox.model import Promise
from directory.outbox.queries import LATE, Promises, promises, waiting_since
from tests.conftest import NOW


def test_promises_are_due_then_overdue_and_gone_once_kept(work):
    minute = timedelta(minutes=1)
    for due in (NOW + minute, NOW, NOW - LATE, NOW - LATE - minute):
        promise(work, "mail.test", due=due)

    assert promises(work.session, NOW) == Promises(due=3, overdue=1)

    for row in work.session.query(Promise):
        row.kept_at = NOW

    assert promises(work.session, NOW) == Promises(due=0, overdue=0)


def test_a_feed_that_was_followed_to_its_end_leaves_nothing_waiting(work):
    assert waiting_since(work.session, 0) is None

    announce(work, "center:a")

    assert waiting_since(work.session, 0) == NOW
    assert waiting_since(work.session, 1) is None
