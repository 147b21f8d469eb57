"""The eligibility check: what answers come to; none of them refuses anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from directory.knowledge.rules.guide import Rule
from directory.knowledge.rules.sources import Names

MYELOMA = "mm"
"""Vocabulary key of the one illness that the rules are about."""


class Choice(StrEnum):
    """What can be answered to a question."""

    LIKELY_OK = "likely_ok"
    DISCUSS = "discuss"
    USUALLY_NOT_NOW = "usually_not_now"
    UNKNOWN = "unknown"
    """Not known, or not said: always possible."""


class Outcome(StrEnum):
    """What all answers together come to. There is no refusal among them."""

    LIKELY_REVIEWED = "likely-reviewed"
    TALK = "talk"
    NOT_NOW = "not-now"


Answers = Mapping[str, Choice]
"""What was answered, by the id of the question."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer with the question that it answers.

    Args:
        choice: ``UNKNOWN`` too where nothing was answered.
        answer: In words; ``None`` where it is not known.
    """

    rule: Rule
    choice: Choice
    answer: Names | None


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers come to, and why.

    Args:
        outcome: Of all of them.
        not_now: Answers that usually do not fit at present.
        discuss: Those that a doctor will want to talk about.
        unknown: Questions that were left open.
        fits: Those that are no obstacle.
    """

    outcome: Outcome
    not_now: tuple[Reason, ...]
    discuss: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    fits: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent, as far as it can be read.

    Args:
        answers: To questions that exist, with answers that they have.
        left_out: How many others there were.
    """

    answers: dict[str, Choice]
    left_out: int


def choices(rule: Rule) -> tuple[Choice, ...]:
    """Return what can be answered to a question; that one does not know is last."""
    found = (choice for choice in Choice if _words(rule, choice) is not None)
    return (*found, Choice.UNKNOWN)


def read(rules: Sequence[Rule], sent: Mapping[str, str]) -> Given:
    """Return the answers among what was sent.

    Args:
        rules: The questions.
        sent: By the id of a question; anybody may have sent anything.
    """
    known = {rule.id: rule for rule in rules}
    answers: dict[str, Choice] = {}
    for key, value in sent.items():
        rule = known.get(key)
        if rule is not None and value in choices(rule):
            answers[key] = Choice(value)
    return Given(answers, len(sent) - len(answers))


def reason(rule: Rule, answers: Answers) -> Reason:
    """Return the answer to one question."""
    choice = answers.get(rule.id, Choice.UNKNOWN)
    if choice not in choices(rule):
        choice = Choice.UNKNOWN
    return Reason(rule, choice, _words(rule, choice))


def result(rules: Sequence[Rule], answers: Answers) -> Result:
    """Return what answers come to.

    One answer that usually does not fit now is enough to say so; else one that is
    to be talked about, or is not known, is enough for that.

    Args:
        rules: The questions, in their order.
        answers: To some or all of them.
    """
    reasons = [reason(rule, answers) for rule in rules]

    def those(choice: Choice) -> tuple[Reason, ...]:
        return tuple(each for each in reasons if each.choice is choice)

    not_now = those(Choice.USUALLY_NOT_NOW)
    discuss, unknown = those(Choice.DISCUSS), those(Choice.UNKNOWN)
    if not_now:
        outcome = Outcome.NOT_NOW
    elif discuss or unknown or not reasons:
        outcome = Outcome.TALK
    else:
        outcome = Outcome.LIKELY_REVIEWED
    return Result(outcome, not_now, discuss, unknown, those(Choice.LIKELY_OK))


def first_open(rules: Sequence[Rule], answers: Answers) -> Rule | None:
    """Return the first question that has no answer, not even an unknown one."""
    return next((rule for rule in rules if rule.id not in answers), None)


def beside(rules: Sequence[Rule], at: str, steps: int) -> Rule | None:
    """Return the question some steps after another, or before it.

    Args:
        rules: The questions, in their order.
        at: Id of the other.
        steps: Forward, or backward if below zero.

    Returns:
        Nothing beyond either end, or if there is no such question.
    """
    ids = [rule.id for rule in rules]
    if at not in ids:
        return None
    place = ids.index(at) + steps
    return rules[place] if 0 <= place < len(rules) else None


def _words(rule: Rule, choice: Choice) -> Names | None:
    if choice is Choice.UNKNOWN:
        return None
    words: Names | None = getattr(rule.answers, choice.value)
    return words
