"""Facts drawn at random, looked at again, and what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.actor import VISITOR, Actor, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.listings.actions import draft, publish, withdraw
from directory.listings.rules.document import Kind
from directory.submissions.actions.samples import draw_sample, record_verdict
from directory.submissions.queries.samples import (
    last_sample,
    sample,
    sampled_facts,
    samples,
)
from directory.submissions.rules.samples import (
    Drawable,
    SampleCompletedError,
    SampleOpenError,
    SampleSizeError,
    drawn,
    share,
)
from directory.submissions.rules.states import SampleVerdict
from tests.listings.documents import center, facilitator
from tests.web.people import add_person

HOLDS, WRONG = SampleVerdict.HOLDS, SampleVerdict.WRONG
STATED = 9 + 5
"""Facts of the invented center and facilitator that state something."""


def facts(count: int) -> list[Drawable]:
    return [Drawable("center", "willow", f"trial.{n}", 1, 1) for n in range(count)]


def test_the_same_seed_draws_the_same_facts_whatever_their_order():
    there = drawn(facts(100), 10, "2026-11")

    assert drawn(reversed(facts(100)), 10, "2026-11") == there
    assert drawn(facts(100), 10, "2026-12") != there
    assert len(set(there)) == 10
    # A larger sample of the same seed holds the smaller one.
    assert drawn(facts(100), 20, "2026-11")[:10] == there


def test_every_fact_is_drawn_about_as_often():
    seen = [fact for n in range(400) for fact in drawn(facts(20), 5, f"seed {n}")]

    counts = [seen.count(fact) for fact in facts(20)]
    # 100 expected; five standard deviations of a binomial of 400 and a quarter.
    assert all(56 < count < 144 for count in counts)


@pytest.mark.parametrize("size", [0, -1, 11, 501])
def test_a_sample_of_an_impossible_size_is_not_drawn(size):
    with pytest.raises(SampleSizeError):
        drawn(facts(10), size, "seed")


def test_the_interval_is_wilsons():
    found = share([HOLDS] * 81 + [WRONG] * 182)

    assert found is not None
    assert found.of == 263
    assert found.percent == pytest.approx(30.798, abs=0.001)
    # Source: Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263.
    assert found.low == pytest.approx(25.53, abs=0.005)
    assert found.high == pytest.approx(36.62, abs=0.005)
    assert set(found.by_verdict) == set(SampleVerdict)
    assert share([]) is None


@pytest.fixture
def listed(work):
    publish(work, center(), authority="seed")
    publish(work, facilitator(), authority="seed")
    draft(work, center("ash-hospital", state="draft"), authority="seed")
    return work


@pytest.fixture
def moderator(listed):
    person = add_person(listed.session)
    actor = Actor("person:moderator", frozenset({Role.MODERATOR}), person=person.id)
    return replace(listed, actor=actor)


def test_only_what_is_published_and_stated_is_drawn(moderator):
    with pytest.raises(SampleSizeError):
        draw_sample(moderator, STATED + 1, "more than there are")
    made = draw_sample(moderator, STATED, "all of it")

    found = sampled_facts(moderator.session, made)
    assert [fact.position for fact in found] == list(range(1, STATED + 1))
    assert {fact.slug for fact in found} == {"willow-hospital", "willow-travel"}
    assert "capability.neurology" not in {fact.field for fact in found}
    icu = next(fact for fact in found if fact.field == "capability.icu")
    assert (icu.value, icu.basis, icu.source) == (
        "yes",
        "sourced",
        "https://example.org/ward",
    )
    assert sample(moderator.session, made).of == STATED


def test_a_sample_is_told_once_it_is_done(moderator):
    made = draw_sample(moderator, 3, "seed")
    assert last_sample(moderator.session) is None
    assert not record_verdict(moderator, made, 1, HOLDS)
    assert not record_verdict(moderator, made, 2, HOLDS)
    assert not record_verdict(moderator, made, 2, WRONG, "Two beds.")
    with pytest.raises(SampleOpenError):
        draw_sample(moderator, 3, "too soon")

    assert record_verdict(moderator, made, 3, HOLDS)

    last = last_sample(moderator.session)
    assert last is not None
    assert last == samples(moderator.session)[0]
    assert last.share is not None
    assert (last.share.of, last.share.by_verdict[HOLDS]) == (3, 2)
    with pytest.raises(SampleCompletedError):
        record_verdict(moderator, made, 1, WRONG)
    assert draw_sample(moderator, 3, "next") != made


def test_what_was_withdrawn_is_waited_for_by_nobody(listed, moderator):
    made = draw_sample(moderator, STATED, "seed")
    for fact in sampled_facts(moderator.session, made):
        if fact.slug == "willow-travel":
            record_verdict(moderator, made, fact.position, HOLDS)
        else:
            hidden = fact.position
    withdraw(listed, Kind.CENTER, "willow-hospital", "Closed.")

    assert {fact.slug for fact in sampled_facts(listed.session, made)} == {
        "willow-travel"
    }
    with pytest.raises(NotFoundError):
        record_verdict(moderator, made, hidden, HOLDS)
    draw_sample(moderator, 2, "next")
    last = last_sample(listed.session)
    assert last is not None
    assert last.share is not None
    assert last.share.of == 5


@pytest.mark.parametrize("position", [0, 4])
def test_what_was_not_drawn_gets_no_verdict(moderator, position):
    made = draw_sample(moderator, 3, "seed")

    with pytest.raises(NotFoundError):
        record_verdict(moderator, made, position, HOLDS)


def test_a_visitor_draws_nothing(listed):
    with pytest.raises(RefusedError):
        draw_sample(replace(listed, actor=VISITOR), 3, "seed")
