"""No translation that is older than the English words that it translates.

Beside the seeds lies a list of digests: which words of a language were read against
which English ones. English words that changed under a translation are found by it; a
translation that changed alone is newer than its original, which is no fault.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from directory.cli.seed_figures import TRANSLATED, texts
from directory.cli.seed_files import SeedError, shortened
from directory.cli.seed_kinds import Loaded

LIST = "translations.txt"
"""Where the digests are, below the seed folder."""

HEADER = """\
# Which words were read against which English ones: language, digest of the words,
# digest of the English. Written by: cart-directory seed --write-translations
"""

DIGITS = 12
"""Hexadecimal digits of a digest; enough to tell some thousands of texts apart."""

Pair = tuple[str, str, str]
"""Language, digest of its words, digest of the English words."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Words of a language, beside the English ones.

    Args:
        file: Below the seed folder.
        path: Place inside it.
        words: Of the language.
        pair: By which it is known.
    """

    file: str
    path: str
    words: str
    pair: Pair


def digest(words: str) -> str:
    """Return what tells words from others, however they are wrapped or begun."""
    plain = " ".join(words.split()).casefold()
    return hashlib.sha256(plain.encode()).hexdigest()[:DIGITS]


def translations(loaded: Iterable[Loaded]) -> Iterator[Translation]:
    """Yield every translation of the knowledge."""
    for entry in loaded:
        if not isinstance(entry.document, TRANSLATED):
            continue
        for path, text in texts(entry.document):
            english = digest(text["en"]) if "en" in text else ""
            for language, words in text.items():
                if english and language != "en":
                    yield Translation(
                        entry.file,
                        entry.at(f"{path}.{language}"),
                        words,
                        (language, digest(words), english),
                    )


def recorded(folder: Path) -> frozenset[Pair]:
    """Return what was read; nothing if there is no list yet.

    Args:
        folder: The seed folder.
    """
    path = folder / LIST
    if not path.exists():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (line.split() for line in lines if not line.startswith("#"))
    return frozenset((parts[0], parts[1], parts[2]) for parts in found)


def older(loaded: Iterable[Loaded], read: frozenset[Pair]) -> list[SeedError]:
    """Return the translations whose English words changed since they were read."""
    originals: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for language, words, english in read:
        originals[language, words].add(english)
    return [
        _wrong(each, "a translation of the English words as they are now")
        for each in translations(loaded)
        if each.pair not in read and originals[each.pair[:2]]
    ]


def unrecorded(loaded: Iterable[Loaded], read: frozenset[Pair]) -> list[SeedError]:
    """Return the translations that the list does not know at all."""
    known = {pair[:2] for pair in read}
    return [
        _wrong(each, "words in the list, by seed --write-translations")
        for each in translations(loaded)
        if each.pair[:2] not in known
    ]


def write(folder: Path, loaded: Iterable[Loaded]) -> int:
    """Write the list anew; return how many translations stand in it."""
    pairs = sorted({each.pair for each in translations(loaded)})
    lines = "".join(" ".join(pair) + "\n" for pair in pairs)
    (folder / LIST).write_text(HEADER + lines, encoding="utf-8")
    return len(pairs)


def _wrong(each: Translation, expected: str) -> SeedError:
    return SeedError(each.file, each.path, expected, shortened(each.words))
