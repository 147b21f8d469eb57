"""Cutting text into the words that the full text is made of, and looks for."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from directory.search.rules.normalize import MOST_WORDS, Script, Token, tokens
from directory.search.rules.sounds import syllables

with warnings.catch_warnings():
    # Both are frozen and write "\w" in plain strings.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=".*pkg_resources.*")
    import jieba
    from whoosh.lang.porter import stem

STOP_WORDS = frozenset(
    """
    a about after an and any are as at be by can do does for from has have how i
    if in into is it its me my near of on or our s so t than that the their them
    there they this to us was we what when where which who will with without you
    your 的 了 和 与 在 是 有 吗 呢 吧 我 你 请问 什么 怎么 哪里 哪些 哪家
    и в на с по для что как где ли не из في من على الى هل ما
    """.split()
)
"""Words that tell documents apart so little that they are not looked for."""

VERSIONS = tuple(
    f"{package}=={version(package)}" for package in ("Whoosh", "jieba", "pypinyin")
)
"""What cuts and folds text; another version may do so differently."""

LATIN = frozenset({Script.LATIN, Script.DIGIT})

LONGEST_RUN = 40
"""Chinese characters that are cut into words at a time; more is cut first."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a text is indexed by.

    Args:
        words: English stemmed, Chinese as a dictionary cuts it.
        parts: Every two neighboring Chinese characters.
        sounds: Pinyin of names: of each word, of all, and the initials.
    """

    words: tuple[str, ...]
    parts: tuple[str, ...]
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a query, in each form that it may be found by.

    Args:
        words: As a word; the first is the word itself.
        parts: All of these must stand in one field.
        sounds: As pinyin.
        spelling: What to find similar words of; empty if that is not wanted.
    """

    words: tuple[str, ...]
    parts: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    spelling: str = ""


def load(cache: Path | None = None) -> None:
    """Load the Chinese dictionary, once for the process; takes a second at first.

    Args:
        cache: Folder to keep its prepared form in, for faster starts.
    """
    jieba.setLogLevel(logging.WARNING)
    if jieba.dt.initialized:
        return
    if cache is not None:
        jieba.dt.tmp_dir = str(cache)
    jieba.initialize()


def analyze(text: str, *, with_sounds: bool = False) -> Tokens:
    """Return what a text is indexed by."""
    words: list[str] = []
    parts: list[str] = []
    sounds: list[str] = []
    for run in _runs(tokens(text)):
        joined = "".join(token.key for token in run)
        if run[0].script is Script.HAN:
            cut = list(_cut(joined, fine=True))
            words += cut
            parts += _bigrams(joined)
            if with_sounds:
                sounds += _sounds(joined, cut)
        elif run[0].script in LATIN:
            words.append(_stem(joined))
            if len(run) > 1:
                words += (_stem(t.key) for t in run if len(t.key) > 1)
            if with_sounds:
                sounds.append(joined)
        else:
            words += (token.key for token in run)
    kept = (word for word in words if word not in STOP_WORDS)
    return Tokens(tuple(kept), tuple(parts), tuple(sounds))


def sought(text: str) -> tuple[Sought, ...]:
    """Return the words of a query, at most :data:`MOST_WORDS`."""
    found: dict[Sought, None] = {}
    for run in _runs(tokens(text)):
        for one in _sought(run):
            if one.words[0] not in STOP_WORDS:
                found[one] = None
            if len(found) == MOST_WORDS:
                return tuple(found)
    return tuple(found)


def _sought(run: list[Token]) -> Iterator[Sought]:
    joined = "".join(token.key for token in run)
    if run[0].script is Script.HAN:
        for word in _cut(joined, fine=False):
            yield Sought((word,), tuple(_bigrams(word)), ("".join(syllables(word)),))
    elif run[0].script in LATIN:
        letters = len(run) == 1 and run[0].script is Script.LATIN
        yield Sought(
            (_stem(joined),),
            sounds=(joined,) if letters else (),
            spelling=_stem(joined) if letters else "",
        )
    else:
        for token in run:
            yield Sought((token.key,))


def _runs(found: tuple[Token, ...]) -> Iterator[list[Token]]:
    """Yield tokens that stand together: ``CT103A``, or Chinese characters."""
    run: list[Token] = []
    for token in found:
        if run and (
            run[-1].end != token.start
            or (run[-1].script in LATIN) is not (token.script in LATIN)
            or (token.script not in LATIN and run[-1].script is not token.script)
            or len(run) >= LONGEST_RUN
        ):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _cut(chinese: str, *, fine: bool) -> Iterator[str]:
    load()
    cut = jieba.cut_for_search if fine else jieba.cut
    yield from cut(chinese, HMM=False)


def _bigrams(chinese: str) -> Iterator[str]:
    for at in range(len(chinese) - 1):
        yield chinese[at : at + 2]


def _sounds(chinese: str, cut: list[str]) -> Iterator[str]:
    whole = syllables(chinese)
    yield from whole
    yield "".join(whole)
    yield "".join(one[0] for one in whole if one)
    for at in range(len(whole) - 1):
        yield whole[at] + whole[at + 1]
    for word in cut:
        if len(word) > 1:
            yield "".join(syllables(word))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    stemmed: str = stem(word)
    return stemmed
