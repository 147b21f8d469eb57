"""Invented cases stand in every step and state, and are marked as invented."""

from __future__ import annotations

import pytest

from directory.cases.model import Call, Case, FollowUp, Message, Quote, Referral
from directory.cases.queries.routing_facts import NAMELESS
from directory.cases.rules.states import ReferralState, State, Step
from directory.cli.demo import load_demo
from directory.cli.demo_cases import CENTERS, DIAGNOSES
from directory.cli.demo_story import STORIES, tell_stories
from directory.core.config import Settings
from directory.core.crypto import KeyRing
from directory.vocabulary.actions import put_term
from directory.vocabulary.rules import Term, TermKind

SEED = Settings.folder("seed")


@pytest.fixture
def told(work):
    for key in sorted(set(DIAGNOSES) - NAMELESS):
        put_term(work, Term(kind=TermKind.INDICATION, key=key, labels={"en": key}))
    load_demo(SEED / "demo", work, lambda _password: "hash")
    assert tell_stories(work, KeyRing.new()) == len(STORIES)
    return work.session


def test_cases_stand_in_every_step_and_state(told):
    steps = {step for (step,) in told.query(Case.step)}
    states = {state for (state,) in told.query(Case.state)}
    referrals = {state for (state,) in told.query(Referral.state)}

    assert steps == set(Step)
    assert states == set(State)
    assert referrals >= {
        ReferralState.PROPOSED,
        ReferralState.OFFERED,
        ReferralState.ACCEPTED,
        ReferralState.NEEDS_MORE,
        ReferralState.DECLINED,
    }
    for row in (Message, Quote, Call, FollowUp):
        assert told.query(row).count() > 0


def test_all_are_marked_and_none_goes_to_a_hospital_that_exists(told):
    assert told.query(Case).filter_by(is_invented=False).count() == 0
    assert {center for (center,) in told.query(Referral.center)} <= set(CENTERS)


def test_open_cases_have_owner_and_deadline_and_nobody_is_told_twice(told, work):
    rows = told.query(Case).filter(Case.state != State.CLOSED.value).all()

    assert all(case.due_at and case.organization_id for case in rows)
    assert tell_stories(work, KeyRing.new()) == 0
