"""What answers of the eligibility check come to: reasons, never a refusal."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from directory.knowledge.rules.guide import Answers as Offered
from directory.knowledge.rules.guide import Rule
from directory.knowledge.rules.precheck import (
    Choice,
    Outcome,
    Reason,
    beside,
    choices,
    first_open,
    read,
    reason,
    result,
)
from directory.knowledge.rules.sources import Basis


def rule(number: int, *, can_be_no: bool = True) -> Rule:
    return Rule(
        id=f"E{number:02}",
        criterion={"en": "Something"},
        question={"en": f"Question {number}?"},
        answers=Offered(
            likely_ok={"en": "Yes"},
            discuss={"en": "Perhaps"},
            usually_not_now={"en": "No"} if can_be_no else None,
        ),
        meaning={"en": "Because."},
        scope={"en": "Invented products"},
        basis=Basis.UNVERIFIED,
    )


RULES = tuple(rule(number, can_be_no=number != 3) for number in range(1, 8))


def drawn(seed: int) -> dict[str, Choice]:
    chance = random.Random(seed)
    return {
        each.id: chance.choice(choices(each)) for each in RULES if chance.random() < 0.8
    }


def ids(reasons: Iterable[Reason]) -> set[str]:
    return {each.rule.id for each in reasons}


@pytest.mark.parametrize("seed", range(300))
def test_no_answers_come_to_a_refusal_and_each_has_its_place(seed):
    found = result(RULES, drawn(seed))

    assert found.outcome in {Outcome.LIKELY_REVIEWED, Outcome.TALK, Outcome.NOT_NOW}
    placed = [*found.not_now, *found.discuss, *found.unknown, *found.fits]
    assert sorted(each.rule.id for each in placed) == [each.id for each in RULES]


@pytest.mark.parametrize("seed", range(100))
def test_the_order_of_answers_and_of_questions_changes_nothing(seed):
    answers = drawn(seed)
    shuffled = list(answers.items())
    random.Random(seed + 1).shuffle(shuffled)
    rules = list(RULES)
    random.Random(seed + 2).shuffle(rules)

    found, other = result(RULES, answers), result(rules, dict(shuffled))

    assert found.outcome is other.outcome
    assert ids(found.not_now) == ids(other.not_now)
    assert ids(found.unknown) == ids(other.unknown)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, Outcome.TALK),
        (dict.fromkeys((r.id for r in RULES), Choice.LIKELY_OK), "likely-reviewed"),
        (dict.fromkeys((r.id for r in RULES), Choice.UNKNOWN), "talk"),
        ({"E01": Choice.DISCUSS}, "talk"),
        ({"E01": Choice.DISCUSS, "E02": Choice.USUALLY_NOT_NOW}, "not-now"),
    ],
)
def test_the_gravest_answer_counts(answers, outcome):
    assert result(RULES, answers).outcome == outcome


def test_not_knowing_is_never_worse_than_any_answer_to_talk_about():
    fits = dict.fromkeys((each.id for each in RULES), Choice.LIKELY_OK)

    for each in RULES:
        assert result(RULES, {**fits, each.id: Choice.UNKNOWN}).outcome == "talk"


def test_what_is_no_answer_is_left_out_and_counted():
    sent = {"E01": "likely_ok", "E03": "usually_not_now", "E99": "discuss", "x": "y"}

    given = read(RULES, sent)

    assert given.answers == {"E01": Choice.LIKELY_OK}
    assert given.left_out == 3


def test_an_answer_that_a_question_does_not_have_counts_as_not_known():
    found = reason(RULES[2], {"E03": Choice.USUALLY_NOT_NOW})

    assert found.choice is Choice.UNKNOWN
    assert found.answer is None


def test_questions_follow_each_other_and_end():
    assert [each and each.id for each in (beside(RULES, "E01", 1),)] == ["E02"]
    assert beside(RULES, "E01", -1) is None
    assert beside(RULES, "E07", 1) is None
    assert beside(RULES, "E77", 1) is None
    opened = first_open(RULES, {"E01": Choice.UNKNOWN})
    assert opened is not None
    assert opened.id == "E02"
    assert first_open(RULES, drawn(1) | {r.id: Choice.DISCUSS for r in RULES}) is None
