"""Pieces of a document's text around the words that were found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from directory.core.text import FALLBACKS, Language
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
        for side in phrase.replace("（", "(").split("("):
            said = side.strip(" )）").lower()
            if len(said) > 1:
                found[said] = None
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
    return tuple(sorted(found, key=len, reverse=True)[:MOST_NEEDLES])


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") else word


def highlights(
    document: IndexDocument, words: Sequence[str], language: Language
) -> tuple[str, ...]:
    """Return at most :data:`MOST` pieces with the words found marked.

    Args:
        document: Whose text is searched, the reader's language first.
        words: From :func:`needles`.
        language: The reader's.
    """
    if not words:
        return ()
    scored: list[tuple[int, int, str, list[tuple[int, int]]]] = []
    codes = [one.value for one in FALLBACKS[language]]
    codes += [code for code in document.text if code not in codes]
    lines = (line for code in codes for line in document.text.get(code, "").split("\n"))
    for at, line in zip(range(MOST_LINES), lines, strict=False):
        marks, distinct = _marks(line, words)
        if marks:
            scored.append((-distinct, at, line, marks))
    scored.sort(key=lambda one: one[:2])
    pieces = (_piece(line, marks) for _, _, line, marks in scored)
    return tuple(dict.fromkeys(pieces))[:MOST]


def _marks(line: str, words: Sequence[str]) -> tuple[list[tuple[int, int]], int]:
    """Return where words stand in a line, in order, and how many different ones."""
    lower = line.lower()
    if len(lower) != len(line):
        lower = line
    found: list[tuple[int, int]] = []
    distinct = 0
    for word in words:
        before = len(found)
        start = lower.find(word)
        while start >= 0:
            end = _end(lower, start, start + len(word))
            if end and not any(a < end and start < b for a, b in found):
                found.append((start, end))
            start = lower.find(word, start + len(word))
        distinct += len(found) > before
    return sorted(found), distinct


def _end(line: str, start: int, end: int) -> int:
    """Return where the word found ends, or 0 if it is a part of another."""
    if not _is_letter(line[start]):
        return end
    if start and _is_letter(line[start - 1]):
        return 0
    last = end
    while last < len(line) and _is_letter(line[last]):
        last += 1
    return last if last - end <= INFLECTION else 0


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
