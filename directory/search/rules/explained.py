"""Why results stand where they stand, for whoever looks after the search."""

from __future__ import annotations

from dataclasses import dataclass

from directory.search.rules.documents import Standing
from directory.search.rules.questions import Question
from directory.search.rules.values import Hit, Results
from directory.search.rules.words import Found, Reason


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """One result, and all that its place follows from, in the order in which it counts.

    Args:
        hit: The result; how much of what was asked it is known to have comes
            right after being named.
        named: Which of the named it is, from 1, if the words name it.
        confirmed: How many of the clauses it has with a source, in time.
        affirmed: How many it is said to have, with a source or without.
        found: How it has the other words, if it has any.
        evidence: How well CAR-T itself is borne out.
        reasons: Every way in which it has each of the words.
    """

    hit: Hit
    named: int | None
    confirmed: int
    affirmed: int
    found: Found | None
    evidence: Standing
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer, and why it is this one.

    Args:
        results: As the page has them.
        question: What was asked, taken apart.
        words: How many words were looked for in the full text.
        hits: The results of the page.
    """

    results: Results
    question: Question
    words: int
    hits: tuple[ExplainedHit, ...]
