"""How Chinese words sound, for people who type pinyin or initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of Chinese characters, without tones.

    Args:
        text: Chinese characters only; the reading of a character may depend on
            its neighbors.
    """
    return tuple(
        syllable.replace("ü", "v")
        for syllable in lazy_pinyin(text, style=Style.NORMAL, errors="ignore")
    )
