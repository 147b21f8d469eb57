"""A text as it is matched: one way of writing for each letter, digit and sign."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from directory.core.text import Language

_SAME = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ک": "ك",
        "ـ": "",
        "،": ",",
        "٫": ".",
        "٬": ",",
        "٪": "%",
        "؛": ";",
        "؟": "?",
        "。": ".",
        "｡": ".",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "„": '"',
        "「": '"',
        "」": '"',
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
    }
)
_SPACED = {"，": ", ", "、": ", ", "；": "; ", "：": ": "}
"""Signs of Chinese that stand for a sign and a space."""
_LATIN_LOOKALIKES = dict(
    zip("авеікмнорстухѕјԁһԛԝοανετρικ", "abeikmhopctyxsjdhqwoavetpik", strict=True)
)
_CYRILLIC_LOOKALIKES = dict(zip("abeikmhopctyx", "авеикмнорстух", strict=True))
_PADDING = frozenset(" .-_*·•|~/+")
FEWEST_SINGLE = 4
"""From how many letters that stand alone on they are read as one word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready for matching, with the way back to what was typed.

    Args:
        typed: The text itself.
        folded: Small letters, simplified characters, plain digits; neither
            accents, vowel signs nor what is not seen.
        cased: The same, letter by letter, with its capitals.
        places: Where each letter of ``folded`` stands in ``typed``.
    """

    typed: str
    folded: str
    cased: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of ``folded``, which is not empty, was typed."""
        return self.places[start], self.places[end - 1] + 1


def fold(words: str) -> str:
    """Return a spelling as it would stand in a text that was read."""
    return "".join(letter for char in words for letter, _ in _letters(char))


def read(typed: str) -> Reading:
    """Read a text; the time grows as its length.

    Args:
        typed: At most what one field may hold; see the caller's bound.
    """
    kept: list[tuple[str, str, int]] = []
    for place, char in enumerate(typed):
        for letter, cased in _letters(char):
            if letter == " " and kept and kept[-1][0] == " ":
                continue
            kept.append((letter, cased, place))
    kept = _without_gaps(_without_padding(kept))
    folded = _of_one_script("".join(letter for letter, _, _ in kept))
    return Reading(
        typed,
        folded,
        "".join(cased for _, cased, _ in kept),
        tuple(place for _, _, place in kept),
    )


@lru_cache(maxsize=32768)
def _letters(char: str) -> tuple[tuple[str, str], ...]:
    """Return the letters that a character is read as, each small and as typed."""
    if char == "\n":
        return (("\n", "\n"),)
    if char.isspace():
        return ((" ", " "),)
    found = []
    for part in unicodedata.normalize("NFKD", _SPACED.get(char, char)):
        if unicodedata.category(part)[0] in "MC":
            continue
        digit = unicodedata.digit(part, None)
        plain = str(digit) if digit is not None else part.translate(_SAME)
        for cased in plain:
            cased_plain = _simplified().get(cased, cased)[:1]
            found.append((cased_plain.lower()[:1], cased_plain))
    return tuple(found)


@cache
def _simplified() -> dict[str, str]:
    """Return traditional characters with their simplified forms.

    Source: OpenCC's table of single characters, as packaged; where one
    traditional character has several, the first, which is the usual one.
    """
    table = files("opencc") / "dictionary" / "TSCharacters.txt"
    pairs = (line.split() for line in table.read_text("utf-8").splitlines() if line)
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}


def is_han(char: str) -> bool:
    """Tell whether a character is Chinese."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af"


def _without_gaps(kept: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Take out spaces and signs that only hold Chinese characters apart."""
    found: list[tuple[str, str, int]] = []
    at = 0
    while at < len(kept):
        after = at
        while after < len(kept) and kept[after][0] in _PADDING - {"."}:
            after += 1
        closes = after < len(kept) and (is_han(kept[after][0]) or kept[after][0] == "%")
        if after > at and closes and found and is_han(found[-1][0]):
            at = after
        elif after > at:
            found.extend(kept[at:after])
            at = after
        else:
            found.append(kept[at])
            at += 1
    return found


def _without_padding(kept: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Join letters that stand alone, as in ``b e s t`` or ``1 0 0 %``.

    The same sign stands between all of them, and an article before them is none.
    """
    found: list[tuple[str, str, int]] = []
    at = 0
    while at < len(kept):
        after = _after_singles(kept, at)
        while kept[at][0] == "a" and after >= at + 2 * FEWEST_SINGLE:
            # Behind an article the same letters go on to the same end.
            found.extend(kept[at : at + 2])
            at += 2
        if (after - at + 1) // 2 >= FEWEST_SINGLE:
            found.extend(kept[at:after:2])
            at = after
        else:
            # Shorter runs, too, can hold the beginning of one with another sign.
            found.append(kept[at])
            at += 1
    return found


def _after_singles(kept: list[tuple[str, str, int]], at: int) -> int:
    """Return where a run of letters ends that stand alone; ``at`` if none begins."""
    if not _stands_alone(kept, at):
        return at
    last = at
    while _stands_alone(kept, last + 2):
        sign = kept[last + 1][0]
        if sign not in _PADDING or (last > at and sign != kept[at + 1][0]):
            break
        last += 2
    return last + 1


def _stands_alone(kept: list[tuple[str, str, int]], at: int) -> bool:
    if at >= len(kept) or not _is_letter(kept[at][0]):
        return False
    before = at > 0 and _is_letter(kept[at - 1][0])
    after = at + 1 < len(kept) and _is_letter(kept[at + 1][0])
    return not before and not after


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "%"


def _of_one_script(folded: str) -> str:
    """Read letters of another alphabet that look alike as those of their word."""
    found: list[str] = []
    word: list[str] = []
    for char in (*folded, " "):
        if char.isalpha() and not is_han(char):
            word.append(char)
            continue
        found.extend(_one_script(word))
        found.append(char)
        word = []
    return "".join(found[:-1])


def _one_script(word: list[str]) -> list[str]:
    latin = sum("a" <= char <= "z" for char in word)
    if not 0 < latin < len(word):
        return word
    if latin * 2 >= len(word):
        return [_LATIN_LOOKALIKES.get(char, char) for char in word]
    return [_CYRILLIC_LOOKALIKES.get(char, char) for char in word]


def language_of(sentence: str) -> Language:
    """Return the language of a sentence by its letters.

    One in another script wins over Latin names in it; signs alone are English.
    """
    counts = dict.fromkeys(Language, 0)
    for char in sentence:
        if is_han(char):
            counts[Language.ZH] += 3
        elif "\u0400" <= char <= "\u052f":
            counts[Language.RU] += 1
        elif "\u0600" <= char <= "\u077f" and char.isalpha():
            counts[Language.AR] += 1
        elif char.isalpha():
            counts[Language.EN] += 1
    others = [language for language in Language if language is not Language.EN]
    most = max(others, key=lambda language: counts[language])
    return most if counts[most] * 4 > counts[Language.EN] else Language.EN


_SHORTENED = frozenset(
    "no dr mr mrs ms prof st approx vs eg ie co ltd fig tel dept г гг руб стр ул д"
    " т тыс млн долл".split()
)
"""Words that end in a point without ending a sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a reading, from ``start`` to ``end`` of its folded text."""

    start: int
    end: int
    words: str
    language: Language


def sentences(reading: Reading) -> tuple[Sentence, ...]:
    """Return the sentences of a text in their order, empty ones left out."""
    found: list[Sentence] = []
    start = 0
    text = reading.folded
    for at, char in enumerate(text):
        if char in "\n!?;" or (char == "." and _ends(reading, at)):
            _add(found, text, start, at + 1)
            start = at + 1
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        found.append(Sentence(start, end, words, language_of(words)))


def _ends(reading: Reading, at: int) -> bool:
    """Tell whether a point ends a sentence; those of Chinese always do."""
    text = reading.folded
    if reading.typed[reading.places[at]] != ".":
        return True
    if at + 1 < len(text) and text[at + 1] not in " \n\"')":
        return False
    first = at
    while first > 0 and text[first - 1].isalpha() and at - first < 8:
        first -= 1
    return text[first:at] not in _SHORTENED and at - first != 1
