"""By which beginnings a spelling is found, and what was typed of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from directory.search.rules.normalize import Script, Token, clean, tokens
from directory.search.rules.sounds import syllables, word_starts


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
    yield _line([part.key for part in parts], parts, words, How.START)
    sounds = _sounds(parts)
    if sounds:
        spoken = [sounds.get(at, part.key) for at, part in enumerate(parts)]
        yield _line(spoken, parts, words, How.SOUND)
        initials = "".join(
            sounds[at][:1] if at in sounds else part.key
            for at, part in enumerate(parts)
        )
        if len(sounds) > 1:
            yield Line(initials, ((0, How.INITIALS),))


def typed(text: str) -> tuple[str, ...]:
    """Return what was typed as spellings are folded, the likelier reading first.

    The last word may not have been typed to its end: it is taken as it stands,
    and then without an ending or an article, as whole words are.
    """
    cleaned = clean(text)
    parts = tokens(cleaned)
    if not parts:
        return ()
    last = parts[-1]
    before = "".join(part.key for part in parts[:-1])
    as_typed = before + _letters(cleaned[last.start : last.end], last)
    return tuple(dict.fromkeys((as_typed, before + last.key)))


def _letters(written: str, token: Token) -> str:
    """Return a word folded letter by letter, with its ending."""
    if token.script in {Script.HAN, Script.DIGIT, Script.OTHER}:
        return token.key
    # Tokens of one letter have no ending to lose.
    return "".join(part.key for letter in written for part in tokens(letter))


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


def _sounds(parts: tuple[Token, ...]) -> dict[int, str]:
    """Return the syllable of each Chinese character, by its place."""
    found: dict[int, str] = {}
    for first, after in _runs(parts):
        run = "".join(part.key for part in parts[first:after])
        spoken = syllables(run)
        if len(spoken) == len(run):
            found.update(zip(range(first, after), spoken, strict=True))
    return found
