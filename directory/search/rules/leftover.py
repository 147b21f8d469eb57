"""What a reading leaves: words for the full text, better spelling, nonsense."""

from __future__ import annotations

from collections.abc import Sequence

from directory.search.rules.draft import Draft
from directory.search.rules.normalize import Script, Token
from directory.search.rules.segments import Segment, touches
from directory.vocabulary.rules import Filler


def left_over(draft: Draft, keys: Sequence[str]) -> list[int]:
    """Return the places of words that nothing explains."""
    gone = draft.used | draft.framed
    if draft.centers:
        gone |= draft.institutions
    left = [
        at
        for at in range(len(keys))
        if at not in gone and not draft.lexicon.is_in_name_of(keys[at], draft.centers)
    ]
    literal = _literal(draft)
    kept = _trimmed(draft, [at for at in left if at not in literal])
    return sorted({*kept, *literal})


def _literal(draft: Draft) -> set[int]:
    return {at for one in draft.literals for at in range(one.first, one.after)}


def _trimmed(draft: Draft, left: list[int]) -> list[int]:
    """Take single framing characters off both ends of runs of Chinese."""
    kept: list[int] = []
    run: list[int] = []
    for at in [*left, -1]:
        if run and not (
            at == run[-1] + 1 and touches(draft.words, run[-1], Script.HAN)
        ):
            while run and _frames(draft, run[0]):
                run.pop(0)
            while run and _frames(draft, run[-1]):
                run.pop()
            kept += run
            run = []
        if at >= 0:
            run.append(at)
    return kept


def _frames(draft: Draft, at: int) -> bool:
    word = draft.words[at]
    if word.script is not Script.HAN or at in draft.institutions:
        return False
    entries = draft.lexicon.meanings(word.key)
    return any(entry.is_filler and entry.key not in _PARTS for entry in entries)


_PARTS = frozenset({Filler.GENERIC, Filler.NAME_PART, Filler.TREATMENT, Filler.COUNTRY})
"""Fillers whose single characters begin and end words of their own."""


def framing(chosen: Sequence[Segment]) -> list[int]:
    """Return the words to search for where a query only frames."""
    useful = (Filler.GENERIC, Filler.TREATMENT, Filler.NAME_PART)
    return [
        at
        for segment in chosen
        if segment.has(*useful)
        for at in range(segment.first, segment.after)
    ]


def words_of(draft: Draft, left: Sequence[int]) -> list[str]:
    """Return words as typed; what was typed together stays together."""
    parts: list[str] = []
    last = -2
    literal = _literal(draft)
    starting = {one.first: one.text for one in draft.literals}
    for at in left:
        if at in literal:
            if at in starting:
                parts.append(starting[at])
            last = -2
            continue
        word = draft.words[at]
        between = draft.text[draft.words[last].end : word.start] if last >= 0 else " "
        if at == last + 1 and " " not in between and parts:
            parts[-1] += between + draft.text[word.start : word.end]
        else:
            parts.append(draft.text[word.start : word.end])
        last = at
    return parts


def at_most(parts: Sequence[str], most: int) -> tuple[str, bool]:
    """Return as many words as may be looked for, and whether some were cut.

    Args:
        parts: From :func:`words_of`; a phrase counts by its words.
        most: How many words.
    """
    kept: list[str] = []
    for part in parts:
        words = part.split()
        if len(words) > most:
            if most and part.startswith('"'):
                kept.append(" ".join(words[:most]) + '"')
            return " ".join(kept), True
        most -= len(words)
        kept.append(part)
    return " ".join(kept), False


def better_text(draft: Draft, accepted: dict[int, tuple[str, bool]]) -> str | None:
    """Return the query in better spelling, if a correction is in doubt."""
    if not any(is_doubtful for _, is_doubtful in accepted.values()):
        return None
    parts: list[str] = []
    at_end = 0
    for at, (word, _) in sorted(accepted.items()):
        token = draft.words[at]
        parts.append(draft.text[at_end : token.start])
        parts.append(draft.lexicon.written(word))
        at_end = token.end
    parts.append(draft.text[at_end:])
    return " ".join("".join(parts).split())


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ")
_VOWELS = frozenset("aeiouyаеиоуыэюя")


def is_nonsense(draft: Draft, left: Sequence[int]) -> bool:
    """Tell whether every word that is left was made by a cat on the keys."""
    typed = [draft.words[at] for at in left]
    if not typed or len(draft.framed) > 0:
        return False
    return all(_is_gibberish(word) for word in typed)


def _is_gibberish(word: Token) -> bool:
    key = word.key
    if word.script is Script.DIGIT or len(key) < 4:
        return len(set(key)) == 1 and len(key) > 2
    if word.script not in {Script.LATIN, Script.CYRILLIC}:
        return False
    if len(set(key)) <= 2 or any(key[:6] in row for row in _ROWS):
        return True
    longest = run = 0
    for char in key:
        run = 0 if char in _VOWELS else run + 1
        longest = max(longest, run)
    return longest >= 6 or (longest >= 5 and len(key) == longest)
