"""Which passwords are taken, how often one may be wrong, what a link outlives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.accounts.rules.guessing import LIMITS, MOST, open_at
from directory.accounts.rules.life import ABSOLUTE, IDLE, is_over
from directory.accounts.rules.marks import account_of, is_current, subject_of
from directory.accounts.rules.passwords import (
    LONGEST,
    SHORTEST,
    PasswordFlaw,
    password_flaw,
)
from tests.conftest import NOW

KNOWN = ("Invented Editor", "editor@invented-hospital.example.org", "Invented Hospital")


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("a" * (SHORTEST - 1), PasswordFlaw.SHORT),
        ("春" * (SHORTEST - 1), PasswordFlaw.SHORT),
        ("violet anchor beneath parsnip " * 5, PasswordFlaw.LONG),
        ("password1234", PasswordFlaw.COMMON),
        ("iloveyouiloveyou", PasswordFlaw.COMMON),
        ("qwertyuiop123456", PasswordFlaw.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordFlaw.COMMON),
        ("19700101197001", PasswordFlaw.COMMON),
        ("123456789012345678", PasswordFlaw.COMMON),
        ("Invented Editor", PasswordFlaw.COMMON),
        ("editor-2026-hospital", PasswordFlaw.COMMON),
        ("CAR-T Cell Therapy 1", PasswordFlaw.COMMON),
        ("violet anchor beneath parsnip", None),
        ("q7%Hf!vTz2#Lw", None),
        ("春天的第一百个早晨我们去看海吧", None),
    ],
)
def test_passwords_that_are_tried_first_are_refused(password, flaw):
    assert password_flaw(password, KNOWN) is flaw


def test_the_longest_password_is_taken():
    words = "violet anchor beneath parsnip granite willow seventeen moths over "
    longest = (words * 3)[:LONGEST]

    assert len(longest) == LONGEST
    assert password_flaw(longest) is None


def test_attempts_are_limited_in_each_stretch_of_time():
    ten = [NOW - timedelta(seconds=each) for each in range(10)]

    assert open_at(ten[:9], NOW) is None
    assert open_at(ten, NOW) == ten[-1] + timedelta(minutes=10)
    assert open_at(ten, ten[-1] + timedelta(minutes=10)) is None


def test_the_limit_of_a_day_holds_where_each_stretch_does():
    slow = [NOW - timedelta(minutes=11 * each) for each in range(MOST)]

    assert open_at(slow, NOW) == slow[-1] + timedelta(days=1)
    assert open_at(slow[:-1], NOW) is None


def test_limits_stay_below_what_was_promised():
    short = min(LIMITS, key=lambda limit: limit.within)

    assert short.within >= timedelta(minutes=10)
    assert short.attempts <= 20


@pytest.mark.parametrize(
    ("began", "seen", "over"),
    [
        (timedelta(), timedelta(), False),
        (IDLE, IDLE, True),
        (ABSOLUTE, timedelta(), True),
        (ABSOLUTE - timedelta(seconds=1), IDLE - timedelta(seconds=1), False),
    ],
)
def test_sessions_end_by_themselves(began, seen, over):
    assert is_over(NOW - began, NOW - seen, NOW) is over


def test_a_link_knows_the_state_that_it_was_made_for():
    subject = subject_of("a" * 32, "mark", "new@example.org")

    assert account_of(subject) == "a" * 32
    assert is_current(subject, "a" * 32, "mark", "new@example.org")
    assert not is_current(subject, "a" * 32, "other", "new@example.org")
    assert not is_current(subject, "a" * 32, "mark", "other@example.org")
    assert not is_current(subject, "b" * 32, "mark", "new@example.org")
    assert "new@example.org" not in subject
