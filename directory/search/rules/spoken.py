"""How Chinese names sound, and how the sounds are written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib import mmseg

from directory.search.rules.normalize import spelled_key

_TWO_SOUNDS = {
    "朝": ("chao", "zhao"),
    "长": ("chang", "zhang"),
    "重": ("zhong", "chong"),
}
"""Characters of names that are often taken for their other sound."""


@lru_cache(maxsize=16384)
def _of_word(word: str) -> tuple[str, ...]:
    """Return the syllables of a word of the dictionary, or of what is none."""
    return tuple(lazy_pinyin(word))


@lru_cache(maxsize=4096)
def _toned(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, style=Style.TONE3))


def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of Chinese characters, without tones.

    What else stands in the text stays, in one piece.

    Args:
        text: The sound of a character may depend on its neighbors.
    """
    # Word by word, because names are made of the same few words; the text
    # itself is not kept.
    return tuple(syllable for word in _words(text) for syllable in _of_word(word))


def toned(text: str) -> tuple[str, ...]:
    """Return the syllables of Chinese characters with the numbers of their tones."""
    return tuple(syllable for word in _words(text) for syllable in _toned(word))


def ways(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the syllables of a Chinese text, in at most four ways."""
    found = syllables(text)
    if len(found) != len(text) or _TWO_SOUNDS.keys().isdisjoint(text):
        return (found,)
    made: list[tuple[str, ...]] = [()]
    for char, syllable in zip(text, found, strict=True):
        either = _TWO_SOUNDS.get(char, (syllable,)) if len(made) < 3 else (syllable,)
        made = [(*way, sound) for way in made for sound in either]
    return tuple(made)


def key_of_syllables(spoken: Iterable[str]) -> str:
    """Return the key under which pinyin is found, however it is spaced."""
    return "".join(map(spelled_key, spoken))


def _words(text: str) -> list[str]:
    """Return a text cut where the dictionary of sounds would cut it."""
    parts: list[str] = []
    for is_chinese, run in groupby(text, _is_chinese):
        joined = "".join(run)
        parts += mmseg.seg.cut(joined) if is_chinese else (joined,)
    return parts


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "\u3007"
