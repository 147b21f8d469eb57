"""How Chinese words sound, for people who type pinyin or initials."""

from __future__ import annotations

import logging
import warnings
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

with warnings.catch_warnings():
    # It is frozen and writes "\w" in plain strings.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=".*pkg_resources.*")
    import jieba


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


@lru_cache(maxsize=65536)
def word_starts(text: str) -> frozenset[int]:
    """Return where words begin, also the words that a longer one is made of.

    Args:
        text: Chinese characters only.
    """
    if not jieba.dt.initialized:
        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
    found: set[int] = set()
    inside: list[tuple[int, int]] = []
    # A word follows those inside it; of these, one that begins within another
    # (北京 and 京朝 in 北京朝阳医院) is no word here.
    for _, begin, end in jieba.tokenize(text, mode="search", HMM=False):
        while inside and inside[-1][0] >= begin and inside[-1][1] <= end:
            inside.pop()
        if not any(one < end and begin < other for one, other in inside):
            inside.append((begin, end))
            found.add(begin)
    return frozenset(found)
