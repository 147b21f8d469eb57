"""Two people who do something at the same moment: one wins, the other is told.

Each race is run :data:`ROUNDS` times; ``DIRECTORY_TESTS_RACES=500`` runs as many.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import update

from directory.audit.queries import verify
from directory.cases.actions import assigning, referring
from directory.cases.actions.consenting import give_consent
from directory.cases.actions.deadlines import keep_deadlines, open_missing
from directory.cases.model import Case, Move, Referral
from directory.cases.rules.states import Decline, ReferralState, State, Step
from directory.cases.rules.timeline import Kind
from directory.core.actor import Role
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError
from directory.core.work import Work
from directory.inquiries.rules.consents import Ticked
from tests.cases.people import Cast
from tests.inquiries.invented import SHARE
from tests.submissions.people import acting

ROUNDS = int(os.environ.get("DIRECTORY_TESTS_RACES", "50"))
Act = tuple[Work, Callable[..., object], tuple[object, ...]]
"""Who does what, and with what besides their transaction."""

ROUNDS_OF_ONE_WRITER = 5
"""SQLite lets one write at a time; there is little to race for."""


@pytest.fixture
def rounds(engine):
    """Return how often each race is run on this database."""
    return ROUNDS if engine.dialect.name == "postgresql" else ROUNDS_OF_ONE_WRITER


@pytest.fixture
def race(engine):
    """Return what lets people act at the same moment, each in a transaction."""
    sessions = make_sessions(engine)

    def run(*acts: Act) -> list[str]:
        barrier = threading.Barrier(len(acts))

        def one(act: Act) -> str:
            who, do, said = act
            barrier.wait(20)
            try:
                with sessions.begin() as session:
                    found = do(replace(who, session=session), *said)
            except DirectoryError as error:
                return error.code
            return "nothing" if found == 0 else "won"

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


def begin(people: Cast, **changes: object) -> tuple[Case, Referral]:
    """Put the case back to where it was offered to one center."""
    session = people.patient.session
    session.execute(
        update(Referral)
        .where(Referral.case_id == people.case, Referral.center != "east-invented")
        .values(state=ReferralState.ENDED.value, due_at=None, decline=None)
    )
    row, case = people.referral(), people.row()
    row.state, row.decline, row.warnings = ReferralState.OFFERED.value, None, 1
    row.due_at = people.patient.now
    row.is_leading = False
    case.step, case.state = Step.REVIEW.value, State.HOSPITAL.value
    case.due_at, case.warnings, case.assignee_id = (
        people.later(days=9).owner.now,
        0,
        None,
    )
    for name, value in changes.items():
        setattr(row, name, value)
    session.commit()
    return case, row


def count(people: Cast, kind: Kind) -> int:
    people.patient.session.rollback()
    rows = people.patient.session.query(Move)
    found = rows.filter_by(case_id=people.case, kind=kind.value).count()
    people.patient.session.rollback()
    return found


def test_of_two_who_assign_one_wins(people, race, rounds):
    owner = people.owner.actor.organization
    other = acting(people.owner, Role.FACILITATOR, organization=owner)
    people.owner.session.commit()
    results: Counter[str] = Counter()
    for _ in range(rounds):
        case, _row = begin(people)
        seen, name = case.version, case.id
        people.owner.session.rollback()
        mine, theirs = people.owner.actor.person, other.actor.person
        got = race(
            (people.owner, assigning.assign, (name, mine, seen)),
            (other, assigning.assign, (name, theirs, seen)),
        )
        assert sorted(got) == ["case.changed", "won"]
        winner = mine if got[0] == "won" else theirs
        assert people.row().assignee_id == winner
        results.update(got)

    assert results["won"] == rounds == count(people, Kind.ASSIGNED)
    assert verify(people.owner.session).broken_at is None


def test_a_center_accepts_in_time_or_the_deadline_wins(people, race, rounds):
    for _ in range(rounds):
        accepted, expired = count(people, Kind.ACCEPTED), count(people, Kind.EXPIRED)
        case, row = begin(people)
        name, referral, seen = case.id, row.id, row.version
        people.patient.session.rollback()
        got = race(
            (people.east, referring.accept, (referral, seen)),
            (people.program, keep_deadlines, (people.keys, name)),
        )
        ended = people.referral().state
        people.patient.session.rollback()
        if got[0] == "won":
            assert ended == ReferralState.ACCEPTED
            assert got[1] == "nothing"
            accepted += 1
        else:
            assert got == ["referral.over", "won"]
            assert ended == ReferralState.EXPIRED
            expired += 1
        assert count(people, Kind.ACCEPTED) == accepted
        assert count(people, Kind.EXPIRED) == expired


def test_a_decline_and_a_deadline_ask_the_next_center_once(people, race, rounds):
    give_consent(
        people.patient,
        people.inquiry,
        Ticked(wording=SHARE, recipient="center:west-invented"),
    )
    people.patient.session.commit()
    session = people.patient.session
    for _ in range(rounds):
        # So that the second center was never asked.
        session.query(Move).filter(
            Move.case_id == people.case, Move.referral_id.is_not(None)
        ).delete()
        session.query(Referral).filter_by(
            case_id=people.case, center="west-invented"
        ).delete()
        case, row = begin(people)
        name, referral, seen = case.id, row.id, row.version
        session.rollback()
        got = race(
            (
                people.east,
                referring.decline,
                (people.keys, referral, Decline.CAPACITY, "", seen),
            ),
            (people.program, keep_deadlines, (people.keys, name)),
            (people.program, keep_deadlines, (people.keys, name)),
        )
        assert got.count("won") == 1, got
        offered = session.query(Referral).filter_by(
            case_id=people.case,
            center="west-invented",
            state=ReferralState.OFFERED.value,
        )
        assert offered.count() == 1
        assert people.referral().state in {
            ReferralState.DECLINED,
            ReferralState.EXPIRED,
        }
        session.rollback()


def test_of_two_centers_one_leads(people, race, rounds):
    give_consent(
        people.patient,
        people.inquiry,
        Ticked(wording=SHARE, recipient="center:west-invented"),
    )
    referring.propose(
        people.owner,
        people.keys,
        people.case,
        ["west-invented"],
        reasons={},
        rules_version=None,
        version=people.row().version,
    )
    for _ in range(rounds):
        begin(people, state=ReferralState.ACCEPTED.value, due_at=None)
        other = people.referral("west-invented")
        other.state, other.due_at = ReferralState.ACCEPTED.value, None
        other.is_leading = False
        people.patient.session.commit()
        name, seen = people.case, people.row().version
        both = (people.referral().id, other.id)
        people.patient.session.rollback()
        got = race(
            *(
                (
                    people.owner,
                    referring.lead,
                    (name, one, seen),
                )
                for one in both
            )
        )
        assert sorted(got) == ["case.changed", "won"]
        states = {
            people.referral(center).state: people.referral(center).is_leading
            for center in ("east-invented", "west-invented")
        }
        assert states == {ReferralState.ACCEPTED: True, ReferralState.ENDED: False}
        people.patient.session.rollback()


def test_several_workers_keep_a_deadline_once(people, race, rounds):
    for _ in range(rounds):
        case, row = begin(people)
        row.state, row.due_at = ReferralState.ENDED.value, None
        case.state, case.due_at = State.FACILITATOR.value, people.owner.now
        case.warnings = 1
        people.owner.session.commit()
        name, before = case.id, count(people, Kind.REMINDED)
        got = race(
            *[(people.program, keep_deadlines, (people.keys, name)) for _ in range(4)]
        )
        assert got.count("won") == 1, got
        assert count(people, Kind.REMINDED) == before + 1


def test_several_workers_open_a_missing_case_once(people, race, rounds):
    session = people.patient.session
    for _ in range(rounds):
        name = session.query(Case.id).filter_by(inquiry_id=people.inquiry).scalar()
        for table in (Move, Referral):
            session.query(table).filter_by(case_id=name).delete()
        session.connection().exec_driver_sql("DELETE FROM case_mark")
        session.query(Case).filter_by(id=name).delete()
        session.commit()
        got = race(
            *[
                (
                    people.program,
                    open_missing,
                    (people.keys, people.inquiry),
                )
                for _ in range(4)
            ]
        )
        assert got.count("won") == 1, got
        assert session.query(Case).filter_by(inquiry_id=people.inquiry).count() == 1
        session.rollback()
