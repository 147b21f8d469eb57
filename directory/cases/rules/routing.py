"""Which centers routing rules propose for a case, in which order, and why.

The order knows nothing of prices. What nobody has stated leaves no center out; it
only makes a proposal less certain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from directory.cases.rules.rule_checks import (
    CaseFacts,
    CenterFacts,
    Facts,
    Outcome,
    checked,
    speaks_for,
)
from directory.cases.rules.rule_documents import Rule, Verdict, When
from directory.submissions.rules.states import CapacityState


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule said of one center.

    Args:
        rule: Its name.
        verdict: What follows if the check holds.
        outcome: Whether it does.
        facts: What it relied on; ``about`` says what was looked at.
        weight: What was added or taken away if it holds.
    """

    rule: str
    verdict: Verdict
    outcome: Outcome
    facts: Facts
    weight: int = 0

    @property
    def leaves_out(self) -> bool:
        """Whether the center is left out because of this."""
        wrong = Outcome.NO if self.verdict is Verdict.MUST else Outcome.YES
        may = self.verdict in {Verdict.MUST, Verdict.EXCLUDE}
        return may and self.outcome is wrong

    @property
    def score(self) -> int:
        """What it adds to, or takes from, the center's place in the order."""
        if self.outcome is not Outcome.YES:
            return 0
        sign = {Verdict.PREFER: 1, Verdict.AVOID: -1}.get(self.verdict, 0)
        return sign * self.weight


@dataclass(frozen=True, slots=True)
class Certainty:
    """How many of the rules that speak for a case could be answered.

    Args:
        known: Those whose facts are stated.
        asked: All of them.
    """

    known: int
    asked: int

    @property
    def is_full(self) -> bool:
        """Whether nothing that was looked at is left unsaid."""
        return self.known == self.asked


@dataclass(frozen=True, slots=True)
class Proposal:
    """A center, what each rule said of it, and how certain that is.

    Args:
        center: Its slug.
        name: By language.
        reasons: Of every rule that speaks for this case, in their order.
        capacity: By the center's own word; ``None`` if nothing is stated.
        load: Open referrals there.
    """

    center: str
    name: Mapping[str, str]
    reasons: tuple[Reason, ...]
    capacity: CapacityState | None
    load: int

    @property
    def score(self) -> int:
        """The sum of what rules added and took away."""
        return sum(reason.score for reason in self.reasons)

    @property
    def certainty(self) -> Certainty:
        """How much of what was looked at is known."""
        known = sum(each.outcome is not Outcome.UNKNOWN for each in self.reasons)
        return Certainty(known, len(self.reasons))

    @property
    def against(self) -> tuple[Reason, ...]:
        """Why it was left out; nothing if it was not."""
        return tuple(reason for reason in self.reasons if reason.leaves_out)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All centers for one case.

    Args:
        included: In the order of preference; ties by load, then name.
        excluded: The others, by name.
    """

    included: tuple[Proposal, ...] = ()
    excluded: tuple[Proposal, ...] = ()


def evaluate(
    rules: Sequence[Rule], case: CaseFacts, centers: Iterable[CenterFacts]
) -> Ranking:
    """Return what rules say of a case at each center.

    The order does not depend on the order in which centers come.
    """
    spoken = [
        rule
        for rule in rules
        if applies(rule.when, case) and speaks_for(rule.check, case)
    ]
    found = [_proposal(spoken, case, center) for center in centers]
    included = [each for each in found if not each.against]
    excluded = [each for each in found if each.against]
    return Ranking(
        tuple(sorted(included, key=lambda p: (-p.score, p.load, *_by_name(p)))),
        tuple(sorted(excluded, key=_by_name)),
    )


def applies(when: When, case: CaseFacts) -> bool:
    """Tell whether a rule is meant for a case."""
    return (
        (when.age is None or when.age is case.age)
        and (not when.wanted or not case.wanted.isdisjoint(when.wanted))
        and (not when.diagnoses or case.diagnosis in when.diagnoses)
        and (not when.travel or case.travel in when.travel)
        and (when.interpreter is None or when.interpreter == case.interpreter)
    )


def as_json(reasons: Sequence[Reason]) -> str:
    """Return reasons as the JSON that is sealed with a referral."""
    return json.dumps(
        [
            {
                "rule": each.rule,
                "verdict": each.verdict.value,
                "outcome": each.outcome.value,
                "facts": dict(each.facts),
                "weight": each.weight,
            }
            for each in reasons
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def from_json(words: str) -> tuple[Reason, ...]:
    """Return reasons that :func:`as_json` wrote."""
    return tuple(
        Reason(
            each["rule"],
            Verdict(each["verdict"]),
            Outcome(each["outcome"]),
            each["facts"],
            each["weight"],
        )
        for each in json.loads(words)
    )


def _by_name(proposal: Proposal) -> tuple[str, str]:
    return (proposal.name.get("en", "").casefold(), proposal.center)


def _proposal(rules: Sequence[Rule], case: CaseFacts, center: CenterFacts) -> Proposal:
    reasons = []
    for rule in rules:
        outcome, facts = checked(rule.check, case, center)
        about = {"about": rule.check.about.value, **facts}
        reasons.append(
            Reason(rule.name, rule.verdict, outcome, about, rule.weight or 0)
        )
    return Proposal(
        center.slug, center.names, tuple(reasons), center.capacity, center.load
    )
