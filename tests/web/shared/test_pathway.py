"""Cases are told in the same words to everybody, and every code has some."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from directory.cases.rules import quotes, states
from directory.cases.rules.timeline import Kind
from directory.core.text import Language
from directory.inquiries.rules.documents import DocumentKind, DocumentState
from directory.web import pathway, sentences
from directory.web.zones import CHINA, clock, day_at, zone_of

ALMATY = zone_of("Asia/Almaty")


@dataclass(frozen=True)
class Line:
    """An invented line of a timeline."""

    kind: Kind = Kind.OPENED
    side: states.Side = states.Side.FACILITATOR
    organization: str | None = "Invented & <b>Office</b>"
    owner: str | None = "Invented owner"
    center: str | None = "east-invented"
    step: states.Step = states.Step.REVIEW
    state: states.State = states.State.HOSPITAL
    due_at: datetime | None = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)
    facts: dict[str, Any] = field(default_factory=dict)


def named(slug: str) -> str:
    """Return an invented name."""
    return f"Center <{slug}>"


def told(line: Line) -> str:
    return str(sentences.sentence(line, ALMATY, named))


@pytest.fixture
def page(site: Flask):
    """Return nothing; sentences may be asked for as on a page."""
    with site.test_request_context("/en/"):
        yield


def test_every_kind_has_a_sentence():
    assert set(sentences.SENTENCES) == set(Kind)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (states.Step, pathway.STEPS),
        (states.Step, pathway.DOES),
        (states.Side, pathway.SIDES),
        (states.State, pathway.STATES),
        (states.Closing, pathway.CLOSINGS),
        (states.Decline, pathway.DECLINES),
        (states.Lack, pathway.LACKS),
        (states.PauseReason, pathway.PAUSES),
        (states.ReferralState, pathway.REFERRAL_STATES),
        (states.QuoteState, pathway.QUOTE_STATES),
        (states.CallState, pathway.CALL_STATES),
        (states.RuleState, pathway.RULE_STATES),
        (quotes.LineKind, pathway.QUOTE_LINES),
        (DocumentKind, pathway.DOCUMENT_KINDS),
        (DocumentState, pathway.DOCUMENT_STATES),
    ],
)
def test_every_code_has_words(codes: type[Enum], words: dict[Any, Any]):
    assert set(words) == set(codes)


def test_every_step_says_what_each_side_does():
    sides = {states.Side.PATIENT, states.Side.FACILITATOR, states.Side.HOSPITAL}

    assert all(set(each) == sides for each in pathway.DOES.values())


@pytest.mark.parametrize("side", list(states.Side))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_sentence_is_whole_whatever_is_known(page, kind, side):
    full = Line(kind=kind, side=side)
    bare = replace(
        full, organization=None, owner=None, center=None, due_at=None, facts={}
    )

    for line in (full, bare):
        words = told(line)

        assert words.endswith(".")
        assert "%(" not in words
        assert "<b>" not in words
        assert "None " not in words.removeprefix("None of the times")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_sentence_can_be_made_in_each_language(page, kind, language):
    with force_locale("zh_Hans" if language is Language.ZH else language.value):
        assert "%(" not in told(Line(kind=kind))


def test_names_stand_apart_and_are_not_markup(page):
    words = told(Line(kind=Kind.ACCEPTED))

    assert words.startswith("<bdi>Center &lt;east-invented&gt;</bdi> accepted")


def test_plain_sentences_have_the_same_words(page):
    line = Line(kind=Kind.ACCEPTED)

    assert sentences.plain_sentence(line, ALMATY, named) == (
        "Center <east-invented> accepted the case for review."
    )


def test_days_are_the_readers(page):
    late = Line(kind=Kind.REMINDED)

    assert "November 26, 2026" in told(late)
    assert "November 25, 2026" in str(
        sentences.sentence(late, zone_of("America/New_York"), named)
    )


def test_a_time_is_told_with_how_far_its_clock_is_from_utc(page):
    at = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
    words = told(Line(kind=Kind.TIME_CHOSEN, facts={"at": at.isoformat()}))

    assert "November 25, 2026" in words
    assert "(UTC+5)" in words


def test_a_code_is_told_in_words(page):
    words = told(Line(kind=Kind.DECLINED, facts={"code": "capacity"}))

    assert words.endswith("The reason: No room.")


def test_a_code_that_nobody_knows_is_not_told(page):
    words = told(Line(kind=Kind.DECLINED, facts={"code": "<script>"}))

    assert "script" not in words


def test_what_a_center_asks_for_is_told(page):
    words = told(Line(kind=Kind.NEEDS_MORE, facts={"lacks": ["marrow", "imaging"]}))

    assert "Bone marrow report, Original images" in words


def test_who_closed_a_case_is_told(page):
    by_patient = Line(
        kind=Kind.CLOSED, side=states.Side.PATIENT, facts={"code": "cost"}
    )

    assert told(by_patient).startswith("The patient closed the case.")


@pytest.mark.parametrize("state", list(states.State))
@pytest.mark.parametrize("step", list(states.Step))
def test_what_comes_next_is_told_to_each_side(page, step, state):
    for reader in states.Side:
        found = pathway.what_next(step, state, reader)

        assert found.whose
        assert found.is_yours == (states.WAITING.get(reader) is state)
        assert (found.what is None) == (
            state in {states.State.PAUSED, states.State.CLOSED}
        )


@pytest.mark.parametrize(
    ("time_zone", "country", "found"),
    [
        ("Asia/Almaty", "KZ", "Asia/Almaty"),
        ("Asia/Almaty", "US", "Asia/Almaty"),
        (None, "KG", "Asia/Bishkek"),
        (None, "KZ", "Asia/Almaty"),
        (None, "US", "UTC"),
        (None, None, "UTC"),
        ("../../etc/passwd", "KG", "Asia/Bishkek"),
        ("No/Such", None, "UTC"),
        ("\x00", None, "UTC"),
    ],
)
def test_a_reader_has_a_clock(time_zone, country, found):
    assert zone_of(time_zone, country).key == found


def test_a_clock_across_the_change_of_time(page):
    berlin = zone_of("Europe/Berlin")
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert re.search(r"2:30.*\(UTC\+2\)", clock(before, berlin))
    assert re.search(r"2:30.*\(UTC\+1\)", clock(after, berlin))
    assert day_at(before, CHINA) == "October 25, 2026"
