"""The round that keeps deadlines, with transactions of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from directory.cases.model import Case, CaseMark, Move, Referral
from directory.core.config import load
from directory.core.crypto import KeyRing
from directory.core.db import make_sessions
from directory.jobs.deadlines import (
    keep_case_deadlines,
    open_missing_cases,
    round_of_deadlines,
)
from directory.search.ports import Searcher
from directory.tools import Tools
from tests.cases import people as cases
from tests.fakes import FakeCleaner, MemoryMailer, MemoryStore


@pytest.fixture
def people(work, keys) -> cases.Cast:
    return cases.cast(work, keys)


@pytest.fixture
def keys():
    return KeyRing.new()


@pytest.fixture
def tools(engine, people, tmp_path):
    """Return tools at a moment when the first center is long silent."""
    people.patient.session.commit()
    sessions = make_sessions(engine)
    return Tools(
        settings=load({}, data=tmp_path),
        engine=engine,
        sessions=sessions,
        reading=make_sessions(engine, reading=True),
        clock=lambda: people.later(days=20).patient.now,
        searcher=cast("Searcher", None),
        keys=people.keys,
        mailer=MemoryMailer(),
        files=MemoryStore(),
        cleaner=FakeCleaner(),
    )


def test_rounds_do_what_is_due_and_then_nothing(tools, people):
    done = 0
    while found := keep_case_deadlines(tools):
        done += found
        people.patient.session.rollback()

    # One offer that expired, two reminders, two escalations, and one more.
    assert done >= 5
    assert round_of_deadlines(tools) == 0
    assert people.referral().state == "expired"
    assert people.row().warnings == done - 1


def test_a_round_opens_the_cases_that_are_missing(tools, people):
    session = people.patient.session
    for table in (Move, CaseMark, Referral):
        session.query(table).filter_by(case_id=people.case).delete()
    session.query(Case).filter_by(id=people.case).delete()
    session.commit()

    assert open_missing_cases(tools) == 1
    assert open_missing_cases(tools) == 0
    assert session.query(Case).filter_by(inquiry_id=people.inquiry).count() == 1


def test_without_keys_no_case_is_opened(tools):
    assert open_missing_cases(replace(tools, keys=None)) == 0
