"""Reading numbers: a patient's age, and how many treatments there were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from directory.search.rules.draft import Draft
from directory.search.rules.lexicon import Entry
from directory.search.rules.normalize import Script, Token
from directory.search.rules.segments import Segment, covered
from directory.vocabulary.rules import Filler, TermKind

ADULT_FROM = 18
"""Age in years from which a patient is read as an adult."""

OLDEST = 110
"""A larger number before "years" is no age."""

MOST_TREATMENTS = 20
"""A larger number before "lines" counts no treatments."""

ELIGIBILITY = "eligibility"
"""The guide that says how many treatments there must have been."""

_SEXES = frozenset("mf")
"""What physicians write onto an age: ``62F``."""

_MONTHS = ("month", "месяц", "个月", "شهر", "شهور")
_NUMERALS = {char: place for place, char in enumerate("零一二三四五六七八九十")}


def read_numbers(
    draft: Draft, found: Sequence[Segment], chosen: Sequence[Segment]
) -> None:
    """Read ages, and take numbers of treatments out of the words."""
    for word in draft.words:
        if word.script is Script.DIGIT or word.key in _NUMERALS:
            _read_ages(draft, found, chosen)
            _read_counts(draft, found, chosen)
            return


def _read_ages(
    draft: Draft, found: Sequence[Segment], chosen: Sequence[Segment]
) -> None:
    """Read ages as children or adults: ``6 year old``, ``六岁``, ``under 18``."""
    taken = covered(segment for segment in chosen if not segment.is_filler)
    counts = {segment.first for segment in found if segment.has(Filler.COUNT)}
    for segment in (*found, *_letters_apart(draft.words)):
        if not taken.isdisjoint(range(segment.first, segment.after)):
            continue
        if segment.has(Filler.YEARS):
            number = _number(draft.words, segment.first - 1)
        elif segment.has(Filler.AGE, Filler.UNDER):
            number = _number_after(draft.words, _skipped(found, segment.after))
            if number is not None and (number[2] in counts or number[1] in taken):
                continue
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
        end = max(
            (e.after for e in found if e.first == end and e.has(Filler.YEARS)),
            default=end,
        )
        if draft.used.isdisjoint(range(start, end)) and draft.add(
            Entry("audience", group), start, end
        ):
            draft.used.update(range(start, end))


def _letters_apart(words: Sequence[Token]) -> Iterator[Segment]:
    """Yield where ``y.o.``, ``y/o`` or ``45M`` says years in letters of its own."""
    years = (Entry(TermKind.FILLER, Filler.YEARS),)
    for at in range(1, len(words)):
        word = words[at]
        if word.key in _SEXES and word.upper and word.start == words[at - 1].end:
            yield Segment(at, at + 1, years)
        elif word.key == "y" and at + 1 < len(words) and words[at + 1].key == "o":
            yield Segment(at, at + 2, years)


def _read_counts(
    draft: Draft, found: Sequence[Segment], chosen: Sequence[Segment]
) -> None:
    """Take numbers of treatments out of the words: ``3 lines``, ``2次复发``.

    They say where somebody stands in the order of treatments. Alone they ask
    who can be treated.
    """
    taken = covered(segment for segment in chosen if not segment.is_filler)
    for segment in found:
        places = range(segment.first, segment.after)
        if not segment.has(Filler.COUNT) or not draft.used.isdisjoint(places):
            continue
        number = _number(draft.words, segment.first - 1)
        if number is None or number[0] > MOST_TREATMENTS:
            continue
        first, after = number[1], segment.after
        if taken.isdisjoint(range(first, number[2])):
            draft.postponed.append((Entry("guide", ELIGIBILITY), first, after))
            draft.framed.update(range(first, after))
            # "Relapses" alone asks how long it lasts; counted it does not.
            if all(
                segment.first <= other.first and other.after <= segment.after
                for other in chosen
                if other.first < segment.after and segment.first < other.after
            ):
                draft.used.update(places)


def _skipped(found: Sequence[Segment], at: int) -> int:
    """Return the place after one word such as "is" that may stand at a place."""
    return next(
        (
            segment.after
            for segment in found
            if segment.first == at
            and segment.after == at + 1
            and segment.has(Filler.STOP)
        ),
        at,
    )


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
