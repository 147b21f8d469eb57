"""Looking for phrases, and telling whether the words around take them back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from directory.core.text import Language
from directory.submissions.rules.linter import arabic, chinese, english, russian
from directory.submissions.rules.linter.findings import Rule
from directory.submissions.rules.linter.phrases import Words, compiled

WORDS: tuple[Words, ...] = (
    english.WORDS,
    chinese.WORDS,
    russian.WORDS,
    arabic.WORDS,
)
"""Every language; a text is read in all of them, since languages mix."""

FARTHEST: Mapping[Language, int] = {
    Language.EN: 45,
    Language.ZH: 8,
    Language.RU: 45,
    Language.AR: 45,
}
"""Within how many characters a negation takes back what it stands beside."""

TAKEN_BACK_AFTER = frozenset({Rule.PROMISE, Rule.TESTIMONIAL, Rule.ADVERTISING})
"""Rules whose words are also taken back by what follows: "cannot be promised"."""

_CLAUSE = re.compile(r"[,;:()]| but | но | а |但|而是| لكن | بل ")


@dataclass(frozen=True, slots=True)
class Place:
    """Part of a sentence, in characters from its beginning."""

    start: int
    end: int

    def touches(self, other: Place) -> bool:
        """Tell whether two places share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class _Phrases:
    said: re.Pattern[str]
    harmless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Negation:
    language: Language
    before: re.Pattern[str]
    after: re.Pattern[str]
    emphatic: re.Pattern[str]


def _phrases(words: Words, rule: Rule) -> _Phrases:
    said = words.rules[rule]
    harmless = compiled(said.harmless, words.language) if said.harmless else None
    return _Phrases(compiled(said.said, words.language), harmless)


BY_PHRASE: tuple[Rule, ...] = tuple(
    rule for rule in Rule if all(rule in words.rules for words in WORDS)
)
"""Rules that are broken by a phrase alone."""

_RULES: Mapping[Rule, tuple[tuple[_Phrases, _Negation], ...]] = {}
_NEGATIONS: tuple[_Negation, ...] = tuple(
    _Negation(
        words.language,
        compiled(words.before, words.language),
        compiled(words.after, words.language),
        compiled(words.emphatic, words.language),
    )
    for words in WORDS
)
_RULES = {
    rule: tuple(
        (_phrases(words, rule), negation)
        for words, negation in zip(WORDS, _NEGATIONS, strict=True)
    )
    for rule in BY_PHRASE
}


def anywhere(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of one list of words, one for each language.

    Args:
        name: A field of :class:`Words` that holds phrases.
    """
    return tuple(compiled(getattr(words, name), words.language) for words in WORDS)


def any_of(patterns: tuple[re.Pattern[str], ...], words: str) -> bool:
    """Tell whether any of the patterns is found."""
    return any(pattern.search(words) for pattern in patterns)


def broken(rule: Rule, words: str) -> Iterator[Place]:
    """Yield where a sentence breaks a rule, and neither takes it back nor means else.

    Args:
        rule: One of :data:`BY_PHRASE`.
        words: A folded sentence.
    """
    for phrases, negation in _RULES[rule]:
        harmless = [
            Place(*found.span())
            for found in (phrases.harmless.finditer(words) if phrases.harmless else ())
        ]
        for found in phrases.said.finditer(words):
            place = Place(*found.span())
            if any(place.touches(other) for other in harmless):
                continue
            if not _is_taken_back(words, place, negation, rule):
                yield place


def _is_taken_back(words: str, place: Place, negation: _Negation, rule: Rule) -> bool:
    farthest = FARTHEST[negation.language]
    window = words[max(0, place.start - farthest) : place.start]
    window = negation.emphatic.sub(", ", window)
    window = _CLAUSE.split(window)[-1]
    if negation.before.search(window):
        return True
    if rule not in TAKEN_BACK_AFTER:
        return False
    window = words[place.end : place.end + farthest]
    return bool(negation.after.search(_CLAUSE.split(window)[0]))
