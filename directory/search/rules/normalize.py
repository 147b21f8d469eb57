"""Folding what was typed, so that spellings of one word become one key.

Nothing here searches for patterns: each character is looked up in a table, so
that time grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

MOST_CHARACTERS = 200
"""Characters of a query that are looked at (source: threat model, T6)."""

MOST_WORDS = 12
"""Words of a query that go to the full text (source: threat model, T6)."""


class Script(IntEnum):
    """Which letters a token is written in."""

    LATIN = 0
    HAN = 1
    CYRILLIC = 2
    ARABIC = 3
    DIGIT = 4
    OTHER = 5


class Token(NamedTuple):
    """One word, number or Chinese character of a text.

    Args:
        key: Folded for matching: without case, accents, inflection.
        start: Where it begins in the cleaned text.
        end: Where it ends.
        script: Which letters it is written in.
        upper: Whether all its letters were typed as capitals.
    """

    key: str
    start: int
    end: int
    script: Script
    upper: bool


def clean(text: str) -> str:
    """Return the part of a text that is looked at, safe to show and to store.

    Controls, lone surrogates, private and invisible characters, and marks that
    change the direction of text are dropped; white space becomes spaces. At
    most :data:`MOST_CHARACTERS` characters remain.
    """
    # Four times as many are looked at, so that dropped ones cost nothing.
    text = unicodedata.normalize("NFC", text[: 4 * MOST_CHARACTERS])
    kept = "".join(map(_kept, text))
    return unicodedata.normalize("NFC", kept)[:MOST_CHARACTERS]


def is_cut(text: str) -> bool:
    """Tell whether a text is longer than what is looked at of it."""
    looked_at = text[: 4 * MOST_CHARACTERS]
    kept = len("".join(map(_kept, looked_at)))
    return kept > MOST_CHARACTERS or len(text) > len(looked_at)


@lru_cache(maxsize=4096)
def _kept(char: str) -> str:
    if char.isspace():
        return " "
    return "" if unicodedata.category(char)[0] == "C" else char


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a cleaned text, each with its place in it.

    Letters and digits part, so that ``CT103A``, ``ct-103a`` and ``CT 103 A``
    are the same three tokens; every Chinese character is a token; an
    apostrophe inside a word vanishes.
    """
    found: list[Token] = []
    run: list[str] = []
    script: Script | None = None
    start = end = 0
    for at, char in enumerate(text):
        folded, kind = _fold(char)
        if kind is None:
            # An apostrophe or a mark is neither part of a word nor a break.
            if not folded and script is not None:
                found.append(_token(script, run, text, start, end))
                script = None
        elif kind is Script.HAN:
            if script is not None:
                found.append(_token(script, run, text, start, end))
                script = None
            found.append(Token(folded, at, at + 1, kind, upper=True))
        else:
            if kind is not script:
                if script is not None:
                    found.append(_token(script, run, text, start, end))
                script, start, run = kind, at, []
            run.append(folded)
            end = at + 1
    if script is not None:
        found.append(_token(script, run, text, start, end))
    return tuple(found)


def _token(script: Script, run: list[str], text: str, start: int, end: int) -> Token:
    typed = text[start:end]
    upper = typed.isupper() or not any(map(str.islower, typed))
    return Token(_key(script, "".join(run)), start, end, script, upper)


def beginning_of(token: Token, text: str) -> str:
    """Return what words begin with of which only the beginning was typed.

    It is folded like a word, but for its ending, which it does not have yet.

    Args:
        token: One of :func:`tokens`.
        text: From which it comes.
    """
    typed = text[token.start : token.end]
    letters = "".join(
        folded for folded, script in map(_fold, typed) if script is not None
    )
    if token.script is Script.LATIN:
        return _american(letters)
    return letters if token.script is Script.CYRILLIC else token.key


def key_of(text: str) -> str:
    """Return the key under which a spelling is found: its tokens, joined."""
    return "".join(token.key for token in tokens(clean(text)))


@lru_cache(maxsize=32768)
def spelled(text: str) -> tuple[Token, ...]:
    """Return the tokens of a listed spelling, remembered from call to call.

    Not for what readers type, which is not kept.
    """
    return tokens(clean(text))


@lru_cache(maxsize=32768)
def spelled_key(text: str) -> str:
    """Return the key of a listed spelling, remembered likewise."""
    return "".join(token.key for token in spelled(text))


_APOSTROPHES = frozenset("'’‘ʼ`´")
_CURRENCIES = frozenset("$¥€₽£₸﷼")
_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ک": "ك",
        "ء": "",
        "ـ": "",
    }
)
_CYRILLIC = str.maketrans({"ё": "е", "й": "и"})


@lru_cache(maxsize=32768)
def _fold(char: str) -> tuple[str, Script | None]:
    """Return a character folded, and its script.

    A break has no script and no letters; what neither breaks nor belongs to a
    word (an apostrophe, a vowel sign) has no script but says so by a mark.
    """
    if char in _APOSTROPHES:
        return "'", None
    folded = unicodedata.normalize("NFKC", char).casefold()
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit), Script.DIGIT
    if unicodedata.category(char)[0] == "M" or char == "ـ":
        return "'", None
    script = _script(folded[:1])
    if script is Script.LATIN:
        plain = unicodedata.normalize("NFKD", folded)
        letters = "".join(c for c in plain if c.isalnum())
        return (letters, script) if letters else ("", None)
    if script is Script.ARABIC:
        letters = folded.translate(_ARABIC)
        return (letters, script) if letters else ("'", None)
    if script is Script.CYRILLIC:
        return folded.translate(_CYRILLIC), script
    if script is Script.HAN:
        return _simplified().get(folded, folded), script
    if script is None or any(c.isspace() for c in folded):
        return "", None
    return folded, script


def _script(char: str) -> Script | None:
    code = ord(char) if char else 0
    if char.isdigit() or char == "%":
        return Script.DIGIT
    if 0x3400 <= code <= 0x9FFF or code == 0x3007 or 0xF900 <= code <= 0xFAFF:
        return Script.HAN
    if 0x20000 <= code <= 0x323AF:
        return Script.HAN
    if char in _CURRENCIES:
        return Script.OTHER
    if not char.isalnum():
        return None
    if code < 0x0250 or 0x1E00 <= code <= 0x1EFF:
        return Script.LATIN
    if 0x0400 <= code <= 0x052F:
        return Script.CYRILLIC
    if 0x0600 <= code <= 0x077F:
        return Script.ARABIC
    return Script.OTHER


@cache
def _simplified() -> dict[str, str]:
    """Return traditional characters with their simplified forms.

    Source: OpenCC's table of single characters, as packaged; where one
    traditional character has several, the first, which is the usual one.
    """
    table = files("opencc") / "dictionary" / "TSCharacters.txt"
    pairs = (line.split() for line in table.read_text("utf-8").splitlines() if line)
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}


@lru_cache(maxsize=65536)
def _key(script: Script, word: str) -> str:
    if script is Script.LATIN:
        return _latin(word)
    if script is Script.CYRILLIC:
        return _russian(word)
    if script is Script.ARABIC:
        return _arabic(word)
    return word


_BRITISH = (
    ("aem", "em"),
    ("paed", "ped"),
    ("oeso", "eso"),
    ("rhoea", "rhea"),
    ("naec", "nec"),
    ("naesth", "nesth"),
    ("oedem", "edem"),
    ("tumour", "tumor"),
    ("programme", "program"),  # codespell:ignore programme
    ("catalogue", "catalog"),  # codespell:ignore catalogue
)
"""British spellings inside a word, and the American ones."""


def _latin(word: str) -> str:
    """Fold an English plural and British spelling."""
    if len(word) < 4:
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 5:
            word = word[:-3] + "y"
        elif word.endswith(("ches", "shes", "sses", "xes")):
            word = word[:-2]
        else:
            word = word[:-1]
    return _american(word)


def _american(word: str) -> str:
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    if word.endswith("tre"):  # codespell:ignore tre
        word = word[:-2] + "er"
    return word


_RUSSIAN_ENDINGS = (
    *("иями", "ями", "ами", "ого", "его", "ому", "ему", "ыми", "ими", "иеи", "ием"),
    *("иям", "иях", "ии", "ия", "ие", "ию", "ью", "ыи", "ои", "еи", "ая", "яя"),
    *("ое", "ее", "ые", "ую", "юю", "ых", "их", "ым", "им", "ом", "ем", "ам"),
    *("ям", "ах", "ях", "ов", "ев", "ою", "ею"),
    *("а", "я", "о", "е", "у", "ю", "ы", "и", "ь"),
)
"""Endings of nouns and adjectives after folding, longest first."""


def _russian(word: str) -> str:
    """Take off the ending of case and number, leaving at least three letters."""
    for ending in _RUSSIAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _arabic(word: str) -> str:
    """Take off the article, with what is written onto it."""
    for article in ("وال", "بال", "فال", "كال", "لل", "ال"):
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word
