"""What is erased is gone, and what counts need is left."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.cases.actions import erasing
from directory.cases.actions.news import MAIL_PATIENT, MAIL_STAFF, fan_out
from directory.cases.actions.telling import NEWS, tell
from directory.cases.model import (
    Call,
    CaseMark,
    FollowUp,
    Letter,
    Look,
    Message,
    Move,
    NewsTold,
    Note,
    Quote,
    Referral,
    Task,
)
from directory.cases.queries.news import news
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.core.actor import Actor
from directory.core.crypto import SealBrokenError
from directory.core.errors import NotFoundError, RefusedError
from directory.core.retention import Retention
from directory.core.work import Work
from directory.inquiries.actions import following
from directory.inquiries.actions.keeping import expire_uploads
from directory.inquiries.actions.rows import ERASE_FILE
from directory.inquiries.model import (
    Consent,
    Document,
    DocumentPart,
    Inquiry,
    OpenView,
    Target,
)
from directory.outbox.model import Promise
from tests.cases.written import write_all
from tests.fakes import MemoryStore

GONE = (
    *(Message, Note, Task, Call, Quote, Letter, FollowUp, CaseMark, NewsTold),
    *(Document, DocumentPart, OpenView, Target),
)
"""Tables of which nothing is left."""


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def written(people, store):
    write_all(people, store)
    return people


def count(people, table):
    return people.patient.session.scalar(select(func.count()).select_from(table))


def promised(people, kind):
    rows = people.patient.session.scalars(select(Promise).where(Promise.kind == kind))
    return [row.payload for row in rows]


def erased(people, **later):
    then = people.later(**later)
    erasing.erase_as_patient(then.patient, people.inquiry)
    people.patient.session.commit()
    return then


def test_there_is_something_to_erase(written):
    assert all(count(written, table) for table in GONE)


def test_everything_about_the_person_goes(written):
    erased(written, days=1)

    assert {
        table.__tablename__: count(written, table) for table in GONE
    } == dict.fromkeys((table.__tablename__ for table in GONE), 0)
    row = written.patient.session.get_one(
        Inquiry, written.inquiry, populate_existing=True
    )
    assert (row.state, row.wrapped_key, row.person, row.illness) == (
        "erased",
        None,
        None,
        None,
    )
    look = written.patient.session.query(Look).populate_existing().one()
    assert (look.reason, look.code) == (b"", "complaint")
    referral = written.referral()
    assert (referral.words, referral.reasons, referral.lacks) == (None, None, [])


def test_what_counts_need_is_left(written):
    then = erased(written, days=1)

    case = written.row()
    assert (case.state, case.closing, case.closed_at) == (
        "closed",
        "withdrew",
        then.patient.now,
    )
    assert case.due_at is None
    assert written.referral().state == "ended"
    moves = written.patient.session.query(Move).populate_existing().all()
    assert {move.step for move in moves} == {1}
    before = [move for move in moves if move.at < then.patient.now]
    assert before
    assert {str(move.facts) for move in moves if move.kind != "case.closed"} == {"{}"}
    consents = written.patient.session.query(Consent).populate_existing().all()
    assert consents
    assert {consent.recipient for consent in consents} == {None}


def test_a_closed_case_keeps_its_code(written):
    session = written.patient.session
    case, referral = written.row(), written.referral()
    case.state, case.closing, case.due_at = "closed", "treated", None
    case.closed_at = written.patient.now
    referral.state, referral.due_at = "ended", None
    session.commit()

    erased(written, days=3)

    assert (written.row().closing, written.row().closed_at) == (
        "treated",
        written.patient.now,
    )


def test_owner_and_hospital_read_the_same_line_of_it(written):
    erased(written, days=1)

    moves = (
        written.patient.session.query(Move)
        .filter_by(kind=Kind.ERASED.value)
        .order_by(Move.id)
        .all()
    )
    assert [move.referral_id for move in moves] == [written.referral().id, None]
    told = [payload["move"] for payload in promised(written, NEWS)]
    assert {move.id for move in moves} <= set(told)
    assert not any(move.is_internal for move in moves)


def test_the_log_has_a_tombstone_and_the_store_is_promised_one(written):
    erased(written, days=1)

    entry = written.patient.session.scalars(
        select(Entry).where(Entry.event == "inquiry.erased")
    ).one()
    assert (entry.subject, entry.facts) == (
        f"inquiry:{written.inquiry}",
        {"reason": "asked"},
    )
    assert promised(written, erasing.BURY) == [{"inquiry": written.inquiry}]


def test_every_object_is_promised_to_be_deleted(written, store):
    kept = set(store.objects)

    erased(written, days=1)

    assert len(kept) == 3
    assert {payload["key"] for payload in promised(written, ERASE_FILE)} == kept


def test_what_was_erased_is_found_by_nobody(written):
    then = erased(written, days=1)

    for again in (
        lambda: erasing.erase_as_patient(then.patient, written.inquiry),
        lambda: erasing.withdraw(then.patient, written.inquiry),
        lambda: following.open_answers(then.patient, written.keys, written.inquiry),
    ):
        with pytest.raises((NotFoundError, SealBrokenError)):
            again()


def test_taking_an_inquiry_back_closes_its_case_and_it_is_erased_weeks_later(written):
    then = written.later(days=2)

    erasing.withdraw(then.patient, written.inquiry)
    erasing.withdraw(written.later(days=3).patient, written.inquiry)
    written.patient.session.commit()

    case = written.row()
    assert (case.state, case.closing) == ("closed", "withdrew")
    assert written.referral().state == "ended"
    row = written.patient.session.get_one(
        Inquiry, written.inquiry, populate_existing=True
    )
    assert (row.state, row.erase_after) == (
        "withdrawn",
        written.later(days=32).patient.now,
    )
    assert erasing.expire(written.later(days=31.9).program) == 0
    assert erasing.expire(written.later(days=32.1).program) == 1
    assert count(written, Message) == 0


def test_open_cases_live_and_closed_ones_are_erased_in_their_time(written):
    session = written.patient.session
    case = written.row()
    case.due_at = written.later(days=400).patient.now
    tell(written.later(days=390).program, case, Kind.REMINDED, side=Side.DIRECTORY)
    session.commit()
    assert erasing.expire(written.later(days=1129).program) == 0

    then = written.later(days=800)
    referral = written.referral()
    referral.state, referral.due_at = "ended", None
    case.state, case.closing, case.due_at = "closed", "treated", None
    case.closed_at = then.patient.now
    tell(then.program, case, Kind.CLOSED, side=Side.FACILITATOR)
    session.commit()

    assert erasing.expire(written.later(days=800 + 729.9).program) == 0
    assert erasing.expire(written.later(days=800 + 730.1).program) == 1
    assert written.row().closing == "treated"


def test_a_case_that_nobody_moves_is_closed_before_it_is_erased(written):
    due = written.row().due_at

    assert erasing.expire(written.later(days=800).program) == 1

    case = written.row()
    assert (case.state, case.closing) == ("closed", "no-reply")
    assert due < case.closed_at
    assert written.referral().state == "ended"


def test_settings_say_how_long_things_are_kept(written):
    written.patient.session.info[Retention] = Retention(
        closed_days=10, withdrawn_days=2, uploads_days=1
    )

    erasing.withdraw(written.patient, written.inquiry)

    row = written.patient.session.get_one(Inquiry, written.inquiry)
    assert row.erase_after == written.later(days=2).patient.now


def test_files_that_never_arrived_whole_are_forgotten_after_a_week(written, store):
    whole = count(written, Document) - 1

    assert expire_uploads(written.later(days=6.9).program) == 0
    assert expire_uploads(written.later(days=7.1).program) == 1

    assert count(written, Document) == whole
    assert count(written, DocumentPart) == 0
    (payload,) = promised(written, ERASE_FILE)
    assert payload["key"] in store.objects


def test_what_came_back_with_a_backup_is_erased_again(written):
    strangers = ["01990000-0000-7000-8000-00000000dead"]

    assert erasing.erase_again(written.program, [written.inquiry, *strangers]) == 1
    assert erasing.erase_again(written.program, [written.inquiry]) == 0

    assert count(written, Message) == 0
    assert written.patient.session.get_one(Inquiry, written.inquiry).state == "erased"


def test_nobody_else_may(written):
    nobody = Work(written.patient.session, Actor("nobody"), written.patient.now)

    for act in (
        lambda: erasing.erase_as_patient(nobody, written.inquiry),
        lambda: erasing.withdraw(nobody, written.inquiry),
        lambda: erasing.expire(written.owner),
        lambda: erasing.erase_again(written.owner, [written.inquiry]),
        lambda: expire_uploads(written.owner),
    ):
        with pytest.raises(RefusedError):
            act()
    assert written.patient.session.query(Referral).count() >= 1


def test_the_hospital_is_told_although_it_reads_the_case_no_longer(written):
    then = erased(written, days=1)
    session = written.patient.session
    moves = session.query(Move).filter_by(kind=Kind.ERASED.value).all()
    for move in moves:
        fan_out(then.program, move.id)

    told = {payload["side"] for payload in promised(written, MAIL_STAFF)}
    assert told == {"facilitator", "hospital"}
    assert promised(written, MAIL_PATIENT) == []
    for reader in (then.owner, then.east):
        kinds = [one.kind for one in news(session, reader.actor, now=then.owner.now)]
        assert Kind.ERASED.value in kinds
    assert Kind.ERASED.value not in [
        one.kind for one in news(session, then.west.actor, now=then.west.now)
    ]
