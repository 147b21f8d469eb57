"""The little grammar in front of the search: words in quotes, and ``word*``.

Nothing else that is typed has a meaning of its own: no field, no range, no
operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from directory.search.rules.normalize import Script, Token, tokens

QUOTES = {
    '"': '"”',
    "＂": '＂"',
    "“": '”"',
    "„": '“”"',
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
    "﹁": "﹂",
}
"""What opens a phrase, and what may close it."""

STARS = frozenset("*＊")

_MARKS = STARS | QUOTES.keys()

FEWEST_LETTERS = 2
"""Letters or digits before a star; with fewer it would be half the dictionary
(source: threat model, T6)."""


class Literal(NamedTuple):
    """Neighboring tokens that are looked for as they stand, and not read.

    Args:
        first: Place of the first token.
        after: Place after the last.
        text: As it is handed on, with its quotes or its star.
    """

    first: int
    after: int
    text: str


def literals(text: str, words: Sequence[Token]) -> tuple[Literal, ...]:
    """Return what was typed in quotes or with a star at its end, in order.

    Args:
        text: The cleaned query.
        words: Its tokens.
    """
    if _MARKS.isdisjoint(text):
        return ()
    found = list(_phrases(text, words))
    quoted = {at for one in found for at in range(one.first, one.after)}
    for at, word in enumerate(words):
        if at in quoted or text[word.end : word.end + 1] not in STARS:
            continue
        first = at
        while (
            first > 0
            and first - 1 not in quoted
            and word.script is not Script.HAN
            and words[first - 1].end == words[first].start
            and words[first - 1].script is not Script.HAN
        ):
            first -= 1
        letters = text[words[first].start : word.end]
        if len(letters) >= FEWEST_LETTERS:
            found.append(Literal(first, at + 1, f"{letters}*"))
    return tuple(sorted(found))


def in_quotes(text: str) -> tuple[str, ...]:
    """Return what stands in quotes and has words, with single spaces."""
    return tuple(one.text[1:-1] for one in _phrases(text, tokens(text)))


def _phrases(text: str, words: Sequence[Token]) -> list[Literal]:
    found: list[Literal] = []
    at = 0
    while at < len(text):
        ends = [text.find(one, at + 1) for one in QUOTES.get(text[at], ())]
        end = min((one for one in ends if one > 0), default=0)
        inside = [place for place, word in enumerate(words) if at < word.start < end]
        if inside:
            typed = " ".join(text[at + 1 : end].split())
            found.append(Literal(inside[0], inside[-1] + 1, f'"{typed}"'))
        at = end + 1 if end else at + 1
    return found
