"""Finding many listed names in a text, whatever is written between their letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.submissions.rules.linter.reading import fold, is_han

_ENDINGS = frozenset("аеиоуыюья")
LONGEST_ENDING = 3
"""How much longer than its stem a Russian word may be."""
SHORTEST_STEM = 4
_ARABIC_BEFORE = ("", "ال", "و", "ب", "ل", "لل", "ف", "وال", "بال", "فال")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that was found, from ``start`` to ``end`` of the folded words."""

    start: int
    end: int
    meaning: str


def squeezed(words: str) -> str:
    """Return folded words with nothing but letters and digits."""
    return "".join(char for char in words if char.isalnum())


def _stem(key: str) -> str:
    is_russian = all("\u0400" <= char <= "\u052f" for char in key)
    if is_russian and len(key) > SHORTEST_STEM and key[-1] in _ENDINGS:
        return key[:-1]
    return key


class Spellings:
    """A list of names, each with what it means; the longest one counts."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._meanings: dict[str, str] = {}
        lengths: dict[str, set[int]] = {}
        for name, meaning in names:
            key = _stem(squeezed(fold(name)))
            if key:
                self._meanings.setdefault(key, meaning)
                lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {
            first: sorted(found, reverse=True) for first, found in lengths.items()
        }

    def find(self, words: str) -> Iterator[Named]:
        """Yield the names in folded words, from left to right, none inside another.

        At each letter as many look-ups are made as there are lengths of names.
        """
        kept = [place for place, char in enumerate(words) if char.isalnum()]
        text = "".join(words[place] for place in kept)
        at = 0
        while at < len(text):
            found = self._at(text, words, kept, at)
            if found is None:
                at += 1
            else:
                length, named = found
                yield named
                at += length

    def _at(
        self, text: str, words: str, kept: list[int], at: int
    ) -> tuple[int, Named] | None:
        if not _begins(words, kept[at]):
            return None
        for length in self._lengths.get(text[at], ()):
            meaning = self._meanings.get(text[at : at + length])
            if meaning is None or at + length > len(text):
                continue
            last = kept[at + length - 1]
            end = _end(words, last)
            if end is not None:
                return length, Named(kept[at], end, meaning)
        return None


def _begins(words: str, place: int) -> bool:
    before = words[place - 1] if place else " "
    if not before.isalnum() or is_han(before) or is_han(words[place]):
        return True
    if not "\u0600" <= words[place] <= "\u077f":
        return before.isascii() is not words[place].isascii()
    first = place
    while first > 0 and words[first - 1].isalpha() and place - first < 4:
        first -= 1
    return words[first:place] in _ARABIC_BEFORE and not (
        first > 0 and words[first - 1].isalpha()
    )


def _end(words: str, last: int) -> int | None:
    """Return where a name ends that has its last letter here, if a word may end."""
    after = last + 1
    if is_han(words[last]):
        return after
    most = after + (LONGEST_ENDING if "\u0400" <= words[last] <= "\u052f" else 0)
    end = after
    while end < len(words) and words[end].isalnum() and not is_han(words[end]):
        if end >= most:
            return None
        end += 1
    return end
