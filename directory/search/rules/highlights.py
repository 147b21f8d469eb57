"""Pieces of a document's text around the words that were found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from directory.core.text import FALLBACKS, Language, Text
from directory.search.rules.documents import IndexDocument
from directory.search.rules.normalize import Script, tokens

BEGIN, END = "\ue000", "\ue001"
"""Stand around a word that was found; the page turns them into marks."""

WIDTH = 160
"""Characters of a piece, marks and ellipses not counted."""

MOST = 2
"""Pieces of one document."""

MOST_NEEDLES = 16
MOST_LINES = 400
LEAD = 40
"""Characters shown before the first word found."""

INFLECTION = 3
"""Letters that a Latin or Cyrillic word may go on for and still be the same."""


def plain(text: str) -> str:
    """Return a text on one line, without controls and private characters."""
    return " ".join(
        "".join(
            char if unicodedata.category(char)[0] != "C" or char == "\n" else " "
            for char in text
        ).split()
    )


def needles(words: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """Return what to look for: lower case, longest first, each once.

    Args:
        words: Each word of it is looked for by itself.
        phrases: Each is looked for as it stands.
    """
    found: dict[str, None] = {}
    for phrase in phrases:
        found.update(_sides(phrase))
    if words:
        found.update(_parts(words))
    return tuple(sorted(found, key=len, reverse=True)[:MOST_NEEDLES])


@lru_cache(maxsize=4096)
def _sides(phrase: str) -> Mapping[str, None]:
    """Return what a phrase says, outside and inside of its brackets."""
    sides = (one.strip(" )）").lower() for one in phrase.replace("（", "(").split("("))
    return dict.fromkeys(side for side in sides if len(side) > 1 and "\n" not in side)


def _parts(words: str) -> Mapping[str, None]:
    """Return the words of a text, and its runs of Chinese."""
    found: dict[str, None] = {}
    run = ""
    for token in tokens(words):
        typed = words[token.start : token.end].lower()
        if token.script is Script.HAN:
            run += typed
            continue
        if len(run) > 1:
            found[run] = None
        run = ""
        if len(typed) > 1 and not typed.isdigit():
            found[_stem(typed)] = None
    if len(run) > 1:
        found[run] = None
    return found


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") else word


class Folded(NamedTuple):
    """A text, and the same as words are looked for in it.

    Args:
        text: As it is shown.
        lower: In lower case, each character where it is in the text.
        lines: How many lines it has.
    """

    text: str
    lower: str
    lines: int


def folded(text: Text) -> Mapping[str, Folded]:
    """Return a document's text as :func:`highlights` reads it, by language."""
    return {
        code: Folded(said, _lower(said), said.count("\n") + 1)
        for code, said in text.items()
    }


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    # Some letters become two; a line with one of them is read as it stands.
    return "\n".join(
        small if len(small := line.lower()) == len(line) else line
        for line in text.split("\n")
    )


def highlights(
    document: IndexDocument, words: Sequence[str], language: Language
) -> tuple[str, ...]:
    """Return at most :data:`MOST` pieces of a document with the words found marked.

    Args:
        document: Whose text is searched, the reader's language first.
        words: From :func:`needles`.
        language: The reader's.
    """
    return pieces_of(folded(document.text), words, language)


def pieces_of(
    texts: Mapping[str, Folded], words: Sequence[str], language: Language
) -> tuple[str, ...]:
    """Return the same from texts that were made ready before.

    Args:
        texts: From :func:`folded`.
        words: From :func:`needles`.
        language: The reader's.
    """
    if not words:
        return ()
    found: list[tuple[int, int, int, str, list[tuple[int, int]]]] = []
    left = MOST_LINES
    for at, code in enumerate(_codes(texts, language)):
        said = texts.get(code)
        if said is not None and left > 0:
            lower = said.lower if said.lines <= left else _cut(said.lower, left)
            found += (
                (-distinct, at, begin, said.text, marks)
                for begin, (distinct, marks) in _marks(lower, words).items()
            )
        left -= said.lines if said else 1
    found.sort(key=itemgetter(0, 1, 2))
    pieces: dict[str, None] = {}
    for _, _, begin, text, marks in found:
        within = [(start - begin, end - begin) for start, end in sorted(marks)]
        pieces[_piece(_line(text, begin), within)] = None
        if len(pieces) == MOST:
            break
    return tuple(pieces)


def _codes(texts: Mapping[str, Folded], language: Language) -> Iterable[str]:
    nearest = [one.value for one in FALLBACKS[language]]
    return nearest + [code for code in texts if code not in nearest]


def _cut(text: str, lines: int) -> str:
    return "\n".join(text.split("\n", lines)[:lines])


def _line(text: str, begin: int) -> str:
    end = text.find("\n", begin)
    return text[begin:] if end < 0 else text[begin:end]


def _marks(
    lower: str, words: Sequence[str]
) -> dict[int, tuple[int, list[tuple[int, int]]]]:
    """Return where words stand in a text, by the beginnings of its lines.

    Returns:
        For each line with any how many different ones it has, and where each
        begins and ends; of two that overlap the one named first.
    """
    found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
    for word in words:
        start = lower.find(word)
        if start < 0:
            continue
        size = len(word)
        is_lettered = _is_letter(word[0])
        counted = -1
        while start >= 0:
            end = _end(lower, start, start + size) if is_lettered else start + size
            if end:
                line = lower.rfind("\n", 0, start) + 1
                distinct, marks = found.get(line, (0, []))
                for begun, ended in marks:
                    if begun < end and start < ended:
                        break
                else:
                    marks.append((start, end))
                    # Lines come in order, so that each counts a word once.
                    found[line] = (distinct + (counted != line), marks)
                    counted = line
            start = lower.find(word, start + size)
    return found


def _end(text: str, start: int, end: int) -> int:
    """Return where a word of letters ends, or 0 if it is a part of another."""
    if start and _is_letter(text[start - 1]):
        return 0
    for last in range(end, min(end + INFLECTION + 1, len(text))):
        if not _is_letter(text[last]):
            return last
    return 0 if end + INFLECTION < len(text) else len(text)


def _is_letter(char: str) -> bool:
    return char.isalnum() and not "\u3400" <= char <= "\u9fff"


def _piece(line: str, marks: Sequence[tuple[int, int]]) -> str:
    begin = 0 if len(line) <= WIDTH else max(0, marks[0][0] - LEAD)
    begin = min(begin, max(0, len(line) - WIDTH))
    end = min(len(line), begin + WIDTH)
    begin, end = _at_words(line, begin, end)
    out: list[str] = ["…"] if begin else []
    at = begin
    for start, stop in marks:
        if start < begin or stop > end:
            continue
        out += (line[at:start], BEGIN, line[start:stop], END)
        at = stop
    out.append(line[at:end])
    if end < len(line):
        out.append("…")
    return "".join(out)


def _at_words(line: str, begin: int, end: int) -> tuple[int, int]:
    """Move the ends of a piece inwards to the next space, if one is near."""
    if begin:
        space = line.find(" ", begin, begin + 15)
        begin = space + 1 if space >= 0 else begin
    if end < len(line):
        space = line.rfind(" ", end - 15, end)
        end = space if space >= 0 else end
    return begin, end
