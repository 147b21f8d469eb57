"""Reading a patient's age as children or adults."""

from __future__ import annotations

from collections.abc import Sequence

from directory.search.rules.draft import Draft
from directory.search.rules.lexicon import Entry
from directory.search.rules.normalize import Script, Token
from directory.search.rules.segments import Segment, covered
from directory.vocabulary.rules import Filler

ADULT_FROM = 18
"""Age in years from which a patient is read as an adult."""

OLDEST = 110
"""A larger number before "years" is no age."""

_MONTHS = ("month", "месяц", "个月", "شهر", "شهور")
_NUMERALS = {char: place for place, char in enumerate("零一二三四五六七八九十")}


def read_ages(
    draft: Draft, found: Sequence[Segment], chosen: Sequence[Segment]
) -> None:
    """Read ages as children or adults: ``6 year old``, ``六岁``, ``under 18``."""
    taken = covered(segment for segment in chosen if not segment.is_filler)
    for segment in found:
        if not taken.isdisjoint(range(segment.first, segment.after)):
            continue
        if segment.has(Filler.YEARS):
            number = _number(draft.words, segment.first - 1)
        elif segment.has(Filler.AGE, Filler.UNDER):
            number = _number_after(draft.words, segment.after)
        else:
            continue
        if number is None or number[0] > OLDEST:
            continue
        years, first, after = number
        key = "".join(w.key for w in draft.words[segment.first : segment.after])
        is_young = key.startswith(_MONTHS) or _is_under(found, first, segment.after)
        if segment.has(Filler.UNDER) and not segment.has(Filler.AGE):
            is_young = years <= ADULT_FROM
        if is_young:
            years = min(years, ADULT_FROM - 1)
        group = "pediatric" if years < ADULT_FROM else "adult"
        start, end = min(first, segment.first), max(after, segment.after)
        if draft.used.isdisjoint(range(start, end)) and draft.add(
            Entry("audience", group), start, end
        ):
            draft.used.update(range(start, end))


def _number_after(words: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return a number that begins at a place, and where it stands."""
    if at >= len(words) or words[at].script is not Script.DIGIT:
        return None
    key = words[at].key
    return (int(key), at, at + 1) if key.isdigit() and len(key) < 4 else None


def _number(words: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return a number that ends at a place, and where it stands.

    In digits, of a range the last, or in Chinese numerals below a hundred.
    """
    if at < 0:
        return None
    last = _number_after(words, at)
    if last is not None:
        first = at
        while first > 0 and words[first - 1].script is Script.DIGIT:
            first -= 1
        return last[0], first, at + 1
    first = at + 1
    while first > 0 and words[first - 1].key in _NUMERALS:
        first -= 1
    digits = "".join(word.key for word in words[first : at + 1])
    tens, ten, ones = digits.partition("十")
    if not ten:
        return (_NUMERALS[digits], first, at + 1) if len(digits) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    years = _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)
    return years, first, at + 1


def _is_under(found: Sequence[Segment], first: int, after: int) -> bool:
    """Tell whether a number is one that an age is below."""
    return any(
        segment.has(Filler.UNDER) and (segment.after == first or segment.first == after)
        for segment in found
    )
