"""What is done after treatment is planned, reminded of once, and done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import pytest

from directory.cases.actions.following_up import (
    done_as_hospital,
    done_as_patient,
    due_for_reminder,
    plan_follow_up,
    remind,
)
from directory.cases.model import FollowUp, Move
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import hospitals_care, patients_care
from directory.cases.rules.follow_up import OWN, Planned, ScheduleRefusedError
from directory.cases.rules.states import Step
from directory.core.config import load
from directory.core.db import make_sessions
from directory.core.errors import NotFoundError, RefusedError
from directory.jobs.follow_up import remind_of_follow_up
from directory.knowledge.actions import put_claim, put_guide
from directory.knowledge.queries import follow_up_points
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.cases.giving import accepted
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore
from tests.inquiries.invented import CANARY
from tests.knowledge.seeds import claims, guides

INFUSED = date(2026, 11, 20)
LINES = (
    Planned("response", date(2026, 12, 20)),
    Planned(OWN, date(2026, 12, 1), f"{CANARY}: call us"),
    Planned("yearly-contact", date(2027, 11, 20)),
    Planned("yearly-contact", date(2028, 11, 20)),
)


@pytest.fixture
def referral(people):
    guide = guides()["follow-up"]
    for claim in guide.cited:
        put_claim(people.program, claims()[claim])
    put_guide(people.program, guide)
    return accepted(people, Step.FOLLOW_UP).id


def plan(people, referral, lines=LINES, **more):
    plan_follow_up(people.east, people.keys, referral, INFUSED, lines, **more)
    people.east.session.commit()


def care(people, referral):
    return hospitals_care(
        people.east.session,
        people.east.actor,
        people.keys,
        referral,
        now=people.east.now,
    )


def reminders(people):
    return people.patient.session.query(Move).filter_by(kind="follow-up.reminded")


def test_the_guide_says_what_bears_each_line_out(people, referral):
    found = {line.key: point for line, point in follow_up_points(people.east.session)}

    assert len(found) == 12
    assert all(point.basis and point.source for point in found.values())


def test_a_schedule_stands_in_the_order_of_its_days(people, referral):
    plan(people, referral)

    found = care(people, referral)
    assert found.infusion == INFUSED
    assert [line.due_on for line in found.follow_up] == sorted(
        line.due_on for line in LINES
    )
    own = next(line for line in found.follow_up if line.is_own)
    assert own.words == {"en": f"{CANARY}: call us"}
    response = next(line for line in found.follow_up if line.kind == "response")
    assert "Marrow" in response.words["en"]
    (theirs,) = patients_care(
        people.patient.session, people.keys, people.inquiry, now=people.patient.now
    )
    assert theirs == found


def test_own_words_are_sealed(people, referral):
    plan(people, referral)

    row = people.patient.session.query(FollowUp).filter_by(kind=OWN).one()
    assert CANARY.encode() not in row.body


def test_planning_anew_keeps_what_was_done(people, referral):
    plan(people, referral)
    first = care(people, referral).follow_up[0]
    done_as_hospital(people.east, referral, first.id)

    plan(people, referral, LINES[:1])

    kept = care(people, referral).follow_up
    assert [(line.kind, line.done_at is not None) for line in kept] == [
        (OWN, True),
        ("response", False),
    ]


def test_who_did_it_is_told_once(people, referral):
    plan(people, referral)
    one, two = (line.id for line in care(people, referral).follow_up[:2])

    done_as_hospital(people.east, referral, one)
    done_as_patient(people.patient, people.inquiry, two)
    done_as_patient(people.patient, people.inquiry, two)

    moves = people.patient.session.query(Move).filter_by(kind="follow-up.done")
    assert [move.side for move in moves.order_by(Move.id)] == ["hospital", "patient"]


def test_reminders_come_three_days_before_and_once(people, referral):
    plan(people, referral)
    assert due_for_reminder(people.program, 10) == []
    soon = people.later(days=6)
    assert due_for_reminder(soon.program, 10) == [people.case]

    assert remind(soon.program, people.case) == 1
    assert remind(soon.program, people.case) == 0

    assert due_for_reminder(soon.program, 10) == []
    (told,) = reminders(people)
    assert told.facts == {"lines": 1, "due_on": "2026-12-01"}


def test_several_lines_are_one_reminder(people, referral):
    day = INFUSED + timedelta(days=3)
    plan(
        people,
        referral,
        [Planned(OWN, day, "one"), Planned(OWN, day, "two")],
    )

    assert remind(people.program, people.case) == 2

    assert [told.facts["lines"] for told in reminders(people)] == [2]


def test_nobody_is_reminded_of_what_was_done_or_of_what_is_over(people, referral):
    plan(people, referral)
    soon = people.later(days=6)
    first = care(people, referral).follow_up[0]
    done_as_hospital(people.east, referral, first.id)
    assert due_for_reminder(soon.program, 10) == []
    people.referral().state = "ended"
    people.patient.session.commit()

    assert due_for_reminder(people.later(days=800).program, 10) == []
    assert remind(people.later(days=800).program, people.case) == 0


def test_the_round_reminds_in_transactions_of_its_own(
    people, referral, engine, tmp_path
):
    plan(people, referral)
    sessions = make_sessions(engine)
    tools = Tools(
        settings=load({}, data=tmp_path),
        engine=engine,
        sessions=sessions,
        reading=sessions,
        clock=lambda: people.later(days=6).patient.now,
        searcher=cast("Searcher", None),
        keys=people.keys,
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )

    assert remind_of_follow_up(tools) == 1
    assert remind_of_follow_up(tools) == 0

    people.patient.session.rollback()
    assert reminders(people).count() == 1


def test_what_is_not_in_the_guide_is_refused(people, referral):
    with pytest.raises(ScheduleRefusedError):
        plan(people, referral, [Planned("surgery", INFUSED)])


def test_of_two_coordinators_the_second_is_told(people, referral):
    version = people.referral().version
    plan(people, referral, version=version)

    with pytest.raises(CaseChangedError):
        plan(people, referral, version=version)


def test_nobody_else_plans_or_does_or_reminds(people, referral):
    plan(people, referral)
    line = care(people, referral).follow_up[0].id

    with pytest.raises(NotFoundError):
        done_as_hospital(people.west, referral, line)
    with pytest.raises(NotFoundError):
        done_as_patient(people.patient, "0" * 36, line)
    with pytest.raises(NotFoundError):
        done_as_patient(people.patient, people.inquiry, "0" * 32)
    with pytest.raises(RefusedError):
        remind(people.east, people.case)
    with pytest.raises(RefusedError):
        due_for_reminder(people.east, 1)


def test_the_day_of_infusion_is_no_line_to_be_done(people, referral):
    plan(people, referral)
    row = people.patient.session.query(FollowUp).filter_by(kind="infusion").one()

    with pytest.raises(NotFoundError):
        done_as_patient(people.patient, people.inquiry, row.id)
