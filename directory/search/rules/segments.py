"""Cutting a query into the spellings that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from directory.search.rules.languages import EVERYDAY
from directory.search.rules.lexicon import Entry, Lexicon
from directory.search.rules.names import Strength
from directory.search.rules.normalize import Script, Token
from directory.vocabulary.rules import Filler, TermKind

ANY_CUT = 6
"""From this length on, a spelling may be cut into words in any way."""

LONGEST_HEARD = 12
"""Chinese characters in a row that are looked through for the sound of a name."""

_ATTACHED = frozenset("بلوفك")
"""Arabic words of one letter, written onto the next."""

_STRONG = Strength.STRONG
_FILLER = TermKind.FILLER.value
_MEDICAL = frozenset({"indication", "therapy", "capability", "audience", "type"})
_PLACED = frozenset({"city", "center", *_MEDICAL})


class Segment(NamedTuple):
    """Neighboring tokens that are one spelling.

    Args:
        first: Place of its first token.
        after: Place after its last token.
        entries: What it may mean, sure meanings first; never empty.
    """

    first: int
    after: int
    entries: tuple[Entry, ...]

    @property
    def is_filler(self) -> bool:
        """Whether it only frames the query."""
        return self.entries[0].kind == _FILLER

    def has(self, *fillers: Filler) -> bool:
        """Tell whether one of its uses is one of these."""
        for entry in self.entries:
            if entry.kind == _FILLER and entry.key in fillers:
                return True
        return False


def keys_of(lexicon: Lexicon, words: Sequence[Token]) -> list[str]:
    """Return the keys to look words up by.

    An Arabic word that is not known is tried without the one-letter word that
    may be written onto it.
    """
    keys = [word.key for word in words]
    for at, word in enumerate(words):
        if word.script is not Script.ARABIC or lexicon.knows(word.key):
            continue
        bare = word.key[1:]
        if word.key[0] in _ATTACHED and len(bare) > 2 and lexicon.knows(bare):
            keys[at] = bare
    return keys


def candidates(
    lexicon: Lexicon, words: Sequence[Token], keys: Sequence[str]
) -> list[Segment]:
    """Return every place in a query where a spelling stands."""
    text = "".join(keys)
    starts = [0, *accumulate(map(len, keys))]
    places = {start: at for at, start in enumerate(starts)}
    found: list[Segment] = []
    shared: list[tuple[int, int, str]] = []
    for first, start in enumerate(starts[:-1]):
        for key, meanings, is_shared in lexicon.beginnings(text[start:]):
            after = places.get(start + len(key))
            if after is None:
                continue
            if is_shared:
                shared.append((first, after, key))
            elif kept := _fitting(meanings, key, words, first, after):
                found.append(Segment(first, after, kept))
    if shared:
        cities = cities_in(found)
        for first, after, key in shared:
            meanings = lexicon.meanings(key, cities)
            if kept := _fitting(meanings, key, words, first, after):
                found.append(Segment(first, after, kept))
        found.sort(key=lambda segment: (segment.first, segment.after))
    return found


def _fitting(
    meanings: tuple[Entry, ...],
    key: str,
    words: Sequence[Token],
    first: int,
    after: int,
) -> tuple[Entry, ...]:
    """Return the meanings that a spelling may have where it stands."""
    pieces = after - first
    kept = [
        entry
        for entry in meanings
        if (entry.pieces == pieces and not entry.whole)
        or _fits(entry, key, pieces, words, first)
    ]
    return meanings if len(kept) == len(meanings) else tuple(kept)


def _fits(
    entry: Entry, key: str, pieces: int, words: Sequence[Token], first: int
) -> bool:
    if pieces != entry.pieces and len(key) < ANY_CUT:
        # "ct 041" may be typed as one word, but "ball" is not B-ALL.
        is_joined = pieces == 1 and entry.pieces > 1 and len(key) > 3
        if not is_joined or key in EVERYDAY:
            return False
    if not entry.whole:
        return True
    if pieces != 1:
        return entry.pieces == pieces
    if words[first].script is not Script.HAN:
        return True
    return not (
        touches(words, first - 1, Script.HAN) or touches(words, first, Script.HAN)
    )


def touches(words: Sequence[Token], at: int, script: Script) -> bool:
    """Tell whether the tokens at a place and after it join without a gap."""
    if at < 0 or at + 1 >= len(words):
        return False
    one, other = words[at], words[at + 1]
    return one.script is script and other.script is script and one.end == other.start


def choose(
    words: Sequence[Token], keys: Sequence[str], found: Sequence[Segment]
) -> list[Segment]:
    """Return the segments that together explain most of the query.

    Meanings that the rest of the query does not bear out are left out first.
    The longest spelling wins; fillers count for little.
    """
    context = _Context(words, found)
    starting: list[list[Segment]] = [[] for _ in words]
    for segment in found:
        entries = segment.entries
        kept = [
            entry
            for entry in entries
            if not (entry.strength is not _STRONG or entry.ordered or entry.cautious)
            or context.bears_out(entry, segment)
        ]
        if not kept or kept[0].aside:
            continue
        if kept[0].kind == _FILLER and _is_one_character(words, segment):
            continue
        starting[segment.first].append(
            segment
            if len(kept) == len(entries)
            else segment._replace(entries=tuple(kept))
        )
    count = len(words)
    best: list[int] = [0] * (count + 1)
    pick: list[Segment | None] = [None] * count
    for at in range(count - 1, -1, -1):
        best[at] = best[at + 1]
        for segment in starting[at]:
            length = sum(map(len, keys[segment.first : segment.after]))
            worth = 30 * length - 10 if segment.is_filler else 100 * length - 30
            total = worth + best[segment.after]
            if total > best[at]:
                best[at], pick[at] = total, segment
    chosen: list[Segment] = []
    at = 0
    while at < count:
        best_here = pick[at]
        if best_here is None:
            at += 1
        else:
            chosen.append(best_here)
            at = best_here.after
    return chosen


def _is_one_character(words: Sequence[Token], segment: Segment) -> bool:
    one = segment.after - segment.first == 1
    return one and words[segment.first].script is Script.HAN


class _Context:
    """What the rest of a query says about its parts."""

    def __init__(self, words: Sequence[Token], found: Sequence[Segment]) -> None:
        self.words = words
        self.found = found
        self.cities = cities_in(found)
        self.is_ordered = any(
            segment.has(Filler.ORDER) and not self._is_inside(segment)
            for segment in found
        )

    def _is_inside(self, part: Segment) -> bool:
        """Tell whether a segment is part of a longer one that means something."""
        return any(
            whole.first <= part.first
            and part.after <= whole.after
            and whole.after - whole.first > part.after - part.first
            and not (whole.is_filler and whole.has(Filler.ORDER))
            and not whole.entries[0].ordered
            for whole in self.found
        )

    def bears_out(self, entry: Entry, segment: Segment) -> bool:
        """Tell whether a meaning counts here."""
        if entry.strength is not Strength.STRONG:
            if self.cities:
                return entry.city in self.cities
            return entry.strength is Strength.FAIR
        if entry.ordered and not self.is_ordered:
            return False
        return not entry.cautious or self._is_sure(segment)

    def _is_sure(self, segment: Segment) -> bool:
        """Tell whether an abbreviation is one, and not an ordinary word."""
        typed = self.words[segment.first : segment.after]
        letters = [word for word in typed if word.script is not Script.DIGIT]
        if all(word.upper for word in letters) and not self._is_shouted(segment):
            return True
        kinds = _PLACED
        if "".join(word.key for word in typed) in EVERYDAY:
            kinds = _MEDICAL
        return any(
            any(
                (entry.kind in kinds and not entry.cautious)
                or (kinds is _PLACED and entry.key == Filler.TREATMENT)
                for entry in other.entries
            )
            for other in self.found
            if other.after == segment.first or other.first == segment.after
        )

    def _is_shouted(self, segment: Segment) -> bool:
        """Tell whether everything else is in capitals too."""
        others = [
            word
            for at, word in enumerate(self.words)
            if not segment.first <= at < segment.after
            and word.script is Script.LATIN
            and word.key not in {"car", "t", "cart"}
            and len(word.key) > 2
        ]
        return bool(others) and all(word.upper for word in others)


def cities_in(found: Iterable[Segment]) -> frozenset[str]:
    """Return the cities that a query names."""
    return frozenset(
        entry.key
        for segment in found
        for entry in segment.entries
        if entry.kind == "city" and not entry.cautious
    )


def covered(chosen: Iterable[Segment]) -> set[int]:
    """Return the places of all tokens that stand in a segment."""
    return {at for segment in chosen for at in range(segment.first, segment.after)}


def corrected(
    lexicon: Lexicon,
    words: Sequence[Token],
    keys: Sequence[str],
    chosen: Sequence[Segment],
    *,
    at_most: int = 4,
) -> dict[int, tuple[str, bool]]:
    """Return better spellings of words that nothing explains.

    Args:
        lexicon: What is known.
        words: The query.
        keys: The keys of its words.
        chosen: What explains the rest.
        at_most: How many words are looked into.

    Returns:
        By place: the known word, and whether the reader should be asked.
    """
    explained = covered(chosen)
    found: dict[int, tuple[str, bool]] = {}
    looked = 0
    for at in range(len(words)):
        if at in explained or not _may_be_typo(lexicon, words, at, keys[at]):
            continue
        looked += 1
        if looked > at_most:
            break
        guess = lexicon.guess(keys[at])
        if guess is not None:
            found[at] = (guess.word, guess.is_doubtful)
    return found | _heard(lexicon, words, explained)


def _heard(
    lexicon: Lexicon, words: Sequence[Token], explained: set[int]
) -> dict[int, tuple[str, bool]]:
    """Return the right characters of names that were typed by their sound."""
    found: dict[int, tuple[str, bool]] = {}
    first = 0
    while first < len(words):
        after = first
        while (
            after < len(words)
            and after not in explained
            and words[after].script is Script.HAN
            and (after == first or touches(words, after - 1, Script.HAN))
        ):
            after += 1
        if 1 < after - first <= LONGEST_HEARD:
            typed = "".join(word.key for word in words[first:after])
            is_headed = [w.key for w in words[after : after + 2]] == ["医", "院"]
            heard = lexicon.sounding(typed, is_headed=is_headed)
            if heard is not None:
                at, guess = heard
                found |= {
                    first + place: (char, True)
                    for place, char in enumerate(guess.word, at)
                    if char != typed[place]
                }
        first = max(after, first + 1)
    return found


def _may_be_typo(lexicon: Lexicon, words: Sequence[Token], at: int, key: str) -> bool:
    word = words[at]
    if word.script in {Script.HAN, Script.DIGIT, Script.OTHER}:
        return False
    if len(key) < 4 or lexicon.knows(key):
        return False
    # Letters joined to digits are a code, and no code is near another.
    return not any(
        0 <= other < len(words)
        and words[other].script is Script.DIGIT
        and place in {words[other].start, words[other].end}
        for other, place in ((at - 1, word.start), (at + 1, word.end))
    )
