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
    pieces = {
        (begin, end) for _, begin, end in jieba.tokenize(text, "search", HMM=False)
    }
    found: set[int] = set()
    after, was_single = 0, False
    # The shortest first; what begins within one (京朝 in 北京朝阳) is no word here.
    for begin, end in sorted(pieces):
        if begin < after:
            continue
        # Characters that the dictionary has no word for are one word together.
        is_single = end == begin + 1
        if not (is_single and was_single and begin == after):
            found.add(begin)
        after, was_single = end, is_single
    return frozenset(found)
