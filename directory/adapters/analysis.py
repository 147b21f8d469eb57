"""Cutting text into the words that the full text is made of, and looks for."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from directory.search.rules.grammar import FEWEST_LETTERS, QUOTES, STARS
from directory.search.rules.normalize import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Script,
    Token,
    beginning_of,
    tokens,
)
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

GAP = MOST_CHARACTERS
"""Places left free between two texts of one field, so that no phrase, which is
never longer, stands across them."""


class Tokens(NamedTuple):
    """What a text is indexed by; where each word stands is counted from 0.

    Each word, number, or Chinese character of the text takes one place, also
    those that are not indexed.

    Args:
        words: English stemmed, Chinese as a dictionary cuts it.
        words_at: Where each begins.
        parts: Every two neighboring Chinese characters.
        parts_at: Where each begins.
        sounds: Pinyin of names: of each word, of all, and the initials.
        length: How many places the text takes.
    """

    words: tuple[str, ...]
    words_at: tuple[int, ...]
    parts: tuple[str, ...]
    parts_at: tuple[int, ...]
    sounds: tuple[str, ...]
    length: int


class Word(NamedTuple):
    """One word of a query, in each form that it may be found by.

    Args:
        word: As a word.
        parts: All of these must stand in one field.
        sound: As pinyin.
        spelling: What to find similar words of; empty if that is not wanted.
    """

    word: str
    parts: tuple[str, ...] = ()
    sound: str = ""
    spelling: str = ""


class Piece(NamedTuple):
    """What stands somewhere in a phrase.

    Args:
        term: A word, or two Chinese characters.
        is_part: Which of these it is.
        after: How many places after the beginning of the phrase.
    """

    term: str
    is_part: bool
    after: int


class Phrase(NamedTuple):
    """Words that must stand together, in this order.

    Args:
        pieces: At least one; words that are not indexed are left out, and any
            word may stand in their place.
    """

    pieces: tuple[Piece, ...]


class Beginning(NamedTuple):
    """What words begin with.

    Args:
        letters: At least :data:`FEWEST_LETTERS`; folded, but no ending is taken
            off, since the word does not end there.
        stem: What the index would have for the letters as a whole word.
    """

    letters: str
    stem: str


Sought = Word | Phrase | Beginning
"""One thing that a query looks for; counts as one word."""


class _Run(NamedTuple):
    """Tokens that stand together, and the place of the first."""

    tokens: list[Token]
    joined: str
    at: int
    follows: str
    """The Chinese character right before it, where a long run was cut."""

    @property
    def script(self) -> Script:
        return self.tokens[0].script

    @property
    def end(self) -> int:
        return self.tokens[-1].end


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


def prepared_in() -> Path | None:
    """Return the folder that the prepared dictionary is kept in, if one was given."""
    return Path(jieba.dt.tmp_dir) if jieba.dt.tmp_dir else None


def analyze(text: str, *, with_sounds: bool = False) -> Tokens:
    """Return what a text is indexed by."""
    words: list[tuple[str, int]] = []
    parts: list[tuple[str, int]] = []
    sounds: list[str] = []
    length = 0
    for run in _runs(text):
        length = run.at + _length(run)
        cut = list(_indexed(run))
        words += (one for one in cut if one[0] not in STOP_WORDS)
        parts += _parts(run)
        if with_sounds:
            sounds += _heard(run, [word for word, _ in cut])
    return Tokens(
        *(tuple(word for word, _ in words), tuple(at for _, at in words)),
        *(tuple(part for part, _ in parts), tuple(at for _, at in parts)),
        *(tuple(sounds), length),
    )


def sought(text: str) -> tuple[Sought, ...]:
    """Return what a query looks for, at most :data:`MOST_WORDS` things.

    Words in quotes stand together; a star after at least
    :data:`FEWEST_LETTERS` letters stands for any ending. Nothing else that is
    typed has a meaning.
    """
    found: dict[Sought, None] = {}
    for piece, is_quoted in _pieces(text[:MOST_CHARACTERS]):
        for one in _phrase(piece) if is_quoted else _words(piece):
            found[one] = None
            if len(found) == MOST_WORDS:
                return tuple(found)
    return tuple(found)


def typed(one: Sought) -> str:
    """Return one thing that is looked for, as words."""
    if isinstance(one, Phrase):
        return f'"{" ".join(piece.term for piece in one.pieces)}"'
    if isinstance(one, Beginning):
        return f"{one.letters}*"
    return one.sound if one.spelling else one.word


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what stands outside of quotes and inside, in the order typed."""
    done = at = 0
    while at < len(text):
        closing = QUOTES.get(text[at])
        ends = [text.find(one, at + 1) for one in closing or ()]
        end = min((one for one in ends if one > 0), default=0)
        if end:
            yield text[done:at], False
            yield text[at + 1 : end], True
            done = at = end + 1
        else:
            at += 1
    yield text[done:], False


def _phrase(text: str) -> Iterator[Phrase]:
    pieces: list[Piece] = []
    for run in _runs(text):
        if run.at + len(run.joined) >= GAP:
            break
        if run.script is Script.HAN:
            pieces += (Piece(part, is_part=True, after=at) for part, at in _parts(run))
            if len(run.follows + run.joined) == 1:
                pieces.append(Piece(run.joined, is_part=False, after=run.at))
        elif run.script in LATIN:
            pieces.append(Piece(_stem(run.joined), is_part=False, after=run.at))
        else:
            pieces += (
                Piece(token.key, is_part=False, after=at)
                for at, token in enumerate(run.tokens, run.at)
            )
    kept = [one for one in pieces if one.is_part or one.term not in STOP_WORDS]
    if kept:
        first = kept[0].after
        yield Phrase(tuple(one._replace(after=one.after - first) for one in kept))


def _words(text: str) -> Iterator[Word | Beginning]:
    for run in _runs(text):
        if run.script is Script.HAN:
            for word, _ in _cut(run.joined, fine=False):
                if word not in STOP_WORDS:
                    parts = tuple(part for part, _ in _bigrams(word))
                    yield Word(word, parts, "".join(syllables(word)))
            continue
        is_latin = run.script in LATIN
        keys = [run.joined] if is_latin else [token.key for token in run.tokens]
        for at, key in enumerate(keys, 1):
            stem = _stem(key) if is_latin else key
            is_last = at == len(keys)
            if is_last and len(key) >= FEWEST_LETTERS and _starred(text, run):
                last = run.tokens[-1]
                before = key.removesuffix(last.key) if is_latin else ""
                yield Beginning(before + beginning_of(last, text), stem)
            elif stem not in STOP_WORDS:
                letters = is_latin and len(run.tokens) == 1
                letters = letters and run.script is Script.LATIN
                yield Word(stem, (), key, stem) if letters else Word(stem)


def _indexed(run: _Run) -> Iterator[tuple[str, int]]:
    """Yield the words that a run is indexed by, and where each stands."""
    if run.script is Script.HAN:
        for word, at in _cut(run.joined, fine=True):
            yield word, run.at + at
    elif run.script in LATIN:
        yield _stem(run.joined), run.at
        if len(run.tokens) > 1:
            for at, token in enumerate(run.tokens, run.at):
                if len(token.key) > 1:
                    yield _stem(token.key), at
    else:
        for at, token in enumerate(run.tokens, run.at):
            yield token.key, at


def _parts(run: _Run) -> Iterator[tuple[str, int]]:
    if run.script is Script.HAN:
        for part, at in _bigrams(run.follows + run.joined):
            yield part, run.at - len(run.follows) + at


def _heard(run: _Run, cut: list[str]) -> Iterator[str]:
    if run.script is Script.HAN:
        yield from _sounds(run.joined, cut)
    elif run.script in LATIN:
        yield run.joined


def _starred(text: str, run: _Run) -> bool:
    """Tell whether a star follows that ends a word."""
    at = run.end
    while at < len(text) and text[at] in STARS:
        at += 1
    return at > run.end and not text[at : at + 1].isalnum()


def _runs(text: str) -> Iterator[_Run]:
    """Yield tokens that stand together: ``CT103A``, or Chinese characters."""
    run: list[Token] = []
    follows = ""
    at = 0
    for token in tokens(text):
        is_long = len(run) >= LONGEST_RUN
        if run and (
            is_long
            or run[-1].end != token.start
            or (run[-1].script in LATIN) is not (token.script in LATIN)
            or (token.script not in LATIN and run[-1].script is not token.script)
        ):
            done = _Run(run, "".join(one.key for one in run), at, follows)
            yield done
            at += _length(done)
            is_cut = is_long and run[-1].end == token.start
            is_cut = is_cut and done.script is token.script is Script.HAN
            follows = done.joined[-1] if is_cut else ""
            run = []
        run.append(token)
    if run:
        yield _Run(run, "".join(one.key for one in run), at, follows)


def _length(run: _Run) -> int:
    return len(run.joined) if run.script is Script.HAN else len(run.tokens)


def _cut(chinese: str, *, fine: bool) -> Iterator[tuple[str, int]]:
    """Yield the words of a Chinese text, and where in it each begins."""
    load()
    mode = "search" if fine else "default"
    for word, begin, _ in jieba.tokenize(chinese, mode, HMM=False):
        yield word, begin


def _bigrams(chinese: str) -> Iterator[tuple[str, int]]:
    for at in range(len(chinese) - 1):
        yield chinese[at : at + 2], at


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
