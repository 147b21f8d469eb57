"""By which beginnings a spelling is found, and what was typed of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from directory.search.rules.normalize import Script, Token, clean, tokens
from directory.search.rules.palladius import syllable as in_russian
from directory.search.rules.sounds import word_starts
from directory.search.rules.spoken import ways


class How(IntEnum):
    """How a spelling matches what was typed, best first."""

    WHOLE = 0
    START = 1
    WORD = 2
    """One of its words, and what follows, begins as typed."""

    INSIDE = 3
    """Chinese characters within a word."""

    SOUND = 4
    """Its pinyin begins as typed."""

    SOUND_OF_WORD = 5
    INITIALS = 6
    """The first letters of its pinyin."""

    NEAR = 7
    """It is a known misspelling."""


ARTICLE = "ال"

MOST_WAYS = 4
"""In which a spelling may sound; only some characters have two sounds."""

Span = tuple[int, int]
"""Where a stretch of a text begins and ends, in characters."""


class Line(NamedTuple):
    """One way of writing a spelling without breaks, and where it may begin.

    Args:
        text: Folded.
        starts: Places in the text, each with how it matches.
    """

    text: str
    starts: tuple[tuple[int, How], ...]


def lines(spelling: str) -> Iterator[Line]:
    """Yield the ways in which a listed spelling may be typed.

    Chinese may be typed in pinyin, from the first syllable of a word on, or by
    the first letters of all syllables.
    """
    parts = tokens(clean(spelling))
    if not parts:
        return
    words = _word_starts(parts)
    keys = [part.key for part in parts]
    if len(keys) > 1 and all(map(in_russian, keys)):
        # Syllables written apart: which of them begin a word is not to be seen.
        words = frozenset()
    yield _line(keys, parts, words, How.START)
    bare = _without_head(keys)
    if bare:
        yield Line(bare, ((0, How.START),))
    for spoken in _spoken(parts):
        yield _line(spoken, parts, words, How.SOUND)
        yield Line("".join(_in_russian(parts, spoken)), ((0, How.SOUND),))
        if len(spoken) > 1:
            yield Line("".join(_initials(parts, spoken)), ((0, How.INITIALS),))


HEADS = (("hospital",), ("yiyuan",), ("医", "院"))
"""What most names end with; without it, they are as whole."""


def _without_head(keys: list[str]) -> str:
    for head in HEADS:
        if len(keys) > len(head) and tuple(keys[-len(head) :]) == head:
            return "".join(keys[: -len(head)])
    return ""


class Typed(NamedTuple):
    """What was typed, as spellings are folded.

    Args:
        text: All of it, as it stands.
        ended: The same as if the last word were typed to its end; then it is
            without an ending or an article, as whole words are.
        words: Each word of it, the last as it stands.
        places: Where each word begins in the cleaned text.
    """

    text: str
    ended: str
    words: tuple[str, ...]
    places: tuple[int, ...]


def typed(cleaned: str) -> Typed | None:
    """Return what was typed, or ``None`` if it has no letter.

    Args:
        cleaned: As :func:`directory.search.rules.normalize.clean` returned.
    """
    parts = tokens(cleaned)
    if not parts:
        return None
    keys = [part.key for part in parts]
    ended = "".join(keys)
    if parts[-1].script is Script.ARABIC and keys[-1].startswith(ARTICLE):
        # Of a word that is not yet long enough to be known to have one.
        ended = "".join((*keys[:-1], keys[-1].removeprefix(ARTICLE)))
    keys[-1] = _letters(cleaned, parts[-1])
    words: list[str] = []
    places: list[int] = []
    for at, part in enumerate(parts):
        if at and parts[at - 1].end == part.start:
            words[-1] += keys[at]
        else:
            words.append(keys[at])
            places.append(part.start)
    return Typed("".join(keys), ended, tuple(words), tuple(places))


def has_only_letters(text: str) -> bool:
    """Tell whether a folded text is of words that may be misspelled by a letter.

    Numbers and codes may not, nor may Chinese.
    """
    return all(
        part.script in {Script.LATIN, Script.CYRILLIC, Script.ARABIC}
        for part in tokens(text)
    )


def marks(text: str, sought: str) -> tuple[Span, ...]:
    """Return which part of a text is what was typed; empty if none is.

    Args:
        text: As it is shown.
        sought: Folded, as of :func:`typed`.
    """
    parts = tokens(text)
    if not parts or not sought or clean(text) != text:
        return ()
    words = _word_starts(parts)
    keys = [part.key for part in parts]
    spellings = [keys]
    for spoken in _spoken(parts):
        spellings += spoken, _in_russian(parts, spoken), _initials(parts, spoken)
    for way in spellings:
        joined = "".join(way)
        begins = 0
        inside: Span | None = None
        for at, key in enumerate(way):
            if joined.startswith(sought, begins):
                span = _span(text, parts, way, at, len(sought))
                if at == 0 or at in words:
                    return (span,)
                if way is keys and parts[at].script is Script.HAN:
                    inside = inside or span
            begins += len(key)
        if inside:
            return (inside,)
    return ()


def _span(
    text: str, parts: tuple[Token, ...], way: list[str], first: int, length: int
) -> Span:
    """Return where so many folded letters from one token on are written."""
    at = first
    while length > len(way[at]):
        length -= len(way[at])
        at += 1
    begin, part = parts[first].start, parts[at]
    written = _letters(text, part)
    if part.script is Script.HAN or not written.endswith(way[at]):
        whole = part.script is Script.HAN or length == len(way[at])
        return begin, part.end if whole else min(part.start + length, part.end)
    # An article that was taken off belongs to the word.
    left = length + len(written) - len(way[at])
    for place in range(part.start, part.end):
        left -= len(_folded(text[place]))
        if left <= 0:
            return begin, place + 1
    return begin, part.end


def _letters(text: str, token: Token) -> str:
    """Return a word of a text folded letter by letter, with its ending."""
    if token.script in {Script.HAN, Script.DIGIT, Script.OTHER}:
        return token.key
    return "".join(map(_folded, text[token.start : token.end]))


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    # A token of one letter has no ending to lose.
    return "".join(part.key for part in tokens(letter))


def _line(
    keys: list[str], parts: tuple[Token, ...], words: frozenset[int], whole: How
) -> Line:
    starts: list[tuple[int, How]] = [(0, whole)]
    length = len(keys[0])
    total = sum(map(len, keys))
    for at in range(1, len(keys)):
        if at in words:
            # One letter at the end (as of CAR-T) is no word to look for.
            if total - length > 1 or parts[at].script is Script.HAN:
                word = How.WORD if whole is How.START else How.SOUND_OF_WORD
                starts.append((length, word))
        elif parts[at].script is Script.HAN and whole is How.START:
            starts.append((length, How.INSIDE))
        length += len(keys[at])
    return Line("".join(keys), tuple(starts))


def _runs(parts: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    """Yield where Chinese characters that stand together begin and end."""
    first: int | None = None
    for at, part in enumerate(parts):
        joins = (
            first is not None
            and part.script is Script.HAN
            and parts[at - 1].end == part.start
        )
        if joins:
            continue
        if first is not None:
            yield first, at
        first = at if part.script is Script.HAN else None
    if first is not None:
        yield first, len(parts)


def _word_starts(parts: tuple[Token, ...]) -> frozenset[int]:
    found = {
        at
        for at in range(1, len(parts))
        if parts[at - 1].end < parts[at].start
        or (parts[at - 1].script is Script.HAN) is not (parts[at].script is Script.HAN)
    }
    for first, after in _runs(parts):
        run = "".join(part.key for part in parts[first:after])
        found |= {first + at for at in word_starts(run)}
    return frozenset(found)


def _spoken(parts: tuple[Token, ...]) -> list[list[str]]:
    """Return the tokens with Chinese as it may sound; nothing if there is none."""
    keys = [part.key for part in parts]
    found: list[list[str]] = []
    for first, after in _runs(parts):
        each = [
            one for one in ways("".join(keys[first:after])) if len(one) == after - first
        ]
        # A rare character may have no known sound.
        if not each:
            continue
        found = found or [keys]
        found = [
            [*one[:first], *way, *one[after:]]
            for one in found
            for way in each[: MOST_WAYS // len(found)]
        ]
    return found


def _in_russian(parts: tuple[Token, ...], spoken: list[str]) -> list[str]:
    # As all Russian is folded.
    return [
        (in_russian(sound) or sound).replace("й", "и")
        if part.script is Script.HAN
        else sound
        for part, sound in zip(parts, spoken, strict=True)
    ]


def _initials(parts: tuple[Token, ...], spoken: list[str]) -> list[str]:
    return [
        sound[:1] if part.script is Script.HAN else sound
        for part, sound in zip(parts, spoken, strict=True)
    ]
