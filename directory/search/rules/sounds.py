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


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split() for pair in pairs.split(","))


_INITIALS = _table(
    """
    zh чж, ch ч, sh ш, b б, p п, m м, f ф, d д, t т, n н, l л, g г, k к, h х, j цз,
    q ц, x с, r ж, z цз, c ц, s с
    """
)
_FINALS = _table(
    """
    a а, o о, e э, ai аи, ei эи, ao ао, ou оу, an ань, en энь, ang ан, eng эн,
    ong ун, er эр, i и, ia я, ie е, iao яо, iu ю, ian янь, in инь, iang ян, ing ин,
    iong юн, u у, ua уа, uo о, uai уаи, ui уи, uan уань, un унь, uang уан, v юи,
    ve юэ, vn юнь, van юань
    """
)
_ALONE = _table(
    """
    ya я, yo ио, ye е, yao яо, you ю, yan янь, yin инь, yang ян, ying ин, yong юн,
    yi и, yu юи, yue юэ, yuan юань, yun юнь, wa ва, wo во, wai ваи, wei вэи,
    wan вань, wen вэнь, wang ван, weng вэн, wu у, zi цзы, ci цы, si сы, hui хуэи
    """
)


@lru_cache(maxsize=1024)
def russian(syllable: str) -> str:
    """Return a syllable as Russian writes it (й as и, as words are folded).

    Source: the system of Palladius, in which Russian renders Chinese names.
    What is no syllable is returned as it is.
    """
    alone = _ALONE.get(syllable) or _FINALS.get(syllable)
    if alone:
        return alone
    initial = syllable[: 2 if syllable[1:2] == "h" else 1]
    final = syllable[len(initial) :]
    if initial in {"j", "q", "x"} and final.startswith("u"):
        final = "v" + final[1:]
    if initial not in _INITIALS or final not in _FINALS:
        return syllable
    return _INITIALS[initial] + _FINALS[final]


def is_syllable(word: str) -> bool:
    """Tell whether a word of Latin letters is one syllable of Chinese."""
    return russian(word) != word
