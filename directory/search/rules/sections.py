"""Which part of a guide answers a question, by the questions nearest to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

from directory.search.rules.documents import IndexDocument
from directory.search.rules.normalize import Script, Token, clean, spelled, tokens
from directory.search.rules.values import Concept, Reading

NEAR_ENOUGH = 0.55
"""How alike a typed question and a known one are, from 0 to 1, for the known
one's part of the guide to be opened. Chosen by the judged queries: below it
parts are opened by chance, above it questions in other words find none."""

MOST_GUIDES = 64
"""Guides whose questions are kept taken apart; there are seventeen."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of one guide, taken apart.

    Args:
        weights: What each word or pair of characters tells, by how rare it is.
        having: Which questions have it, by number.
        wholes: The weight of all words of each question.
    """

    weights: Mapping[str, float]
    having: Mapping[str, tuple[int, ...]]
    wholes: tuple[float, ...]


def section_of(guide: IndexDocument, typed: str) -> str | None:
    """Return the part of a guide that answers what was typed, if one does.

    Two questions are alike by the words that they share, weighed by how rare
    these are among the questions of the guide; words of which the guide knows
    nothing do not count.

    Args:
        guide: As the index has it.
        typed: The query, cleaned.
    """
    if not any(guide.sections):
        return None
    asked = _asked(guide.questions)
    words = asked.weights.keys() & _words(tokens(typed))
    weight = sum(asked.weights[word] for word in words)
    shared: defaultdict[int, float] = defaultdict(float)
    for word in words:
        for number in asked.having[word]:
            shared[number] += asked.weights[word]
    best = {"": 0.0}
    for number, common in shared.items():
        # Rounded, so that equals are equal in whatever order words were added up.
        likeness = round(2 * common / ((asked.wholes[number] + weight) or 1.0), 9)
        section = guide.sections[number]
        best[section] = max(best.get(section, 0.0), likeness)
    likeness, section = max((value, name) for name, value in best.items())
    is_alone = sum(value == likeness for value in best.values()) == 1
    return section or None if likeness >= NEAR_ENOUGH and is_alone else None


def led(reading: Reading, guide: Callable[[str], IndexDocument | None]) -> Reading:
    """Return a reading whose guides say which of their parts answers.

    Args:
        reading: Of a query.
        guide: Returns a guide by its slug, if it is published.
    """
    understood = tuple(
        replace(part, section=section_of(found, reading.text))
        if part.kind is Concept.GUIDE and (found := guide(part.key)) is not None
        else part
        for part in reading.understood
    )
    return replace(reading, understood=understood)


@lru_cache(maxsize=MOST_GUIDES)
def _asked(questions: tuple[str, ...]) -> _Asked:
    taken = [frozenset(_words(spelled(clean(text)))) for text in questions]
    count = Counter(word for words in taken for word in words)
    weights = {word: log(len(taken) / often) ** 2 for word, often in count.items()}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(taken):
        for word in words:
            having[word].append(number)
    return _Asked(
        weights,
        {word: tuple(numbers) for word, numbers in having.items()},
        tuple(sum(weights[word] for word in words) for words in taken),
    )


def _words(found: tuple[Token, ...]) -> Iterator[str]:
    """Yield words, and every two neighboring Chinese characters."""
    for at, token in enumerate(found):
        if token.script is not Script.HAN:
            yield token.key
        elif at and found[at - 1].script is Script.HAN:
            yield found[at - 1].key + token.key
